//! WebP: chunks stay that make the picture; the header that counts them is written anew where any goes.

use std::io::{self, Read, Seek};

use super::{Piece, Pieces, stripped_exif};
use crate::container::Source;
use crate::container::webp::EXTENDED;

const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;

/// EXIF larger than this holds more than an orientation in any case, and stays unread.
const MOST_EXIF: u32 = 64 << 10;

pub(super) fn look<R: Read + Seek>(source: &mut Source<R>, pieces: &mut Pieces) -> io::Result<()> {
    let head: [u8; 12] = source.array()?;
    let [_, _, _, _, l0, l1, l2, l3, ..] = head;
    let end = (u64::from(u32::from_le_bytes([l0, l1, l2, l3])) + 8).min(source.len());
    let mut body = Pieces::default();
    let mut extended: Option<Vec<u8>> = None;
    let mut exif = None;
    let mut changed = end < source.len();
    while source.position() + 8 <= end {
        let start = source.position();
        let name: [u8; 4] = source.array()?;
        let len = u32::from_le_bytes(source.array()?);
        // Some writers leave out the last padding byte.
        let next = (start + 8 + u64::from(len) + u64::from(len & 1)).min(end);
        let cut = start + 8 + u64::from(len) > end;
        match &name {
            b"VP8X" if extended.is_none() && EXTENDED.contains(&len) && !cut => {
                source.go_to(start)?;
                let header = source.bytes((next - start) as usize)?;
                extended = Some(header);
            }
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" | b"ICCP" => body.keep(start..next),
            b"EXIF" if exif.is_none() && len <= MOST_EXIF && !cut => {
                let bytes = source.bytes(len as usize)?;
                exif = stripped_exif(&bytes);
                match &exif {
                    Some(same) if *same == bytes => body.keep(start..next),
                    Some(other) => {
                        changed = true;
                        let len = (other.len() as u32).to_le_bytes();
                        body.put([b"EXIF", &len[..], other].concat());
                    }
                    None => changed = true,
                }
            }
            _ => changed = true,
        }
        source.go_to(next)?;
    }
    if !changed {
        pieces.keep(0..source.len());
        return Ok(());
    }
    let len: u64 = body.0.iter().map(Piece::len).sum();
    let len = len + extended.as_ref().map_or(0, |header| header.len() as u64);
    let len = u32::try_from(len + 4).map_err(|_| io::ErrorKind::InvalidData)?;
    pieces.put([b"RIFF", &len.to_le_bytes()[..], b"WEBP"].concat());
    if let Some(mut header) = extended {
        header[8] &= !(HAS_EXIF | HAS_XMP);
        if exif.is_some() {
            header[8] |= HAS_EXIF;
        }
        pieces.put(header);
    }
    for piece in body.0 {
        match piece {
            Piece::Keep(part) => pieces.keep(part),
            made => pieces.0.push(made),
        }
    }
    Ok(())
}
