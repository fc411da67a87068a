//! PNG: a chain of chunks, from IHDR to IEND.

use std::io::{self, Read, Seek};

use super::ifd::exif_orientation;
use super::{Skeleton, Source};
use crate::{Error, Limits};

/// Orientation stands at the start of EXIF; a maker's notes after it are not needed.
const MOST_EXIF: u32 = 64 << 10;

pub(super) fn read<R: Read + Seek>(
    source: &mut Source<R>,
    limits: &Limits,
) -> Result<Skeleton, Error> {
    let (width, height) = size(source)?;
    let mut skeleton = Skeleton::still(width, height, false, limits)?;
    match walk(source, &mut skeleton) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(Error::reading(error)),
        _ => Ok(skeleton),
    }
}

/// Width and height, where `source` stands at the start; after it, behind the header.
pub(super) fn size<R: Read + Seek>(source: &mut Source<R>) -> Result<(u32, u32), Error> {
    source.skip(8).map_err(Error::reading)?;
    let (len, kind) = chunk(source).map_err(Error::reading)?;
    if len != 13 || &kind != b"IHDR" {
        return Err(Error::broken("its header is missing"));
    }
    let header: [u8; 13] = source.array().map_err(Error::reading)?;
    source.skip(4).map_err(Error::reading)?;
    let [w3, w2, w1, w0, h3, h2, h1, h0, ..] = header;
    Ok((
        u32::from_be_bytes([w3, w2, w1, w0]),
        u32::from_be_bytes([h3, h2, h1, h0]),
    ))
}

fn walk<R: Read + Seek>(source: &mut Source<R>, skeleton: &mut Skeleton) -> io::Result<()> {
    let mut has_pixels = false;
    let mut frames = 0u32;
    loop {
        let (len, kind) = chunk(source)?;
        let mut rest = u64::from(len) + 4;
        match &kind {
            b"IEND" => {
                source.skip(rest)?;
                skeleton.complete = has_pixels;
                skeleton.frames = frames.clamp(1, skeleton.frames);
                return Ok(());
            }
            b"IDAT" => has_pixels = true,
            b"eXIf" if len <= MOST_EXIF => {
                skeleton.orientation = exif_orientation(&source.bytes(len as usize)?);
                rest = 4;
            }
            b"acTL" if len == 8 => {
                // Believed unless the file goes on to its end with fewer: one that is cut lacks them.
                skeleton.frames = u32::from_be_bytes(source.array()?).max(1);
                rest -= 4;
            }
            b"fcTL" => frames = frames.saturating_add(1),
            _ => {}
        }
        source.skip(rest)?;
    }
}

/// A chunk's length and name.
fn chunk<R: Read + Seek>(source: &mut Source<R>) -> io::Result<(u32, [u8; 4])> {
    Ok((u32::from_be_bytes(source.array()?), source.array()?))
}
