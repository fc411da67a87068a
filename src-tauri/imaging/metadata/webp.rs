//! Strips metadata of WebP: chunks that make the image stay; the header with their flags is rewritten.

use std::io::{self, Read, Seek};

use super::strip_plan::{OutputPiece, StripPlan, strip_exif};
use crate::container::ByteReader;
use crate::container::webp::EXTENDED_HEADER_LEN;

const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;

/// EXIF larger than this holds more than an orientation in any case, and stays unread.
const MAX_EXIF_BYTES: u32 = 64 << 10;

pub(super) fn plan_strip<R: Read + Seek>(
    source: &mut ByteReader<R>,
    pieces: &mut StripPlan,
) -> io::Result<()> {
    let head: [u8; 12] = source.read_array()?;
    let [_, _, _, _, l0, l1, l2, l3, ..] = head;
    let end = (u64::from(u32::from_le_bytes([l0, l1, l2, l3])) + 8).min(source.len());
    let mut body = StripPlan::default();
    let mut extended: Option<Vec<u8>> = None;
    let mut exif = None;
    let mut changed = end < source.len();
    while source.position() + 8 <= end {
        let start = source.position();
        let name: [u8; 4] = source.read_array()?;
        let len = u32::from_le_bytes(source.read_array()?);
        // Some writers leave out the last padding byte.
        let next = (start + 8 + u64::from(len) + u64::from(len & 1)).min(end);
        let cut = start + 8 + u64::from(len) > end;
        match &name {
            b"VP8X" if extended.is_none() && EXTENDED_HEADER_LEN.contains(&len) && !cut => {
                source.seek_to(start)?;
                let header = source.read_bytes((next - start) as usize)?;
                extended = Some(header);
            }
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" | b"ICCP" => {
                body.copy_range(start..next)
            }
            b"EXIF" if exif.is_none() && len <= MAX_EXIF_BYTES && !cut => {
                let bytes = source.read_bytes(len as usize)?;
                exif = strip_exif(&bytes);
                match &exif {
                    Some(same) if *same == bytes => body.copy_range(start..next),
                    Some(other) => {
                        changed = true;
                        let len = (other.len() as u32).to_le_bytes();
                        body.insert_bytes([b"EXIF", &len[..], other].concat());
                    }
                    None => changed = true,
                }
            }
            _ => changed = true,
        }
        source.seek_to(next)?;
    }
    if !changed {
        pieces.copy_range(0..source.len());
        return Ok(());
    }
    let len: u64 = body.0.iter().map(OutputPiece::len).sum();
    let len = len + extended.as_ref().map_or(0, |header| header.len() as u64);
    let len = u32::try_from(len + 4).map_err(|_| io::ErrorKind::InvalidData)?;
    pieces.insert_bytes([b"RIFF", &len.to_le_bytes()[..], b"WEBP"].concat());
    if let Some(mut header) = extended {
        header[8] &= !(HAS_EXIF | HAS_XMP);
        if exif.is_some() {
            header[8] |= HAS_EXIF;
        }
        pieces.insert_bytes(header);
    }
    for piece in body.0 {
        match piece {
            OutputPiece::Copy(part) => pieces.copy_range(part),
            made => pieces.0.push(made),
        }
    }
    Ok(())
}
