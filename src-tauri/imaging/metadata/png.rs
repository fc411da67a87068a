//! PNG: chunks stay that say how pixels look. All others are text, dates, or a program's own.

use std::io::{self, Read, Seek};

use super::{Pieces, stripped_exif};
use crate::container::Source;

/// Beside those that decoders must know, whose names begin with a capital.
const STAY: [&[u8; 4]; 18] = [
    b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"mDCv", b"cLLI",
    b"cLLi", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

/// EXIF larger than this holds more than an orientation in any case, and stays unread.
const MOST_EXIF: u32 = 64 << 10;

pub(super) fn look<R: Read + Seek>(source: &mut Source<R>, pieces: &mut Pieces) -> io::Result<()> {
    source.skip(8)?;
    let mut start = 0;
    while source.position() + 8 <= source.len() {
        let chunk = source.position();
        let len = u32::from_be_bytes(source.array()?);
        let name: [u8; 4] = source.array()?;
        let next = source.position().saturating_add(u64::from(len) + 4);
        let mut put = None;
        let mut stays = name[0].is_ascii_uppercase() || STAY.contains(&&name);
        if &name == b"eXIf" && len <= MOST_EXIF && next <= source.len() {
            let exif = source.bytes(len as usize)?;
            put = stripped_exif(&exif);
            stays = put.as_ref() == Some(&exif);
        }
        // Of a picture that is cut off, what is there.
        source.go_to(next.min(source.len()))?;
        if &name == b"IEND" {
            break;
        }
        if stays {
            continue;
        }
        pieces.keep(start..chunk);
        if let Some(exif) = put {
            pieces.put(exif_chunk(&exif));
        }
        start = source.position();
    }
    pieces.keep(start..source.position());
    Ok(())
}

fn exif_chunk(exif: &[u8]) -> Vec<u8> {
    let named = [b"eXIf", exif].concat();
    let len = (exif.len() as u32).to_be_bytes();
    [&len, named.as_slice(), &crc(&named).to_be_bytes()].concat()
}

/// The sum that ends a chunk, over a few bytes.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg())
        })
    })
}
