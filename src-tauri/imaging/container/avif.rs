//! AVIF container: boxes that name items, locate each item's bytes, and say how the image is displayed.
//!
//! Only what makes a picture is read: the primary item, its alpha, their properties, and the tiles that either is
//! put together from, as phones store large pictures. An animation's first picture is its primary item.

mod boxes;

use std::io::{Read, Seek};
use std::ops::Range;

pub(crate) use boxes::ItemExtents;
use boxes::MetaReader;

use super::{ByteReader, ContainerInfo};
use crate::{Error, Limits, Orientation};

/// The boxes of a picture with a large colour profile take a tenth of this.
const MAX_META_BYTES: u64 = 4 << 20;

/// Boxes before the picture's own, and pieces that an item lies in; real files have one or two.
pub(crate) const MAX_BOXES: u32 = 64;

/// Alpha, depth and thumbnails are looked for among so many.
const MAX_AUXILIARY_ITEMS: usize = 16;

/// The largest pictures of phones have some 400 tiles.
const MAX_TILES: usize = 1024;

/// What a decoder wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AvifImage {
    /// As stored, before `orientation`.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) orientation: Orientation,
    pub(crate) colour: TileGrid,
    pub(crate) alpha: Option<TileGrid>,
    pub(crate) is_premultiplied: bool,
    pub(crate) profile: Option<Vec<u8>>,
    pub(crate) code_points: Option<CodePoints>,
    /// More pictures follow the primary one.
    pub(crate) is_animated: bool,
}

/// Pixels as they are stored: in tiles of one size, row by row, which reach over the right and lower edge. A
/// picture in one piece is its only tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TileGrid {
    pub(crate) tiles: Vec<ItemExtents>,
    /// How many lie side by side.
    pub(crate) columns: usize,
    pub(crate) tile_size: (u32, u32),
}

/// How samples are to be understood, as numbers of ITU-T H.273.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodePoints {
    pub(crate) primaries: u8,
    pub(crate) transfer: u8,
    pub(crate) matrix: u8,
    pub(crate) full_range: bool,
}

pub(super) fn read_info<R: Read + Seek>(
    source: &mut ByteReader<R>,
    limits: &Limits,
) -> Result<ContainerInfo, Error> {
    let picture = read_image(source)?;
    let end = [Some(&picture.colour), picture.alpha.as_ref()]
        .into_iter()
        .flatten()
        .flat_map(|coded| &coded.tiles)
        .flat_map(|item| item.extents.iter().map(|piece| piece.end))
        .max();
    let complete = end.is_some_and(|end| end <= source.len());
    let mut skeleton = ContainerInfo::new_still(picture.width, picture.height, complete, limits)?;
    skeleton.orientation = picture.orientation;
    // How many there are is not counted: only the first one is ever rendered.
    skeleton.frame_count = if picture.is_animated { u32::MAX } else { 1 };
    Ok(skeleton)
}

/// `source` stands at the file's start.
pub(crate) fn read_image<R: Read + Seek>(source: &mut ByteReader<R>) -> Result<AvifImage, Error> {
    let description = read_meta_box(source)?;
    let (bytes, at) = (&description.bytes, description.offset);
    parse_image(bytes, at, source, description.is_animated).ok_or_else(malformed_meta)?
}

/// Where the picture's EXIF lies; with a length before it that says where in it the directory begins.
/// `source` stands at the file's start.
pub(crate) fn find_exif<R: Read + Seek>(
    source: &mut ByteReader<R>,
) -> Result<Option<ItemExtents>, Error> {
    let description = read_meta_box(source)?;
    let meta =
        MetaReader::parse(&description.bytes, description.offset).ok_or_else(malformed_meta)?;
    let item = meta.first_item_of_type(b"Exif");
    Ok(item.and_then(|item| meta.item_extents(item, source.len())))
}

/// Every item with its four letters, and where its bytes lie.
pub(crate) struct ItemLayout {
    pub(crate) items: Vec<([u8; 4], Vec<Range<u64>>)>,
    /// The part of the description that items may lie in.
    pub(crate) idat: Option<Range<u64>>,
}

/// `source` stands at the file's start.
pub(crate) fn read_item_layout<R: Read + Seek>(
    source: &mut ByteReader<R>,
) -> Result<ItemLayout, Error> {
    let description = read_meta_box(source)?;
    let meta =
        MetaReader::parse(&description.bytes, description.offset).ok_or_else(malformed_meta)?;
    let items = meta.all_items(source.len()).ok_or_else(malformed_meta)?;
    Ok(ItemLayout {
        items,
        idat: meta.idat.clone(),
    })
}

fn malformed_meta() -> Error {
    Error::broken("its description makes no sense")
}

/// The body of `meta`.
struct MetaBox {
    bytes: Vec<u8>,
    /// Where it lies in the file.
    offset: u64,
    is_animated: bool,
}

fn read_meta_box<R: Read + Seek>(source: &mut ByteReader<R>) -> Result<MetaBox, Error> {
    let mut animated = false;
    for _ in 0..MAX_BOXES {
        let start = source.position();
        let (kind, len) = read_box_header(source).map_err(Error::from_read_error)?;
        // A length of zero means to the end of the file.
        let end = match len {
            0 => source.len(),
            len => start.saturating_add(len),
        };
        let body = end
            .checked_sub(source.position())
            .ok_or_else(|| Error::broken("a box is shorter than its header"))?;
        match &kind {
            b"ftyp" if body <= MAX_META_BYTES => {
                let brands = source
                    .read_bytes(body as usize)
                    .map_err(Error::from_read_error)?;
                animated = brands.starts_with(b"avis");
            }
            b"meta" if body > MAX_META_BYTES => {
                return Err(Error::broken("its description is too long"));
            }
            b"meta" => {
                let at = source.position();
                let bytes = source
                    .read_bytes(body as usize)
                    .map_err(Error::from_read_error)?;
                return Ok(MetaBox {
                    bytes,
                    offset: at,
                    is_animated: animated,
                });
            }
            _ => source.skip(body).map_err(Error::from_read_error)?,
        }
    }
    Err(Error::broken("its description is missing"))
}

/// A box's name, and its length with this header.
pub(crate) fn read_box_header<R: Read + Seek>(
    source: &mut ByteReader<R>,
) -> std::io::Result<([u8; 4], u64)> {
    let len = u32::from_be_bytes(source.read_array()?);
    let kind = source.read_array()?;
    let len = match len {
        1 => u64::from_be_bytes(source.read_array()?),
        len => u64::from(len),
    };
    Ok((kind, len))
}

/// `None` where bytes are missing; an error where they say what is not done.
fn parse_image<R: Read + Seek>(
    bytes: &[u8],
    at: u64,
    source: &mut ByteReader<R>,
    animated: bool,
) -> Option<Result<AvifImage, Error>> {
    let meta = MetaReader::parse(bytes, at)?;
    let primary = meta.primary_item;
    if !matches!(&meta.item_type(primary)?, b"av01" | b"grid") {
        return Some(Err(Error::broken("it is not coded as AV1")));
    }
    let mut turns = 0;
    let mut mirror = None;
    let mut size = None;
    let mut profile = None;
    let mut code_points = None;
    for (kind, body) in meta.properties(primary) {
        match &kind {
            b"ispe" => size = Some(parse_ispe(body)?),
            b"irot" => turns = body.first()? & 3,
            b"imir" => mirror = Some(body.first()? & 1),
            b"colr" => match body.split_first_chunk::<4>()? {
                (b"prof" | b"rICC", icc) => profile = Some(icc.to_vec()),
                (b"nclx", &[_, primaries, _, transfer, _, matrix, range, ..]) => {
                    code_points = Some(CodePoints {
                        primaries,
                        transfer,
                        matrix,
                        full_range: range & 0x80 != 0,
                    });
                }
                _ => {}
            },
            _ => {}
        }
    }
    let (width, height) = size?;
    let alpha = meta
        .items_referring_to(b"auxl", primary)
        .into_iter()
        .take(MAX_AUXILIARY_ITEMS)
        .find(|item| {
            meta.item_type(*item)
                .is_some_and(|kind| matches!(&kind, b"av01" | b"grid"))
                && meta.properties(*item).any(|(kind, body)| {
                    &kind == b"auxC"
                        && body.get(4..).is_some_and(|name| {
                            name.starts_with(b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0")
                        })
                })
        });
    let colour = read_tile_grid(&meta, primary, (width, height), source)?;
    let alpha_coded = match alpha {
        Some(alpha) => Some(read_tile_grid(&meta, alpha, (width, height), source)?),
        None => None,
    };
    Some(Ok(AvifImage {
        width,
        height,
        orientation: orientation_from_boxes(turns, mirror),
        colour,
        is_premultiplied: alpha
            .is_some_and(|alpha| meta.items_referring_to(b"prem", alpha).contains(&primary)),
        alpha: alpha_coded,
        profile,
        code_points,
        is_animated: animated,
    }))
}

fn read_tile_grid<R: Read + Seek>(
    meta: &MetaReader<'_>,
    item: u32,
    size: (u32, u32),
    source: &mut ByteReader<R>,
) -> Option<TileGrid> {
    let lies = meta.item_extents(item, source.len())?;
    if meta.item_type(item)? != *b"grid" {
        return Some(TileGrid {
            tiles: vec![lies],
            columns: 1,
            tile_size: size,
        });
    }
    // Version, flags, rows and columns less one, and the size, in two or four bytes a side.
    source.seek_to(lies.extents.first()?.start).ok()?;
    let [version, flags, rows, columns] = source.read_array().ok()?;
    let (rows, columns) = (usize::from(rows) + 1, usize::from(columns) + 1);
    let of_two = |bytes: [u8; 2]| u32::from(u16::from_be_bytes(bytes));
    let stated = match flags & 1 {
        0 => (
            of_two(source.read_array().ok()?),
            of_two(source.read_array().ok()?),
        ),
        _ => {
            let wide = u32::from_be_bytes(source.read_array().ok()?);
            (wide, u32::from_be_bytes(source.read_array().ok()?))
        }
    };
    let parts = meta.items_referred_to_by(b"dimg", item);
    if version != 0 || stated != size || parts.len() != rows * columns || parts.len() > MAX_TILES {
        return None;
    }
    let mut properties = meta.properties(*parts.first()?);
    let tile =
        properties.find_map(|(kind, body)| (&kind == b"ispe").then(|| parse_ispe(body))?)?;
    // The last tile of each row and column begins within the picture, and little is decoded for nothing.
    let begins = |tile: u32, count: usize, side: u32| {
        tile > 0 && u64::from(tile) * (count as u64 - 1) < u64::from(side)
    };
    let covers =
        |tile: u32, count: usize, side: u32| u64::from(tile) * count as u64 >= u64::from(side);
    let area = u64::from(tile.0) * u64::from(tile.1) * parts.len() as u64;
    let sensible = begins(tile.0, columns, size.0)
        && begins(tile.1, rows, size.1)
        && covers(tile.0, columns, size.0)
        && covers(tile.1, rows, size.1)
        && area <= u64::from(size.0) * u64::from(size.1) * 2 + (1 << 20);
    let mut tiles = Vec::with_capacity(parts.len());
    for part in parts {
        if meta.item_type(part)? != *b"av01" {
            return None;
        }
        tiles.push(meta.item_extents(part, source.len())?);
    }
    sensible.then_some(TileGrid {
        tiles,
        columns,
        tile_size: tile,
    })
}

fn parse_ispe(ispe: &[u8]) -> Option<(u32, u32)> {
    let (_, sides) = ispe.split_first_chunk::<4>()?;
    let (width, sides) = sides.split_first_chunk::<4>()?;
    let height = sides.first_chunk::<4>()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}

/// Quarter turns counter-clockwise, then a mirror: 0 exchanges top and bottom, 1 left and right.
fn orientation_from_boxes(turns: u8, mirror: Option<u8>) -> Orientation {
    match (turns, mirror) {
        (0, None) => Orientation::Upright,
        (1, None) => Orientation::Rotate270,
        (2, None) => Orientation::Rotate180,
        (_, None) => Orientation::Rotate90,
        (0, Some(1)) | (2, Some(0)) => Orientation::FlipHorizontal,
        (0, Some(_)) | (2, Some(_)) => Orientation::FlipVertical,
        (1, Some(0)) | (3, Some(1)) => Orientation::Transpose,
        (_, Some(_)) => Orientation::Transverse,
    }
}
