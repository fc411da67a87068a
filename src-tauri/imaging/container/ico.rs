//! ICO container: a list of images, each a BMP without its file header or a PNG; the largest one counts.

use std::io::{Cursor, Read, Seek};
use std::ops::Range;

use super::{ByteReader, ContainerInfo, png};
use crate::{Error, Limits};

/// What stands for 256, the largest side, is 0. A PNG inside may say more, but no icon has a reason to.
const MAX_SIDE: u32 = 1024;

/// Real icons have a dozen.
const MAX_ENTRIES: u16 = 256;

/// The picture that is taken.
pub(crate) struct IconEntry {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The entry of the list, as it is.
    pub(crate) directory_entry: [u8; 16],
    pub(crate) byte_range: Range<u64>,
    pub(crate) is_png: bool,
}

pub(super) fn read_info<R: Read + Seek>(
    source: &mut ByteReader<R>,
    limits: &Limits,
) -> Result<ContainerInfo, Error> {
    let choice = choose_largest(source)?;
    // A PNG has an end of its own to look at.
    let complete = choice.byte_range.end <= source.len();
    ContainerInfo::new_still(choice.width, choice.height, complete, limits)
}

/// The largest picture of the list, and of several the one with the most colours.
pub(crate) fn choose_largest<R: Read + Seek>(
    source: &mut ByteReader<R>,
) -> Result<IconEntry, Error> {
    source.seek_to(4).map_err(Error::from_read_error)?;
    let count = u16::from_le_bytes(source.read_array().map_err(Error::from_read_error)?);
    let mut best: Option<((u32, u16), [u8; 16])> = None;
    for _ in 0..count.min(MAX_ENTRIES) {
        let entry: [u8; 16] = source.read_array().map_err(Error::from_read_error)?;
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
    source.seek_to(start).map_err(Error::from_read_error)?;
    let head: [u8; 33] = source.read_array().map_err(Error::from_read_error)?;
    let is_png = head.starts_with(b"\x89PNG");
    let (width, height) = if is_png {
        png::read_size(&mut ByteReader::new(Cursor::new(head), head.len() as u64))?
    } else {
        let [_, _, _, _, w0, w1, w2, w3, h0, h1, h2, h3, ..] = head;
        // Twice as high as the picture: a mask follows it.
        let tall = i32::from_le_bytes([h0, h1, h2, h3]).unsigned_abs();
        (u32::from_le_bytes([w0, w1, w2, w3]), tall / 2)
    };
    if width.max(height) > MAX_SIDE {
        return Err(Error::DimensionTooLarge {
            width,
            height,
            max: MAX_SIDE,
        });
    }
    Ok(IconEntry {
        width,
        height,
        directory_entry: entry,
        byte_range: place,
        is_png,
    })
}
