//! WebP container: chunks in a RIFF file whose header gives its length.

use std::io::{self, Read, Seek};

use super::ifd::exif_orientation;
use super::{ByteReader, ContainerInfo};
use crate::{Error, Limits};

const MAX_EXIF_BYTES: u32 = 64 << 10;
/// How long the extended header can be; every one that is known is as short as that.
pub(crate) const EXTENDED_HEADER_LEN: std::ops::RangeInclusive<u32> = 10..=64;
/// Where a frame lies, how large it is, and how long it is shown.
const FRAME_HEADER_LEN: u32 = 16;

pub(super) fn read_info<R: Read + Seek>(
    source: &mut ByteReader<R>,
    limits: &Limits,
) -> Result<ContainerInfo, Error> {
    let head: [u8; 12] = source.read_array().map_err(Error::from_read_error)?;
    let [_, _, _, _, l0, l1, l2, l3, ..] = head;
    let end = u64::from(u32::from_le_bytes([l0, l1, l2, l3])) + 8;
    let (name, len) = read_chunk_header(source).map_err(Error::from_read_error)?;
    let (width, height) = match &name {
        b"VP8 " | b"VP8L" => read_frame_size(source, name, len),
        b"VP8X" if EXTENDED_HEADER_LEN.contains(&len) => read_canvas_size(source),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "its first chunk is unknown",
        )),
    }
    .map_err(Error::from_read_error)?;
    let mut skeleton = ContainerInfo::new_still(width, height, false, limits)?;
    // Only the extended form has more than one chunk.
    if &name == b"VP8X" {
        let body = u64::from(len) + u64::from(len & 1);
        source.seek_to(20 + body).map_err(Error::from_read_error)?;
        let whole = walk_chunks(source, end, &mut skeleton, limits)?;
        skeleton.is_complete = whole && end <= source.len();
    } else {
        skeleton.is_complete = end <= source.len() && 20 + u64::from(len) <= end;
    }
    Ok(skeleton)
}

/// Whether the file holds every chunk that it begins.
fn walk_chunks<R: Read + Seek>(
    source: &mut ByteReader<R>,
    end: u64,
    skeleton: &mut ContainerInfo,
    limits: &Limits,
) -> Result<bool, Error> {
    let mut frames: u32 = 0;
    let mut has_pixels = false;
    // The frame that was begun last has no pixels yet.
    let mut owed = false;
    let mut whole = true;
    let mut frame_end = 0;
    // What follows the end that the file names is no part of the picture, whatever a chunk says of its own length.
    let there = end.min(source.len());
    while source.position() + 8 <= there {
        let begins = source.position();
        let (name, len) = read_chunk_header(source).map_err(Error::from_read_error)?;
        let next = source.position() + u64::from(len) + u64::from(len & 1);
        // Some writers leave out the last padding byte.
        let cut = next.saturating_sub(there) > u64::from(len & 1);
        match &name {
            // A frame's own chunks follow its head and are walked like all others.
            b"ANMF" => {
                frames = frames.saturating_add(1);
                skeleton.frame_count = frames;
                // One frame within another, or without a picture, is none that decoders could show.
                whole &= !cut && len >= FRAME_HEADER_LEN && begins >= frame_end && !owed;
                owed = true;
                frame_end = next.min(there);
                let inside = source.position() + u64::from(len.min(FRAME_HEADER_LEN));
                source
                    .seek_to(inside.min(there))
                    .map_err(Error::from_read_error)?;
                continue;
            }
            // Decoders make room for what stands here, whatever the canvas says.
            b"VP8 " | b"VP8L" => {
                let (width, height) =
                    read_frame_size(source, name, len).map_err(Error::from_read_error)?;
                limits.check_size(width, height)?;
                if width > skeleton.width || height > skeleton.height {
                    return Err(Error::broken("a frame stands over the picture"));
                }
                has_pixels = true;
                owed = false;
            }
            b"EXIF" if len <= MAX_EXIF_BYTES => {
                if let Ok(exif) = source.read_bytes(len as usize) {
                    skeleton.orientation = exif_orientation(&exif);
                }
            }
            _ => {}
        }
        // Decoders go on behind the frame, however long its chunk says to be.
        if next.saturating_sub(frame_end) > u64::from(len & 1) && begins < frame_end {
            whole = false;
            source.seek_to(frame_end).map_err(Error::from_read_error)?;
            continue;
        }
        if cut {
            // Profiles come before the pixels and are read whole: one longer than the file is only a claim.
            return if has_pixels && &name != b"ICCP" {
                Ok(false)
            } else {
                Err(Error::broken("a chunk is longer than the file"))
            };
        }
        source
            .seek_to(next.min(there))
            .map_err(Error::from_read_error)?;
    }
    Ok(whole && has_pixels && !owed && end <= source.len())
}

fn read_chunk_header<R: Read + Seek>(source: &mut ByteReader<R>) -> io::Result<([u8; 4], u32)> {
    Ok((
        source.read_array()?,
        u32::from_le_bytes(source.read_array()?),
    ))
}

/// Of the pixels in a chunk, which has to be as long as what says so.
fn read_frame_size<R: Read + Seek>(
    source: &mut ByteReader<R>,
    name: [u8; 4],
    len: u32,
) -> io::Result<(u32, u32)> {
    match &name {
        b"VP8L" if len >= 5 => read_lossless_size(source),
        b"VP8 " if len >= 10 => read_lossy_size(source),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "its pixels are missing",
        )),
    }
}

fn read_lossy_size<R: Read + Seek>(source: &mut ByteReader<R>) -> io::Result<(u32, u32)> {
    let [_, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1] = source.read_array()? else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "its key frame is missing",
        ));
    };
    let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3FFF);
    Ok((side([w0, w1]), side([h0, h1])))
}

fn read_lossless_size<R: Read + Seek>(source: &mut ByteReader<R>) -> io::Result<(u32, u32)> {
    let [0x2F, b0, b1, b2, b3] = source.read_array()? else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "its signature is missing",
        ));
    };
    let bits = u32::from_le_bytes([b0, b1, b2, b3]);
    Ok(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
}

fn read_canvas_size<R: Read + Seek>(source: &mut ByteReader<R>) -> io::Result<(u32, u32)> {
    let [_, _, _, _, w0, w1, w2, h0, h1, h2] = source.read_array()?;
    let side = |b0, b1, b2| u32::from_le_bytes([b0, b1, b2, 0]) + 1;
    Ok((side(w0, w1, w2), side(h0, h1, h2)))
}
