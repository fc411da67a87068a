//! Strips metadata of PNG: chunks that define how pixels look stay; texts, dates and private chunks go. All others
//! are text, dates, or a program's own.

use std::io::{self, Read, Seek};

use super::strip_plan::{StripPlan, strip_exif};
use crate::container::ByteReader;

/// Beside those that decoders must know, whose names begin with a capital.
const KEPT_CHUNKS: [&[u8; 4]; 18] = [
    b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"mDCv", b"cLLI",
    b"cLLi", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

/// EXIF larger than this holds more than an orientation in any case, and stays unread.
const MAX_EXIF_BYTES: u32 = 64 << 10;

pub(super) fn plan_strip<R: Read + Seek>(
    source: &mut ByteReader<R>,
    pieces: &mut StripPlan,
) -> io::Result<()> {
    source.skip(8)?;
    let mut start = 0;
    while source.position() + 8 <= source.len() {
        let chunk = source.position();
        let len = u32::from_be_bytes(source.read_array()?);
        let name: [u8; 4] = source.read_array()?;
        let next = source.position().saturating_add(u64::from(len) + 4);
        let mut put = None;
        let mut stays = name[0].is_ascii_uppercase() || KEPT_CHUNKS.contains(&&name);
        if &name == b"eXIf" && len <= MAX_EXIF_BYTES && next <= source.len() {
            let exif = source.read_bytes(len as usize)?;
            put = strip_exif(&exif);
            stays = put.as_ref() == Some(&exif);
        }
        // Of a picture that is cut off, what is there.
        source.seek_to(next.min(source.len()))?;
        if &name == b"IEND" {
            break;
        }
        if stays {
            continue;
        }
        pieces.copy_range(start..chunk);
        if let Some(exif) = put {
            pieces.insert_bytes(encode_exif_chunk(&exif));
        }
        start = source.position();
    }
    pieces.copy_range(start..source.position());
    Ok(())
}

fn encode_exif_chunk(exif: &[u8]) -> Vec<u8> {
    let named = [b"eXIf", exif].concat();
    let len = (exif.len() as u32).to_be_bytes();
    [&len, named.as_slice(), &crc32(&named).to_be_bytes()].concat()
}

/// The sum that ends a chunk, over a few bytes.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg())
        })
    })
}
