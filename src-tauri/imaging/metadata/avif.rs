//! Strips metadata of AVIF: offsets into the file are everywhere, so nothing may move and metadata is overwritten
//! in place. What tells is overwritten where it lies: items of EXIF and XMP with empty ones, boxes that are none of
//! a picture's with free space.
//!
//! What an item of the picture uses stays, wherever it lies. A small second picture, which hardly any file has, stays.

use std::io::{Read, Seek};
use std::ops::Range;

use super::strip_plan::{OutputPiece, StripPlan};
use crate::Error;
use crate::container::ByteReader;
use crate::container::avif::{MAX_BOXES, read_box_header, read_item_layout};

/// EXIF with no entry: where it begins, then a directory.
const EMPTY_EXIF: &[u8] = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0";
const EMPTY_XMP: &[u8] = b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>";

/// Boxes that make a picture, or a moving one.
const KEPT_FILE_BOXES: [&[u8; 4]; 9] = [
    b"ftyp", b"meta", b"mdat", b"moov", b"moof", b"mfra", b"sidx", b"styp", b"pdin",
];
const KEPT_META_BOXES: [&[u8; 4]; 9] = [
    b"hdlr", b"pitm", b"iloc", b"iinf", b"iref", b"iprp", b"idat", b"dinf", b"grpl",
];
/// Within a moving picture and its tracks.
const PRIVATE_BOXES: [&[u8; 4]; 5] = [b"udta", b"meta", b"uuid", b"free", b"skip"];

/// Bytes that are to be others.
struct Overwrite {
    range: Range<u64>,
    /// The beginning, then one byte over and over.
    prefix: Vec<u8>,
    fill: u8,
}

impl Overwrite {
    /// An item's piece, or as much of it as its empty stand-in fits into.
    fn for_item(place: Range<u64>, empty: &[u8], fill: u8) -> Overwrite {
        let fits = place.end - place.start >= empty.len() as u64;
        let with = if fits { empty.to_vec() } else { Vec::new() };
        Overwrite {
            range: place,
            prefix: with,
            fill,
        }
    }

    /// A box from its name on: whatever was in it, it is free space.
    fn for_box(found: &BoxLocation) -> Overwrite {
        let mut with = b"free".to_vec();
        with.extend(&found.long_length);
        Overwrite {
            range: found.start + 4..found.end,
            prefix: with,
            fill: 0,
        }
    }

    /// It is that already.
    fn is_applied<R: Read + Seek>(&self, source: &mut ByteReader<R>) -> Result<bool, Error> {
        source
            .seek_to(self.range.start)
            .map_err(Error::from_read_error)?;
        let begins = source
            .read_bytes(self.prefix.len())
            .map_err(Error::from_read_error)?;
        if begins != self.prefix {
            return Ok(false);
        }
        while source.position() < self.range.end {
            let left = self.range.end - source.position();
            let part = source
                .read_bytes(left.min(64 << 10) as usize)
                .map_err(Error::from_read_error)?;
            if part.iter().any(|byte| *byte != self.fill) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

pub(super) fn plan_strip<R: Read + Seek>(
    source: &mut ByteReader<R>,
    pieces: &mut StripPlan,
) -> Result<(), Error> {
    let layout = read_item_layout(source)?;
    let len = source.len();
    let top = read_boxes(source, 0..len)?;
    let mut wanted: Vec<Overwrite> = Vec::new();
    // Where items may lie.
    let mut data: Vec<Range<u64>> = layout.idat.iter().cloned().collect();
    let mut metas = 0;
    for found in &top {
        match &found.box_type {
            b"mdat" => data.push(found.body_range()),
            b"meta" if metas == 0 => {
                metas += 1;
                let inside = read_boxes(source, found.body_start() + 4..found.end)?;
                for within in &inside {
                    if &within.box_type == b"iprp" {
                        wanted.extend(private_properties(source, within)?);
                    } else if !KEPT_META_BOXES.contains(&&within.box_type) {
                        wanted.push(Overwrite::for_box(within));
                    }
                }
            }
            b"moov" => wanted.extend(private_boxes(source, found.body_range(), 0)?),
            kind if KEPT_FILE_BOXES.contains(&kind) => {}
            _ => wanted.push(Overwrite::for_box(found)),
        }
    }
    for (kind, places) in &layout.items {
        let (empty, fill) = match kind {
            b"Exif" => (EMPTY_EXIF, 0),
            b"mime" => (EMPTY_XMP, b' '),
            _ => continue,
        };
        for place in places {
            if data.iter().any(|data| contains_range(data, place)) {
                wanted.push(Overwrite::for_item(place.clone(), empty, fill));
            }
        }
    }
    let used = layout
        .items
        .iter()
        .filter(|(kind, _)| !matches!(kind, b"Exif" | b"mime"));
    let used = merge_ranges(
        used.flat_map(|(_, places)| places.iter().cloned())
            .collect(),
    );
    wanted.retain(|one| !overlaps_any(&used, &one.range));
    wanted.sort_by_key(|one| one.range.start);
    let mut done = 0;
    let mut copied = 0;
    for one in wanted {
        if one.range.start < done || one.range.is_empty() {
            continue;
        }
        done = one.range.end;
        if one.is_applied(source)? {
            continue;
        }
        pieces.copy_range(copied..one.range.start);
        copied = one.range.end;
        let left = one.range.end - one.range.start - one.prefix.len() as u64;
        if !one.prefix.is_empty() {
            pieces.insert_bytes(one.prefix);
        }
        pieces.0.push(OutputPiece::Fill(one.fill, left));
    }
    pieces.copy_range(copied..len);
    Ok(())
}

struct BoxLocation {
    box_type: [u8; 4],
    start: u64,
    /// The long form of its length, where it has one.
    long_length: Vec<u8>,
    end: u64,
}

impl BoxLocation {
    fn body_start(&self) -> u64 {
        self.start + 8 + self.long_length.len() as u64
    }

    fn body_range(&self) -> Range<u64> {
        self.body_start()..self.end
    }
}

/// The boxes that lie in a part of the file; what does not end within it ends them.
fn read_boxes<R: Read + Seek>(
    source: &mut ByteReader<R>,
    part: Range<u64>,
) -> Result<Vec<BoxLocation>, Error> {
    let mut found = Vec::new();
    let mut start = part.start;
    while start + 8 <= part.end && found.len() < MAX_BOXES as usize {
        source.seek_to(start).map_err(Error::from_read_error)?;
        let (kind, len) = read_box_header(source).map_err(Error::from_read_error)?;
        let long = source.position() - start > 8;
        let end = match len {
            0 => part.end,
            len => start.saturating_add(len),
        };
        if end > part.end || end < source.position() {
            break;
        }
        let size = if long {
            len.to_be_bytes().to_vec()
        } else {
            Vec::new()
        };
        found.push(BoxLocation {
            box_type: kind,
            start,
            long_length: size,
            end,
        });
        start = end;
    }
    Ok(found)
}

/// Names, descriptions and tags that somebody wrote, among an item's properties. They are known by their place, which
/// free space keeps.
fn private_properties<R: Read + Seek>(
    source: &mut ByteReader<R>,
    properties: &BoxLocation,
) -> Result<Vec<Overwrite>, Error> {
    let mut found = Vec::new();
    for container in read_boxes(source, properties.body_range())? {
        if &container.box_type == b"ipco" {
            let all = read_boxes(source, container.body_range())?;
            let telling = all
                .iter()
                .filter(|one| matches!(&one.box_type, b"udes" | b"uuid"));
            found.extend(telling.map(Overwrite::for_box));
        }
    }
    Ok(found)
}

fn private_boxes<R: Read + Seek>(
    source: &mut ByteReader<R>,
    part: Range<u64>,
    depth: u8,
) -> Result<Vec<Overwrite>, Error> {
    let mut found = Vec::new();
    for one in read_boxes(source, part)? {
        if PRIVATE_BOXES.contains(&&one.box_type) {
            found.push(Overwrite::for_box(&one));
        } else if &one.box_type == b"trak" && depth == 0 {
            found.extend(private_boxes(source, one.body_range(), 1)?);
        }
    }
    Ok(found)
}

fn contains_range(outer: &Range<u64>, inner: &Range<u64>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// In their order, none touching another.
fn merge_ranges(mut places: Vec<Range<u64>>) -> Vec<Range<u64>> {
    places.sort_by_key(|place| place.start);
    let mut united: Vec<Range<u64>> = Vec::new();
    for place in places {
        match united.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => united.push(place),
        }
    }
    united
}

fn overlaps_any(united: &[Range<u64>], place: &Range<u64>) -> bool {
    let at = united.partition_point(|one| one.end <= place.start);
    united.get(at).is_some_and(|one| one.start < place.end)
}
