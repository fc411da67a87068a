//! AVIF: boxes that name items, say where each item's bytes lie, and how it is to be displayed.
//!
//! Only what makes a picture is read: the primary item, its alpha, their properties, and the tiles that either is
//! put together from, as phones store large pictures. An animation's first picture is its primary item.

mod boxes;

use std::io::{Read, Seek};
use std::ops::Range;

use boxes::Meta;

use super::{Skeleton, Source};
use crate::{Error, Limits, Orientation};

/// The boxes of a picture with a large colour profile take a tenth of this.
const MOST_META: u64 = 4 << 20;

/// Boxes before the picture's own, and pieces that an item lies in; real files have one or two.
pub(crate) const MOST_BOXES: u32 = 64;
const MOST_PIECES: usize = 256;

/// Alpha, depth and thumbnails are looked for among so many.
const MOST_COMPANIONS: usize = 16;

/// The largest pictures of phones have some 400 tiles.
const MOST_TILES: usize = 1024;

/// What a decoder wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// As stored, before `orientation`.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) orientation: Orientation,
    pub(crate) colour: Coded,
    pub(crate) alpha: Option<Coded>,
    pub(crate) premultiplied: bool,
    pub(crate) profile: Option<Vec<u8>>,
    pub(crate) code_points: Option<CodePoints>,
    /// More pictures follow the primary one.
    pub(crate) animated: bool,
}

/// Pixels as they are stored: in tiles of one size, row by row, which reach over the right and lower edge. A
/// picture in one piece is its only tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coded {
    pub(crate) tiles: Vec<Item>,
    /// How many lie side by side.
    pub(crate) columns: usize,
    pub(crate) tile: (u32, u32),
}

/// Where an item's bytes lie in the file, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) pieces: Vec<Range<u64>>,
}

/// How samples are to be understood, as numbers of ITU-T H.273.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodePoints {
    pub(crate) primaries: u8,
    pub(crate) transfer: u8,
    pub(crate) matrix: u8,
    pub(crate) full_range: bool,
}

pub(super) fn read<R: Read + Seek>(
    source: &mut Source<R>,
    limits: &Limits,
) -> Result<Skeleton, Error> {
    let picture = picture(source)?;
    let end = [Some(&picture.colour), picture.alpha.as_ref()]
        .into_iter()
        .flatten()
        .flat_map(|coded| &coded.tiles)
        .flat_map(|item| item.pieces.iter().map(|piece| piece.end))
        .max();
    let complete = end.is_some_and(|end| end <= source.len());
    let mut skeleton = Skeleton::still(picture.width, picture.height, complete, limits)?;
    skeleton.orientation = picture.orientation;
    // How many there are is not counted: only the first one is ever rendered.
    skeleton.frames = if picture.animated { u32::MAX } else { 1 };
    Ok(skeleton)
}

/// `source` stands at the file's start.
pub(crate) fn picture<R: Read + Seek>(source: &mut Source<R>) -> Result<Picture, Error> {
    let description = description(source)?;
    let (bytes, at) = (&description.bytes, description.at);
    described(bytes, at, source, description.animated).ok_or_else(senseless)?
}

/// Where the picture's EXIF lies; with a length before it that says where in it the directory begins.
/// `source` stands at the file's start.
pub(crate) fn exif<R: Read + Seek>(source: &mut Source<R>) -> Result<Option<Item>, Error> {
    let description = description(source)?;
    let meta = Meta::read(&description.bytes, description.at).ok_or_else(senseless)?;
    let item = meta.first_of(b"Exif");
    Ok(item.and_then(|item| meta.item(item, source.len())))
}

/// Every item with its four letters, and where its bytes lie.
pub(crate) struct Layout {
    pub(crate) items: Vec<([u8; 4], Vec<Range<u64>>)>,
    /// The part of the description that items may lie in.
    pub(crate) data: Option<Range<u64>>,
}

/// `source` stands at the file's start.
pub(crate) fn layout<R: Read + Seek>(source: &mut Source<R>) -> Result<Layout, Error> {
    let description = description(source)?;
    let meta = Meta::read(&description.bytes, description.at).ok_or_else(senseless)?;
    let items = meta.items(source.len()).ok_or_else(senseless)?;
    Ok(Layout {
        items,
        data: meta.data.clone(),
    })
}

fn senseless() -> Error {
    Error::broken("its description makes no sense")
}

/// The body of `meta`.
struct Description {
    bytes: Vec<u8>,
    /// Where it lies in the file.
    at: u64,
    animated: bool,
}

fn description<R: Read + Seek>(source: &mut Source<R>) -> Result<Description, Error> {
    let mut animated = false;
    for _ in 0..MOST_BOXES {
        let start = source.position();
        let (kind, len) = header(source).map_err(Error::reading)?;
        // A length of zero means to the end of the file.
        let end = match len {
            0 => source.len(),
            len => start.saturating_add(len),
        };
        let body = end
            .checked_sub(source.position())
            .ok_or_else(|| Error::broken("a box is shorter than its header"))?;
        match &kind {
            b"ftyp" if body <= MOST_META => {
                let brands = source.bytes(body as usize).map_err(Error::reading)?;
                animated = brands.starts_with(b"avis");
            }
            b"meta" if body > MOST_META => {
                return Err(Error::broken("its description is too long"));
            }
            b"meta" => {
                let at = source.position();
                let bytes = source.bytes(body as usize).map_err(Error::reading)?;
                return Ok(Description {
                    bytes,
                    at,
                    animated,
                });
            }
            _ => source.skip(body).map_err(Error::reading)?,
        }
    }
    Err(Error::broken("its description is missing"))
}

/// A box's name, and its length with this header.
pub(crate) fn header<R: Read + Seek>(source: &mut Source<R>) -> std::io::Result<([u8; 4], u64)> {
    let len = u32::from_be_bytes(source.array()?);
    let kind = source.array()?;
    let len = match len {
        1 => u64::from_be_bytes(source.array()?),
        len => u64::from(len),
    };
    Ok((kind, len))
}

/// `None` where bytes are missing; an error where they say what is not done.
fn described<R: Read + Seek>(
    bytes: &[u8],
    at: u64,
    source: &mut Source<R>,
    animated: bool,
) -> Option<Result<Picture, Error>> {
    let meta = Meta::read(bytes, at)?;
    let primary = meta.primary;
    if !matches!(&meta.kind(primary)?, b"av01" | b"grid") {
        return Some(Err(Error::broken("it is not coded as AV1")));
    }
    let mut turns = 0;
    let mut mirror = None;
    let mut size = None;
    let mut profile = None;
    let mut code_points = None;
    for (kind, body) in meta.properties(primary) {
        match &kind {
            b"ispe" => size = Some(sides(body)?),
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
        .pointing_at(b"auxl", primary)
        .into_iter()
        .take(MOST_COMPANIONS)
        .find(|item| {
            meta.kind(*item)
                .is_some_and(|kind| matches!(&kind, b"av01" | b"grid"))
                && meta.properties(*item).any(|(kind, body)| {
                    &kind == b"auxC"
                        && body.get(4..).is_some_and(|name| {
                            name.starts_with(b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0")
                        })
                })
        });
    let colour = coded(&meta, primary, (width, height), source)?;
    let alpha_coded = match alpha {
        Some(alpha) => Some(coded(&meta, alpha, (width, height), source)?),
        None => None,
    };
    Some(Ok(Picture {
        width,
        height,
        orientation: orientation(turns, mirror),
        colour,
        premultiplied: alpha
            .is_some_and(|alpha| meta.pointing_at(b"prem", alpha).contains(&primary)),
        alpha: alpha_coded,
        profile,
        code_points,
        animated,
    }))
}

fn coded<R: Read + Seek>(
    meta: &Meta<'_>,
    item: u32,
    size: (u32, u32),
    source: &mut Source<R>,
) -> Option<Coded> {
    let lies = meta.item(item, source.len())?;
    if meta.kind(item)? != *b"grid" {
        return Some(Coded {
            tiles: vec![lies],
            columns: 1,
            tile: size,
        });
    }
    // Version, flags, rows and columns less one, and the size, in two or four bytes a side.
    source.go_to(lies.pieces.first()?.start).ok()?;
    let [version, flags, rows, columns] = source.array().ok()?;
    let (rows, columns) = (usize::from(rows) + 1, usize::from(columns) + 1);
    let of_two = |bytes: [u8; 2]| u32::from(u16::from_be_bytes(bytes));
    let stated = match flags & 1 {
        0 => (of_two(source.array().ok()?), of_two(source.array().ok()?)),
        _ => {
            let wide = u32::from_be_bytes(source.array().ok()?);
            (wide, u32::from_be_bytes(source.array().ok()?))
        }
    };
    let parts = meta.pointed_to_by(b"dimg", item);
    if version != 0 || stated != size || parts.len() != rows * columns || parts.len() > MOST_TILES {
        return None;
    }
    let mut properties = meta.properties(*parts.first()?);
    let tile = properties.find_map(|(kind, body)| (&kind == b"ispe").then(|| sides(body))?)?;
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
        if meta.kind(part)? != *b"av01" {
            return None;
        }
        tiles.push(meta.item(part, source.len())?);
    }
    sensible.then_some(Coded {
        tiles,
        columns,
        tile,
    })
}

fn sides(ispe: &[u8]) -> Option<(u32, u32)> {
    let (_, sides) = ispe.split_first_chunk::<4>()?;
    let (width, sides) = sides.split_first_chunk::<4>()?;
    let height = sides.first_chunk::<4>()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}

/// Quarter turns counter-clockwise, then a mirror: 0 exchanges top and bottom, 1 left and right.
fn orientation(turns: u8, mirror: Option<u8>) -> Orientation {
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
