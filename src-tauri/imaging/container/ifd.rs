//! The first image file directory (IFD) of a TIFF structure; EXIF is one inside other formats.
//!
//! Only the first directory is read, and where asked one that it points at; entries are looked at one by one, so
//! offsets that lead in circles lead nowhere here.

use std::io::{self, Cursor, Read, Seek};

use super::ByteReader;
use crate::Orientation;

const ORIENTATION: u16 = 274;

/// Classic TIFF allows 65 535 entries; real files have a few dozen.
const MAX_ENTRIES: u64 = 4096;

pub(crate) struct Directory {
    entries: Vec<Entry>,
    big_endian: bool,
    big_tiff: bool,
}

struct Entry {
    tag: u16,
    value_type: u64,
    /// Bytes of one value: 1, 2, 4 or 8; 0 for kinds that no one here asks for.
    value_size: u64,
    count: u64,
    /// The values themselves where they fit.
    inline: [u8; 8],
    /// Where they are otherwise.
    offset: Option<u64>,
}

impl Directory {
    /// `source` stands at the structure's start; offsets count from there, so that must be the source's own start.
    pub(crate) fn read<R: Read + Seek>(source: &mut ByteReader<R>) -> io::Result<Directory> {
        let mark: [u8; 4] = source.read_array()?;
        let big_endian = match &mark[..2] {
            b"II" => false,
            b"MM" => true,
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        let big_tiff = match parse_number(&mark[2..], big_endian) {
            42 => false,
            43 => true,
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        if big_tiff {
            source.skip(4)?;
        }
        let start = parse_number(&source.read_bytes(offset_width(big_tiff))?, big_endian);
        Directory::read_at(start, big_endian, big_tiff, source)
    }

    /// The directory that a tag's value points at; `None` where there is none.
    pub(crate) fn subdirectory<R: Read + Seek>(
        &self,
        tag: u16,
        source: &mut ByteReader<R>,
    ) -> io::Result<Option<Directory>> {
        self.value(tag)
            .map(|start| Directory::read_at(start, self.big_endian, self.big_tiff, source))
            .transpose()
    }

    fn read_at<R: Read + Seek>(
        start: u64,
        big_endian: bool,
        big_tiff: bool,
        source: &mut ByteReader<R>,
    ) -> io::Result<Directory> {
        let width = offset_width(big_tiff);
        source.seek_to(start)?;
        let count = parse_number(
            &source.read_bytes(if big_tiff { 8 } else { 2 })?,
            big_endian,
        );
        let mut entries = Vec::new();
        for _ in 0..count.min(MAX_ENTRIES) {
            let tag = parse_number(&source.read_array::<2>()?, big_endian) as u16;
            let kind = parse_number(&source.read_array::<2>()?, big_endian);
            let count = parse_number(&source.read_bytes(width)?, big_endian);
            let value = source.read_bytes(width)?;
            let size: u64 = match kind {
                1 | 2 | 6 | 7 => 1,
                3 | 8 => 2,
                4 | 9 | 13 => 4,
                16..=18 => 8,
                _ => 0,
            };
            let fits = !is_rational(kind)
                && size
                    .checked_mul(count)
                    .is_some_and(|bytes| bytes <= width as u64);
            let mut inline = [0; 8];
            inline[..width].copy_from_slice(&value);
            entries.push(Entry {
                tag,
                value_type: kind,
                value_size: size,
                count,
                inline,
                offset: (!fits).then(|| parse_number(&value, big_endian)),
            });
        }
        Ok(Directory {
            entries,
            big_endian,
            big_tiff,
        })
    }

    /// A tag's only or first value, where it stands in the entry itself.
    pub(crate) fn value(&self, tag: u16) -> Option<u64> {
        let entry = self
            .entry(tag)
            .filter(|entry| entry.offset.is_none() && entry.count > 0)?;
        Some(parse_number(
            &entry.inline[..entry.value_size as usize],
            self.big_endian,
        ))
    }

    /// All of a tag's values; none where there are more than `most`, or more than the file holds.
    pub(crate) fn values<R: Read + Seek>(
        &self,
        tag: u16,
        most: u64,
        source: &mut ByteReader<R>,
    ) -> io::Result<Option<Vec<u64>>> {
        let Some(entry) = self.entry(tag).filter(|entry| entry.count <= most) else {
            return Ok(None);
        };
        let len = (entry.value_size * entry.count) as usize;
        let bytes = match entry.offset {
            None => entry.inline[..len].to_vec(),
            Some(offset) => {
                source.seek_to(offset)?;
                source.read_bytes(len)?
            }
        };
        let values = bytes
            .chunks_exact(entry.value_size as usize)
            .map(|value| parse_number(value, self.big_endian));
        Ok(Some(values.collect()))
    }

    /// A tag's first value as people read it: a text, a whole number, or a ratio such as `1/60`. `None` also for
    /// what is no text or number, and for a text of more than `most` bytes.
    pub(crate) fn display_value<R: Read + Seek>(
        &self,
        tag: u16,
        most: u64,
        source: &mut ByteReader<R>,
    ) -> io::Result<Option<TagValue>> {
        let Some(entry) = self.entries.iter().find(|entry| entry.tag == tag) else {
            return Ok(None);
        };
        if let (true, Some(offset)) = (
            is_rational(entry.value_type) && entry.count > 0,
            entry.offset,
        ) {
            source.seek_to(offset)?;
            let part = |bytes: [u8; 4]| parse_number(&bytes, self.big_endian) as u32;
            let (over, under) = (part(source.read_array()?), part(source.read_array()?));
            return Ok(Some(TagValue::Text(match entry.value_type {
                SIGNED_RATIONAL => format!("{}/{}", over.cast_signed(), under.cast_signed()),
                _ => format!("{over}/{under}"),
            })));
        }
        match entry.value_type {
            1 | 2 => {
                let Some(values) = self.values(tag, most, source)? else {
                    return Ok(None);
                };
                let bytes = values.into_iter().map(|value| value as u8).collect();
                Ok(Some(TagValue::Bytes(bytes)))
            }
            3 | 4 => Ok(self
                .value(tag)
                .map(|value| TagValue::Text(value.to_string()))),
            _ => Ok(None),
        }
    }

    pub(super) fn orientation(&self) -> Orientation {
        self.value(ORIENTATION)
            .and_then(|tag| Orientation::from_exif(u16::try_from(tag).ok()?))
            .unwrap_or_default()
    }

    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.tag == tag && entry.value_size > 0)
    }
}

/// What a tag says.
pub(crate) enum TagValue {
    Text(String),
    /// A text in whatever encoding the tag has.
    Bytes(Vec<u8>),
}

const RATIONAL: u64 = 5;
const SIGNED_RATIONAL: u64 = 10;

fn is_rational(kind: u64) -> bool {
    matches!(kind, RATIONAL | SIGNED_RATIONAL)
}

/// Bytes of an offset.
fn offset_width(big_tiff: bool) -> usize {
    if big_tiff { 8 } else { 4 }
}

/// The orientation in EXIF bytes, with or without the `Exif` mark before them; upright where it says nothing sensible.
pub(crate) fn exif_orientation(exif: &[u8]) -> Orientation {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let mut source = ByteReader::new(Cursor::new(exif), exif.len() as u64);
    Directory::read(&mut source)
        .map(|directory| directory.orientation())
        .unwrap_or_default()
}

/// Up to eight bytes as a number.
fn parse_number(bytes: &[u8], big_endian: bool) -> u64 {
    let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
    if big_endian {
        bytes.iter().fold(0, add)
    } else {
        bytes.iter().rev().fold(0, add)
    }
}
