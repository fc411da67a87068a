//! Metadata: strips what a file says of people, places, cameras, owners and earlier versions.
//!
//! `told` reads some of it; the rest of this file takes all of it out. Lossless: the compressed pixels are copied as they are, and so are the colour profile and what else a decoder
//! needs. A file is first looked through, which gives a list of pieces to keep or to put in their place, and
//! then copied by that list, so one without such data comes out byte for byte. Of EXIF the orientation stays,
//! as its only entry. What follows the picture's end goes: phones put videos there, cameras second pictures.

mod avif;
pub(crate) mod embedded;
mod gif;
mod jpeg;
mod png;
mod strip_plan;
mod webp;

use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::container::ByteReader;
use crate::info::detect_format;
use crate::{Error, Format};

use strip_plan::{OutputPiece, StripPlan};

pub use embedded::{EmbeddedMetadata, read_metadata};

/// Copies a picture without its metadata; true where there was any.
///
/// Reads from the start of `source` wherever it stands. Only formats that `Format::strips` are accepted.
pub fn strip_metadata<R: Read + Seek, W: Write>(mut source: R, target: W) -> Result<bool, Error> {
    let (pieces, len) = crate::panic_guard::catch_decoder_panic(|| plan_strip(&mut source))?;
    write_pieces(&mut source, target, &pieces).map_err(Error::Io)?;
    Ok(!matches!(pieces.as_slice(), [OutputPiece::Copy(all)] if *all == (0..len)))
}

fn plan_strip<R: Read + Seek>(source: &mut R) -> Result<(Vec<OutputPiece>, u64), Error> {
    let (format, len) = detect_format(source)?;
    let mut source = ByteReader::new(source, len);
    let mut pieces = StripPlan::default();
    match format {
        Format::Jpeg => jpeg::plan_strip(&mut source, &mut pieces),
        Format::Png => png::plan_strip(&mut source, &mut pieces),
        Format::WebP => webp::plan_strip(&mut source, &mut pieces),
        Format::Gif => gif::plan_strip(&mut source, &mut pieces),
        Format::Avif => {
            avif::plan_strip(&mut source, &mut pieces)?;
            Ok(())
        }
        other => return Err(Error::CannotStrip(other)),
    }
    .map_err(Error::from_read_error)?;
    Ok((pieces.0, len))
}

fn write_pieces<R: Read + Seek, W: Write>(
    source: &mut R,
    mut target: W,
    pieces: &[OutputPiece],
) -> io::Result<()> {
    for piece in pieces {
        match piece {
            OutputPiece::Insert(bytes) => target.write_all(bytes)?,
            OutputPiece::Fill(byte, len) => {
                io::copy(&mut io::repeat(*byte).take(*len), &mut target)?;
            }
            OutputPiece::Copy(part) => {
                source.seek(SeekFrom::Start(part.start))?;
                let len = part.end - part.start;
                if io::copy(&mut source.by_ref().take(len), &mut target)? < len {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
    }
    target.flush()
}
