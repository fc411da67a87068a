//! JPEG container: segments with a marker and a length, between them compressed data in which 0xFF is escaped.
//!
//! The end is the EOI mark of the main picture. A thumbnail's own EOI lies inside an APP segment, which is
//! skipped by its length, so it is not taken for the end. Bytes after the end are fine: phones append videos.

use std::io::{self, Read, Seek};

use super::ifd::exif_orientation;
use super::{ByteReader, ContainerInfo};
use crate::{Error, Limits, Orientation};

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const APP1: u8 = 0xE1;

pub(super) fn read_info<R: Read + Seek>(
    source: &mut ByteReader<R>,
    limits: &Limits,
) -> Result<ContainerInfo, Error> {
    let mut walk = SegmentWalk::default();
    match walk.walk_segments(source, limits) {
        Ok(()) => {}
        Err(Error::Broken(_)) if walk.size.is_some() => {}
        Err(error) => return Err(error),
    }
    let (width, height) = walk
        .size
        .ok_or_else(|| Error::broken("its size is missing"))?;
    let mut skeleton = ContainerInfo::new_still(width, height, walk.has_end_marker, limits)?;
    skeleton.orientation = walk.orientation.unwrap_or_default();
    skeleton.lacks_only_end_marker =
        !walk.has_end_marker && walk.in_scan && walk.is_fully_refined();
    Ok(skeleton)
}

/// Whether a decoder holds all of the picture's coefficients at once, because they come in several scans.
///
/// `source` stands at the file's start; nothing behind the first scan's header is read.
pub(crate) fn needs_coefficient_buffer<R: Read + Seek>(
    source: &mut ByteReader<R>,
) -> io::Result<bool> {
    let mut channels = 0;
    while let Some(mark) = next_marker(source)? {
        if matches!(mark, SOI | 0x01) {
            continue;
        }
        let len = u16::from_be_bytes(source.read_array()?);
        let body = source.position() + u64::from(len.saturating_sub(2));
        match mark {
            0xC2 | 0xC6 | 0xCA | 0xCE => return Ok(true),
            0xC0..=0xCF if !matches!(mark, 0xC4 | 0xC8 | 0xCC) => {
                let [.., count] = source.read_array::<6>()?;
                channels = count;
            }
            SOS => return Ok(source.read_byte()? < channels),
            _ => {}
        }
        source.skip(body.saturating_sub(source.position()))?;
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

#[derive(Default)]
struct SegmentWalk {
    size: Option<(u32, u32)>,
    orientation: Option<Orientation>,
    progressive: bool,
    /// Component ids, in the order of the frame header.
    components: Vec<u8>,
    /// By component and coefficient: how many low bits are still to come; `None` where nothing came.
    /// A progressive picture cut between two scans has every row, but too coarse; only this shows it.
    missing_bits: Vec<[Option<u8>; 64]>,
    in_scan: bool,
    has_end_marker: bool,
}

impl SegmentWalk {
    fn walk_segments<R: Read + Seek>(
        &mut self,
        source: &mut ByteReader<R>,
        limits: &Limits,
    ) -> Result<(), Error> {
        source.skip(2).map_err(Error::from_read_error)?;
        while let Some(mark) = next_marker(source).map_err(Error::from_read_error)? {
            match mark {
                EOI => {
                    self.has_end_marker = self.size.is_some() && self.in_scan;
                    return Ok(());
                }
                // Marks without a body; a stray restart mark between segments is skipped like decoders do.
                SOI | 0x01 | 0xD0..=0xD7 => continue,
                _ => {}
            }
            self.in_scan = false;
            let len = u16::from_be_bytes(source.read_array().map_err(Error::from_read_error)?);
            let len = usize::from(len)
                .checked_sub(2)
                .ok_or_else(|| Error::broken("a segment has no length"))?;
            match mark {
                0xC0..=0xCF if !matches!(mark, 0xC4 | 0xC8 | 0xCC) => {
                    let body = source.read_bytes(len).map_err(Error::from_read_error)?;
                    self.read_frame_header(mark, &body, limits)?;
                }
                APP1 if self.orientation.is_none() => {
                    let body = source.read_bytes(len).map_err(Error::from_read_error)?;
                    if body.starts_with(b"Exif\0\0") {
                        self.orientation = Some(exif_orientation(&body));
                    }
                }
                SOS => {
                    let body = source.read_bytes(len).map_err(Error::from_read_error)?;
                    self.read_scan_header(&body);
                    self.in_scan = true;
                }
                _ => source.skip(len as u64).map_err(Error::from_read_error)?,
            }
        }
        Ok(())
    }

    fn read_frame_header(&mut self, mark: u8, body: &[u8], limits: &Limits) -> Result<(), Error> {
        let [_, h1, h0, w1, w0, count, components @ ..] = body else {
            return Err(Error::broken("its frame header is too short"));
        };
        // Decoders refuse a second frame header; the first one is what was checked.
        if self.size.is_some() {
            return Err(Error::broken("it has two frame headers"));
        }
        let width = u32::from(u16::from_be_bytes([*w1, *w0]));
        let height = u32::from(u16::from_be_bytes([*h1, *h0]));
        limits.check_size(width, height)?;
        self.size = Some((width, height));
        self.progressive = matches!(mark, 0xC2 | 0xC6 | 0xCA | 0xCE);
        self.components = components
            .chunks_exact(3)
            .take(usize::from(*count))
            .map(|component| component[0])
            .collect();
        self.missing_bits = vec![[None; 64]; self.components.len()];
        Ok(())
    }

    fn read_scan_header(&mut self, body: &[u8]) {
        let Some((count, rest)) = body.split_first() else {
            return;
        };
        let Some((ids, tail)) = rest.split_at_checked(usize::from(*count) * 2) else {
            return;
        };
        let (first, last, low) = match (self.progressive, tail) {
            (true, [first, last, bits, ..]) => (*first, *last, bits & 15),
            _ => (0, 63, 0),
        };
        for id in ids.chunks_exact(2) {
            let at = self
                .components
                .iter()
                .position(|component| *component == id[0]);
            if let Some(coefficients) = at.and_then(|at| self.missing_bits.get_mut(at)) {
                for coefficient in coefficients
                    .iter_mut()
                    .take(usize::from(last) + 1)
                    .skip(usize::from(first))
                {
                    *coefficient = Some(low);
                }
            }
        }
    }

    fn is_fully_refined(&self) -> bool {
        self.missing_bits
            .iter()
            .flatten()
            .all(|missing| *missing == Some(0))
    }
}

/// The next mark, after whatever compressed data comes before it; `None` at the end of the file.
pub(crate) fn next_marker<R: Read + Seek>(source: &mut ByteReader<R>) -> io::Result<Option<u8>> {
    while source.skip_past(0xFF)? {
        let mut mark = 0xFF;
        while mark == 0xFF {
            if source.position() == source.len() {
                return Ok(None);
            }
            mark = source.read_byte()?;
        }
        // An escaped 0xFF and restart marks belong to the compressed data.
        if mark != 0 && !(0xD0..=0xD7).contains(&mark) {
            return Ok(Some(mark));
        }
    }
    Ok(None)
}
