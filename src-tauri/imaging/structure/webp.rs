//! WebP: chunks in a RIFF file whose header says how long it is.

use std::io::{self, Read, Seek};

use super::ifd::exif_orientation;
use super::{Skeleton, Source};
use crate::{Error, Limits};

const MOST_EXIF: u32 = 64 << 10;

pub(super) fn read<R: Read + Seek>(
    source: &mut Source<R>,
    limits: &Limits,
) -> Result<Skeleton, Error> {
    let head: [u8; 12] = source.array().map_err(Error::reading)?;
    let [_, _, _, _, l0, l1, l2, l3, ..] = head;
    let end = u64::from(u32::from_le_bytes([l0, l1, l2, l3])) + 8;
    let (name, len) = chunk(source).map_err(Error::reading)?;
    let (width, height) = match &name {
        b"VP8 " => lossy_size(source),
        b"VP8L" => lossless_size(source),
        b"VP8X" => canvas_size(source),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "its first chunk is unknown",
        )),
    }
    .map_err(Error::reading)?;
    let mut skeleton = Skeleton::still(width, height, false, limits)?;
    // Only the extended form has more than one chunk.
    if &name == b"VP8X" {
        let body = u64::from(len) + u64::from(len & 1);
        match source
            .go_to(20 + body)
            .and_then(|()| walk(source, end, &mut skeleton))
        {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(skeleton),
            Err(error) => return Err(Error::reading(error)),
        }
        skeleton.complete = end <= source.len();
    } else {
        skeleton.complete = end <= source.len() && 20 + u64::from(len) <= end;
    }
    Ok(skeleton)
}

fn walk<R: Read + Seek>(
    source: &mut Source<R>,
    end: u64,
    skeleton: &mut Skeleton,
) -> io::Result<()> {
    let mut frames: u32 = 0;
    while source.position() + 8 <= end {
        let (name, len) = chunk(source)?;
        let mut rest = u64::from(len);
        match &name {
            b"ANMF" => {
                frames = frames.saturating_add(1);
                skeleton.frames = frames;
            }
            b"EXIF" if len <= MOST_EXIF => {
                skeleton.orientation = exif_orientation(&source.bytes(len as usize)?);
                rest = 0;
            }
            _ => {}
        }
        // Chunks are padded to even lengths; some writers leave the last padding byte out.
        source.skip(rest)?;
        if len & 1 == 1 && source.position() < source.len() {
            source.skip(1)?;
        }
    }
    Ok(())
}

fn chunk<R: Read + Seek>(source: &mut Source<R>) -> io::Result<([u8; 4], u32)> {
    Ok((source.array()?, u32::from_le_bytes(source.array()?)))
}

fn lossy_size<R: Read + Seek>(source: &mut Source<R>) -> io::Result<(u32, u32)> {
    let [_, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1] = source.array()? else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "its key frame is missing",
        ));
    };
    let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3FFF);
    Ok((side([w0, w1]), side([h0, h1])))
}

fn lossless_size<R: Read + Seek>(source: &mut Source<R>) -> io::Result<(u32, u32)> {
    let [0x2F, b0, b1, b2, b3] = source.array()? else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "its signature is missing",
        ));
    };
    let bits = u32::from_le_bytes([b0, b1, b2, b3]);
    Ok(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
}

fn canvas_size<R: Read + Seek>(source: &mut Source<R>) -> io::Result<(u32, u32)> {
    let [_, _, _, _, w0, w1, w2, h0, h1, h2] = source.array()?;
    let side = |b0, b1, b2| u32::from_le_bytes([b0, b1, b2, 0]) + 1;
    Ok((side(w0, w1, w2), side(h0, h1, h2)))
}
