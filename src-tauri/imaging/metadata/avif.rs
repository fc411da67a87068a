//! AVIF: addresses of bytes stand all over the file, so nothing moves. What tells is overwritten where it lies: items of
//! EXIF and XMP with empty ones, boxes that are none of a picture's with free space.
//!
//! What an item of the picture uses stays, wherever it lies. A small second picture, which hardly any file has, stays.

use std::io::{Read, Seek};
use std::ops::Range;

use super::{Piece, Pieces};
use crate::Error;
use crate::container::Source;
use crate::container::avif::{MOST_BOXES, header, layout};

/// EXIF with no entry: where it begins, then a directory.
const NO_EXIF: &[u8] = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0";
const NO_XMP: &[u8] = b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>";

/// Boxes that make a picture, or a moving one.
const OF_THE_FILE: [&[u8; 4]; 9] = [
    b"ftyp", b"meta", b"mdat", b"moov", b"moof", b"mfra", b"sidx", b"styp", b"pdin",
];
const OF_META: [&[u8; 4]; 9] = [
    b"hdlr", b"pitm", b"iloc", b"iinf", b"iref", b"iprp", b"idat", b"dinf", b"grpl",
];
/// Within a moving picture and its tracks.
const TELLING: [&[u8; 4]; 5] = [b"udta", b"meta", b"uuid", b"free", b"skip"];

/// Bytes that are to be others.
struct Overwritten {
    place: Range<u64>,
    /// The beginning, then one byte over and over.
    with: Vec<u8>,
    fill: u8,
}

impl Overwritten {
    /// An item's piece, or as much of it as its empty stand-in fits into.
    fn item(place: Range<u64>, empty: &[u8], fill: u8) -> Overwritten {
        let fits = place.end - place.start >= empty.len() as u64;
        let with = if fits { empty.to_vec() } else { Vec::new() };
        Overwritten { place, with, fill }
    }

    /// A box from its name on: whatever was in it, it is free space.
    fn boxed(found: &Boxed) -> Overwritten {
        let mut with = b"free".to_vec();
        with.extend(&found.size);
        Overwritten {
            place: found.start + 4..found.end,
            with,
            fill: 0,
        }
    }

    /// It is that already.
    fn is_there<R: Read + Seek>(&self, source: &mut Source<R>) -> Result<bool, Error> {
        source.go_to(self.place.start).map_err(Error::reading)?;
        let begins = source.bytes(self.with.len()).map_err(Error::reading)?;
        if begins != self.with {
            return Ok(false);
        }
        while source.position() < self.place.end {
            let left = self.place.end - source.position();
            let part = source
                .bytes(left.min(64 << 10) as usize)
                .map_err(Error::reading)?;
            if part.iter().any(|byte| *byte != self.fill) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

pub(super) fn look<R: Read + Seek>(
    source: &mut Source<R>,
    pieces: &mut Pieces,
) -> Result<(), Error> {
    let layout = layout(source)?;
    let len = source.len();
    let top = boxes(source, 0..len)?;
    let mut wanted: Vec<Overwritten> = Vec::new();
    // Where items may lie.
    let mut data: Vec<Range<u64>> = layout.data.iter().cloned().collect();
    let mut metas = 0;
    for found in &top {
        match &found.kind {
            b"mdat" => data.push(found.body()),
            b"meta" if metas == 0 => {
                metas += 1;
                let inside = boxes(source, found.start_of_body() + 4..found.end)?;
                for within in &inside {
                    if &within.kind == b"iprp" {
                        wanted.extend(descriptions(source, within)?);
                    } else if !OF_META.contains(&&within.kind) {
                        wanted.push(Overwritten::boxed(within));
                    }
                }
            }
            b"moov" => wanted.extend(telling(source, found.body(), 0)?),
            kind if OF_THE_FILE.contains(&kind) => {}
            _ => wanted.push(Overwritten::boxed(found)),
        }
    }
    for (kind, places) in &layout.items {
        let (empty, fill) = match kind {
            b"Exif" => (NO_EXIF, 0),
            b"mime" => (NO_XMP, b' '),
            _ => continue,
        };
        for place in places {
            if data.iter().any(|data| contains(data, place)) {
                wanted.push(Overwritten::item(place.clone(), empty, fill));
            }
        }
    }
    let used = layout
        .items
        .iter()
        .filter(|(kind, _)| !matches!(kind, b"Exif" | b"mime"));
    let used = united(
        used.flat_map(|(_, places)| places.iter().cloned())
            .collect(),
    );
    wanted.retain(|one| !meets(&used, &one.place));
    wanted.sort_by_key(|one| one.place.start);
    let mut done = 0;
    let mut copied = 0;
    for one in wanted {
        if one.place.start < done || one.place.is_empty() {
            continue;
        }
        done = one.place.end;
        if one.is_there(source)? {
            continue;
        }
        pieces.keep(copied..one.place.start);
        copied = one.place.end;
        let left = one.place.end - one.place.start - one.with.len() as u64;
        if !one.with.is_empty() {
            pieces.put(one.with);
        }
        pieces.0.push(Piece::Fill(one.fill, left));
    }
    pieces.keep(copied..len);
    Ok(())
}

struct Boxed {
    kind: [u8; 4],
    start: u64,
    /// The long form of its length, where it has one.
    size: Vec<u8>,
    end: u64,
}

impl Boxed {
    fn start_of_body(&self) -> u64 {
        self.start + 8 + self.size.len() as u64
    }

    fn body(&self) -> Range<u64> {
        self.start_of_body()..self.end
    }
}

/// The boxes that lie in a part of the file; what does not end within it ends them.
fn boxes<R: Read + Seek>(source: &mut Source<R>, part: Range<u64>) -> Result<Vec<Boxed>, Error> {
    let mut found = Vec::new();
    let mut start = part.start;
    while start + 8 <= part.end && found.len() < MOST_BOXES as usize {
        source.go_to(start).map_err(Error::reading)?;
        let (kind, len) = header(source).map_err(Error::reading)?;
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
        found.push(Boxed {
            kind,
            start,
            size,
            end,
        });
        start = end;
    }
    Ok(found)
}

/// Names, descriptions and tags that somebody wrote, among an item's properties. They are known by their place, which
/// free space keeps.
fn descriptions<R: Read + Seek>(
    source: &mut Source<R>,
    properties: &Boxed,
) -> Result<Vec<Overwritten>, Error> {
    let mut found = Vec::new();
    for container in boxes(source, properties.body())? {
        if &container.kind == b"ipco" {
            let all = boxes(source, container.body())?;
            let telling = all
                .iter()
                .filter(|one| matches!(&one.kind, b"udes" | b"uuid"));
            found.extend(telling.map(Overwritten::boxed));
        }
    }
    Ok(found)
}

fn telling<R: Read + Seek>(
    source: &mut Source<R>,
    part: Range<u64>,
    depth: u8,
) -> Result<Vec<Overwritten>, Error> {
    let mut found = Vec::new();
    for one in boxes(source, part)? {
        if TELLING.contains(&&one.kind) {
            found.push(Overwritten::boxed(&one));
        } else if &one.kind == b"trak" && depth == 0 {
            found.extend(telling(source, one.body(), 1)?);
        }
    }
    Ok(found)
}

fn contains(outer: &Range<u64>, inner: &Range<u64>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// In their order, none touching another.
fn united(mut places: Vec<Range<u64>>) -> Vec<Range<u64>> {
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

fn meets(united: &[Range<u64>], place: &Range<u64>) -> bool {
    let at = united.partition_point(|one| one.end <= place.start);
    united.get(at).is_some_and(|one| one.start < place.end)
}
