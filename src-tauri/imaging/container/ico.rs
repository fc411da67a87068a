//! ICO: a list of pictures, each a BMP without its file header or a PNG; the largest is the picture.

use std::io::{Cursor, Read, Seek};
use std::ops::Range;

use super::{Skeleton, Source, png};
use crate::{Error, Limits};

/// What stands for 256, the largest side, is 0. A PNG inside may say more, but no icon has a reason to.
const MOST_SIDE: u32 = 1024;

/// Real icons have a dozen.
const MOST_PICTURES: u16 = 256;

/// The picture that is taken.
pub(crate) struct Choice {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The entry of the list, as it is.
    pub(crate) entry: [u8; 16],
    pub(crate) place: Range<u64>,
    pub(crate) is_png: bool,
}

pub(super) fn read<R: Read + Seek>(
    source: &mut Source<R>,
    limits: &Limits,
) -> Result<Skeleton, Error> {
    let choice = choose(source)?;
    // A PNG has an end of its own to look at.
    let complete = choice.place.end <= source.len();
    Skeleton::still(choice.width, choice.height, complete, limits)
}

/// The largest picture of the list, and of several the one with the most colours.
pub(crate) fn choose<R: Read + Seek>(source: &mut Source<R>) -> Result<Choice, Error> {
    source.go_to(4).map_err(Error::reading)?;
    let count = u16::from_le_bytes(source.array().map_err(Error::reading)?);
    let mut best: Option<((u32, u16), [u8; 16])> = None;
    for _ in 0..count.min(MOST_PICTURES) {
        let entry: [u8; 16] = source.array().map_err(Error::reading)?;
        let [width, height, _, _, _, _, b0, b1, ..] = entry;
        let side = |side: u8| if side == 0 { 256 } else { u32::from(side) };
        let rank = (side(width) * side(height), u16::from_le_bytes([b0, b1]));
        if best.is_none_or(|(most, _)| rank > most) {
            best = Some((rank, entry));
        }
    }
    let (_, entry) = best.ok_or_else(|| Error::broken("it has no picture"))?;
    let [.., l0, l1, l2, l3, o0, o1, o2, o3] = entry;
    let start = u64::from(u32::from_le_bytes([o0, o1, o2, o3]));
    let place = start..start + u64::from(u32::from_le_bytes([l0, l1, l2, l3]));
    source.go_to(start).map_err(Error::reading)?;
    let head: [u8; 33] = source.array().map_err(Error::reading)?;
    let is_png = head.starts_with(b"\x89PNG");
    let (width, height) = if is_png {
        png::size(&mut Source::new(Cursor::new(head), head.len() as u64))?
    } else {
        let [_, _, _, _, w0, w1, w2, w3, h0, h1, h2, h3, ..] = head;
        // Twice as high as the picture: a mask follows it.
        let tall = i32::from_le_bytes([h0, h1, h2, h3]).unsigned_abs();
        (u32::from_le_bytes([w0, w1, w2, w3]), tall / 2)
    };
    if width.max(height) > MOST_SIDE {
        return Err(Error::TooLong {
            width,
            height,
            max: MOST_SIDE,
        });
    }
    Ok(Choice {
        width,
        height,
        entry,
        place,
        is_png,
    })
}
