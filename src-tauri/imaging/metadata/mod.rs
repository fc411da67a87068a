//! Metadata: what a picture file tells about people and things, places, cameras, owners, earlier versions.
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
mod webp;

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use crate::container::ByteReader;
use crate::info::detect_format;
use crate::{Error, Format, Orientation};

pub use embedded::{EmbeddedMetadata, read_metadata};

/// Copies a picture without its metadata; true where there was any.
///
/// Reads from the start of `source` wherever it stands. Only formats that `Format::strips` are accepted.
pub fn strip_metadata<R: Read + Seek, W: Write>(mut source: R, target: W) -> Result<bool, Error> {
    let (pieces, len) = crate::pipeline::catch_decoder_panic(|| plan_strip(&mut source))?;
    write_pieces(&mut source, target, &pieces).map_err(Error::Io)?;
    Ok(!matches!(pieces.as_slice(), [OutputPiece::Copy(all)] if *all == (0..len)))
}

/// A part of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
enum OutputPiece {
    /// These bytes of the file.
    Copy(Range<u64>),
    Insert(Vec<u8>),
    /// So many times this byte, where what follows has to stay in its place.
    Fill(u8, u64),
}

impl OutputPiece {
    fn len(&self) -> u64 {
        match self {
            OutputPiece::Copy(part) => part.end - part.start,
            OutputPiece::Insert(bytes) => bytes.len() as u64,
            OutputPiece::Fill(_, len) => *len,
        }
    }
}

/// The result while a file is looked through from start to end.
#[derive(Default)]
struct StripPlan(Vec<OutputPiece>);

impl StripPlan {
    fn copy_range(&mut self, part: Range<u64>) {
        match self.0.last_mut() {
            _ if part.is_empty() => {}
            Some(OutputPiece::Copy(before)) if before.end == part.start => before.end = part.end,
            _ => self.0.push(OutputPiece::Copy(part)),
        }
    }

    fn insert_bytes(&mut self, bytes: Vec<u8>) {
        self.0.push(OutputPiece::Insert(bytes));
    }
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

/// EXIF that says an orientation and nothing else, without the mark that JPEG puts before it.
fn orientation_only_exif(orientation: Orientation) -> Vec<u8> {
    let mut exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0".to_vec();
    exif[19] = orientation.exif_value();
    exif
}

/// What EXIF becomes: none where it says nothing that stays, and itself where it says nothing else.
fn strip_exif(exif: &[u8]) -> Option<Vec<u8>> {
    match crate::container::ifd::exif_orientation(exif) {
        Orientation::Upright => None,
        turned => Some(orientation_only_exif(turned)),
    }
}
