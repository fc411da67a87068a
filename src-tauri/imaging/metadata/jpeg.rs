//! Strips metadata of JPEG: only the segments that a decoder needs stay.

use std::io::{self, Read, Seek};

use super::strip_plan::{StripPlan, strip_exif};
use crate::container::ByteReader;
use crate::container::jpeg::next_marker;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const APP15: u8 = 0xEF;
const COMMENT: u8 = 0xFE;

const EXIF: &[u8] = b"Exif\0\0";
const ICC_PROFILE: &[u8] = b"ICC_PROFILE\0";

/// `JFIF`, a version, a density, and the size of a thumbnail: its only part that may go.
const JFIF: &[u8] = b"JFIF\0";
const JFIF_LEN: usize = 14;

pub(super) fn plan_strip<R: Read + Seek>(
    source: &mut ByteReader<R>,
    pieces: &mut StripPlan,
) -> io::Result<()> {
    // Everything up to here has been decided on.
    let mut decided = 0;
    let mut turned = false;
    // The segment before is gone.
    let mut gone = false;
    source.skip(2)?;
    while let Some(mark) = next_marker(source)? {
        let end_of_mark = source.position();
        // What stands between it and this mark is passed over by decoders. Behind the mark that begins the file
        // it would make it none.
        if std::mem::take(&mut gone) {
            decided = end_of_mark - 2;
        }
        match mark {
            EOI => {
                pieces.copy_range(decided..end_of_mark);
                return Ok(());
            }
            SOI | 0x01 | 0xD0..=0xD7 => continue,
            _ => {}
        }
        let len = usize::from(u16::from_be_bytes(source.read_array()?));
        let body = source.read_bytes(len.checked_sub(2).ok_or(io::ErrorKind::InvalidData)?)?;
        let stays = match mark {
            APP0 => body.starts_with(JFIF) && body.len() <= JFIF_LEN,
            APP2 => body.starts_with(ICC_PROFILE),
            // Tells how colours are coded.
            APP14 => body.starts_with(b"Adobe"),
            APP1..=APP15 | COMMENT => false,
            _ => true,
        };
        if stays {
            continue;
        }
        let put = match mark {
            APP0 if body.starts_with(JFIF) => {
                let mut bare = body[..JFIF_LEN.min(body.len())].to_vec();
                bare.resize(JFIF_LEN, 0);
                bare[JFIF_LEN - 2..].fill(0);
                Some(bare)
            }
            // Only the first is read.
            APP1 if body.starts_with(EXIF) && !turned => {
                turned = true;
                strip_exif(&body).map(|exif| [EXIF, &exif].concat())
            }
            _ => None,
        };
        if put.as_ref() == Some(&body) {
            continue;
        }
        // Fill bytes before the mark stay; they say nothing.
        pieces.copy_range(decided..end_of_mark - 2);
        if let Some(body) = put {
            let len = (body.len() as u16 + 2).to_be_bytes();
            pieces.insert_bytes([&[0xFF, mark], &len[..], &body].concat());
        }
        decided = source.position();
        gone = true;
    }
    // No end mark: some cameras leave it out.
    pieces.copy_range(decided..source.len());
    Ok(())
}
