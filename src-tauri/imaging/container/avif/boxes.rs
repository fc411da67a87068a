//! The boxes inside `meta`, parsed from memory; every length is checked against the bytes that are there.

use std::collections::HashMap;
use std::ops::Range;

/// The children of a box, as name and body; ends where they stop making sense.
pub(super) fn iter_boxes(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (len, after) = rest.split_first_chunk::<4>()?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        let (header, len) = match u32::from_be_bytes(*len) {
            0 => (8, rest.len()),
            1 => {
                let len = u64::from_be_bytes(*after.first_chunk()?);
                (16, usize::try_from(len).ok()?)
            }
            len => (8, len as usize),
        };
        let (whole, next) = rest.split_at_checked(len)?;
        let body = whole.get(header..)?;
        rest = next;
        Some((*kind, body))
    })
}

/// What `meta` says, its bytes kept as they are and searched when asked: items are few.
pub(super) struct MetaReader<'a> {
    pub(super) primary_item: u32,
    locations: NumberReader<'a>,
    kinds: &'a [u8],
    references: &'a [u8],
    properties: &'a [u8],
    associations: &'a [u8],
    /// Where `idat` lies in the file.
    pub(super) idat: Option<Range<u64>>,
}

/// What kind of item it is, and the pieces of the file that it lies in.
pub(super) type ItemRanges = ([u8; 4], Vec<Range<u64>>);

impl<'a> MetaReader<'a> {
    /// `bytes` are the body of `meta`, which lies `at` in the file.
    pub(super) fn parse(bytes: &'a [u8], at: u64) -> Option<MetaReader<'a>> {
        let mut meta = MetaReader {
            primary_item: 0,
            locations: NumberReader { rest: &[] },
            kinds: &[],
            references: &[],
            properties: &[],
            associations: &[],
            idat: None,
        };
        let mut primary = None;
        for (kind, body) in iter_boxes(bytes.get(4..)?) {
            match &kind {
                b"pitm" => {
                    let mut numbers = NumberReader { rest: body };
                    let version = numbers.read_number(4)? >> 24;
                    primary = Some(numbers.read_number(if version == 0 { 2 } else { 4 })? as u32);
                }
                b"iloc" => meta.locations = NumberReader { rest: body },
                b"iinf" => {
                    let count = if *body.first()? == 0 { 2 } else { 4 };
                    meta.kinds = body.get(4 + count..)?;
                }
                b"iref" => meta.references = body,
                b"iprp" => {
                    for (kind, body) in iter_boxes(body) {
                        match &kind {
                            b"ipco" => meta.properties = body,
                            b"ipma" => meta.associations = body,
                            _ => {}
                        }
                    }
                }
                b"idat" => {
                    // The body is a part of `bytes`, so its place in the file follows from where it ends.
                    let start = body.as_ptr() as usize - bytes.as_ptr() as usize;
                    let start = at + start as u64;
                    meta.idat = Some(start..start + body.len() as u64);
                }
                _ => {}
            }
        }
        meta.primary_item = primary?;
        Some(meta)
    }

    /// An item's four letters.
    pub(super) fn item_type(&self, wanted: u32) -> Option<[u8; 4]> {
        let mut kinds = self.item_types();
        kinds.find_map(|(item, kind)| (item == wanted).then_some(kind))
    }

    /// The first item with these four letters.
    pub(super) fn first_item_of_type(&self, wanted: &[u8; 4]) -> Option<u32> {
        let mut kinds = self.item_types();
        kinds.find_map(|(item, kind)| (&kind == wanted).then_some(item))
    }

    fn item_types(&self) -> impl Iterator<Item = (u32, [u8; 4])> {
        iter_boxes(self.kinds).filter_map(|(kind, body)| {
            let mut numbers = NumberReader { rest: body };
            let version = numbers.read_number(4)? >> 24;
            let item = match (&kind, version) {
                (b"infe", 2) => numbers.read_number(2)?,
                (b"infe", 3) => numbers.read_number(4)?,
                _ => return None,
            };
            numbers.read_number(2)?;
            Some((item as u32, *numbers.rest.first_chunk()?))
        })
    }

    /// The properties that are an item's, in their order.
    pub(super) fn properties(&self, item: u32) -> impl Iterator<Item = ([u8; 4], &'a [u8])> {
        let properties = self.properties;
        self.property_indices(item)
            .unwrap_or_default()
            .into_iter()
            .filter_map(move |index| iter_boxes(properties).nth(usize::from(index).checked_sub(1)?))
    }

    fn property_indices(&self, wanted: u32) -> Option<Vec<u16>> {
        let mut numbers = NumberReader {
            rest: self.associations,
        };
        let head = numbers.read_number(4)?;
        let (version, wide) = (head >> 24, head & 1 == 1);
        for _ in 0..numbers.read_number(4)? {
            let item = numbers.read_number(if version == 0 { 2 } else { 4 })?;
            let count = numbers.read_number(1)?;
            let mut indices = Vec::new();
            for _ in 0..count {
                // The highest bit says "essential".
                indices.push(if wide {
                    numbers.read_number(2)? as u16 & 0x7FFF
                } else {
                    numbers.read_number(1)? as u16 & 0x7F
                });
            }
            if item == u64::from(wanted) {
                return Some(indices);
            }
        }
        None
    }

    /// The items that refer to `item` in the way that `relation` names.
    pub(super) fn items_referring_to(&self, relation: &[u8; 4], item: u32) -> Vec<u32> {
        let all = self
            .references_of_type(relation)
            .unwrap_or_default()
            .into_iter();
        let found = all.filter(|(_, to)| *to == item);
        found.map(|(from, _)| from).collect()
    }

    /// The items that `item` refers to in the way that `relation` names, in their order.
    pub(super) fn items_referred_to_by(&self, relation: &[u8; 4], item: u32) -> Vec<u32> {
        let all = self
            .references_of_type(relation)
            .unwrap_or_default()
            .into_iter();
        let found = all.filter(|(from, _)| *from == item);
        found.map(|(_, to)| to).collect()
    }

    fn references_of_type(&self, relation: &[u8; 4]) -> Option<Vec<(u32, u32)>> {
        let wide = if *self.references.first()? == 0 { 2 } else { 4 };
        let mut found = Vec::new();
        for (kind, body) in iter_boxes(self.references.get(4..)?) {
            let mut numbers = NumberReader { rest: body };
            let from = numbers.read_number(wide)? as u32;
            for _ in 0..numbers.read_number(2)? {
                let to = numbers.read_number(wide)? as u32;
                if &kind == relation {
                    found.push((from, to));
                }
            }
        }
        Some(found)
    }

    /// Where an item lies; nothing beyond the file's end is checked here, only that numbers make sense.
    pub(super) fn item_extents(&self, wanted: u32, file: u64) -> Option<ItemExtents> {
        let (_, item) = self.read_locations(Some(wanted), file)?.pop()?;
        item
    }

    /// All items, those of the picture and those beside it. One that lies nowhere sensible lies nowhere.
    pub(super) fn all_items(&self, file: u64) -> Option<Vec<ItemRanges>> {
        let kinds: HashMap<u32, [u8; 4]> = self.item_types().collect();
        let located = self.read_locations(None, file)?.into_iter();
        let items = located.filter_map(|(item, lies)| Some((*kinds.get(&item)?, lies?.extents)));
        Some(items.collect())
    }

    /// What is said of where items lie, of all or of the wanted one.
    fn read_locations(
        &self,
        wanted: Option<u32>,
        file: u64,
    ) -> Option<Vec<(u32, Option<ItemExtents>)>> {
        let mut numbers = NumberReader {
            rest: self.locations.rest,
        };
        let version = numbers.read_number(4)? >> 24;
        let widths = numbers.read_number(2)?;
        let width = |at: u32| (widths >> at & 15) as usize;
        let (offsets, lengths, bases) = (width(12), width(8), width(4));
        let indices = if version > 0 { width(0) } else { 0 };
        let count = numbers.read_number(if version < 2 { 2 } else { 4 })?;
        let mut found = Vec::new();
        for _ in 0..count {
            let item = numbers.read_number(if version < 2 { 2 } else { 4 })? as u32;
            let is_wanted = wanted.is_none_or(|wanted| wanted == item);
            let method = if version > 0 {
                numbers.read_number(2)? & 15
            } else {
                0
            };
            // Data in another file is none.
            let elsewhere = numbers.read_number(2)? != 0;
            let base = numbers.read_number(bases)?;
            let mut pieces = Vec::new();
            let count = numbers.read_number(2)?;
            // Pieces without a byte to describe them cost nothing to write and much to read.
            if count > 1 && indices + offsets + lengths == 0 {
                return None;
            }
            for _ in 0..count {
                numbers.read_number(indices)?;
                let offset = base.checked_add(numbers.read_number(offsets)?)?;
                let len = numbers.read_number(lengths)?;
                let start = match (method, &self.idat) {
                    (0, _) => offset,
                    (1, Some(data)) if offset <= data.end - data.start => data.start + offset,
                    _ => u64::MAX,
                };
                // No length means to the end.
                let end = match len {
                    0 => file.max(start),
                    len => start.saturating_add(len),
                };
                if is_wanted {
                    pieces.push(start..end);
                }
            }
            if is_wanted {
                let sensible = !elsewhere && (1..=MAX_EXTENTS).contains(&pieces.len());
                found.push((item, sensible.then_some(ItemExtents { extents: pieces })));
            }
            if is_wanted && wanted.is_some() {
                break;
            }
        }
        Some(found)
    }
}

/// Big-endian numbers of any width, one after another.
struct NumberReader<'a> {
    rest: &'a [u8],
}

impl NumberReader<'_> {
    fn read_number(&mut self, width: usize) -> Option<u64> {
        let (bytes, rest) = self.rest.split_at_checked(width)?;
        self.rest = rest;
        // Widths come from the file too: of more than eight bytes only the last eight count.
        Some(
            bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        )
    }
}

const MAX_EXTENTS: usize = 256;

/// Where an item's bytes lie in the file, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ItemExtents {
    pub(crate) extents: Vec<Range<u64>>,
}
