//! PNG container: a chain of chunks, from IHDR to IEND.

use std::io::{self, Read, Seek};

use super::ifd::exif_orientation;
use super::{ByteReader, ContainerInfo};
use crate::{Error, Limits};

/// Orientation stands at the start of EXIF; a maker's notes after it are not needed.
const MAX_EXIF_BYTES: u32 = 64 << 10;

pub(super) fn read_info<R: Read + Seek>(
    source: &mut ByteReader<R>,
    limits: &Limits,
) -> Result<ContainerInfo, Error> {
    let (width, height) = read_size(source)?;
    let mut skeleton = ContainerInfo::new_still(width, height, false, limits)?;
    match walk_chunks(source, &mut skeleton) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            Err(Error::from_read_error(error))
        }
        _ => Ok(skeleton),
    }
}

/// Width and height, where `source` stands at the start; after it, behind the header.
pub(super) fn read_size<R: Read + Seek>(source: &mut ByteReader<R>) -> Result<(u32, u32), Error> {
    source.skip(8).map_err(Error::from_read_error)?;
    let (len, kind) = read_chunk_header(source).map_err(Error::from_read_error)?;
    if len != 13 || &kind != b"IHDR" {
        return Err(Error::broken("its header is missing"));
    }
    let header: [u8; 13] = source.read_array().map_err(Error::from_read_error)?;
    source.skip(4).map_err(Error::from_read_error)?;
    let [w3, w2, w1, w0, h3, h2, h1, h0, ..] = header;
    Ok((
        u32::from_be_bytes([w3, w2, w1, w0]),
        u32::from_be_bytes([h3, h2, h1, h0]),
    ))
}

fn walk_chunks<R: Read + Seek>(
    source: &mut ByteReader<R>,
    skeleton: &mut ContainerInfo,
) -> io::Result<()> {
    let mut has_pixels = false;
    let mut frames = 0u32;
    loop {
        let (len, kind) = read_chunk_header(source)?;
        let mut rest = u64::from(len) + 4;
        match &kind {
            b"IEND" => {
                source.skip(rest)?;
                skeleton.is_complete = has_pixels;
                skeleton.frame_count = frames.clamp(1, skeleton.frame_count);
                return Ok(());
            }
            b"IDAT" => has_pixels = true,
            b"eXIf" if len <= MAX_EXIF_BYTES => {
                skeleton.orientation = exif_orientation(&source.read_bytes(len as usize)?);
                rest = 4;
            }
            b"acTL" if len == 8 => {
                // Believed unless the file goes on to its end with fewer: one that is cut lacks them.
                skeleton.frame_count = u32::from_be_bytes(source.read_array()?).max(1);
                rest -= 4;
            }
            b"fcTL" => frames = frames.saturating_add(1),
            _ => {}
        }
        source.skip(rest)?;
    }
}

/// A chunk's length and name.
fn read_chunk_header<R: Read + Seek>(source: &mut ByteReader<R>) -> io::Result<(u32, [u8; 4])> {
    Ok((
        u32::from_be_bytes(source.read_array()?),
        source.read_array()?,
    ))
}
