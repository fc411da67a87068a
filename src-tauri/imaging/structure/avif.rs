//! AVIF: boxes that name items, say where each item's bytes lie, and how it is to be displayed.
//!
//! Only what makes a picture is read: the primary item, its alpha, and their properties. A picture made of a
//! grid of smaller ones is refused by name; an animation's first picture is its primary item.

mod boxes;

use std::io::{Read, Seek};
use std::ops::Range;

use boxes::Meta;

use super::{Skeleton, Source};
use crate::{Error, Limits, Orientation};

/// The boxes of a picture with a large colour profile take a tenth of this.
const MOST_META: u64 = 4 << 20;

/// Boxes before the picture's own, and pieces that an item lies in; real files have one or two.
const MOST_BOXES: u32 = 64;
const MOST_PIECES: usize = 256;

/// Alpha, depth and thumbnails are looked for among so many.
const MOST_COMPANIONS: usize = 16;

/// What a decoder wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// As stored, before `orientation`.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) orientation: Orientation,
    pub(crate) colour: Item,
    pub(crate) alpha: Option<Item>,
    pub(crate) premultiplied: bool,
    pub(crate) profile: Option<Vec<u8>>,
    pub(crate) code_points: Option<CodePoints>,
    /// More pictures follow the primary one.
    pub(crate) animated: bool,
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
    described(bytes, at, source.len(), description.animated).ok_or_else(senseless)?
}

/// Where the picture's EXIF lies; with a length before it that says where in it the directory begins.
/// `source` stands at the file's start.
pub(crate) fn exif<R: Read + Seek>(source: &mut Source<R>) -> Result<Option<Item>, Error> {
    let description = description(source)?;
    let meta = Meta::read(&description.bytes, description.at).ok_or_else(senseless)?;
    let item = meta.first_of(b"Exif");
    Ok(item.and_then(|item| meta.item(item, source.len())))
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
fn header<R: Read + Seek>(source: &mut Source<R>) -> std::io::Result<([u8; 4], u64)> {
    let len = u32::from_be_bytes(source.array()?);
    let kind = source.array()?;
    let len = match len {
        1 => u64::from_be_bytes(source.array()?),
        len => u64::from(len),
    };
    Ok((kind, len))
}

/// `None` where bytes are missing; an error where they say what is not done.
fn described(bytes: &[u8], at: u64, file: u64, animated: bool) -> Option<Result<Picture, Error>> {
    let meta = Meta::read(bytes, at)?;
    let primary = meta.primary;
    match &meta.kind(primary)? {
        b"av01" => {}
        b"grid" => {
            return Some(Err(Error::broken(
                "it is put together from tiles, which is not supported",
            )));
        }
        _ => return Some(Err(Error::broken("it is not coded as AV1"))),
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
            meta.kind(*item) == Some(*b"av01")
                && meta.properties(*item).any(|(kind, body)| {
                    &kind == b"auxC"
                        && body.get(4..).is_some_and(|name| {
                            name.starts_with(b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0")
                        })
                })
        });
    let colour = meta.item(primary, file)?;
    let alpha_item = match alpha {
        Some(alpha) => Some(meta.item(alpha, file)?),
        None => None,
    };
    Some(Ok(Picture {
        width,
        height,
        orientation: orientation(turns, mirror),
        colour,
        premultiplied: alpha
            .is_some_and(|alpha| meta.pointing_at(b"prem", alpha).contains(&primary)),
        alpha: alpha_item,
        profile,
        code_points,
        animated,
    }))
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
