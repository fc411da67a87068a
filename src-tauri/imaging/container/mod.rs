//! The skeletons of picture files: where each format keeps its size, its orientation and its end.
//!
//! A file a format. All of them read through `Source`, whose memory does not grow with the file, and check
//! `Limits` as soon as they know the size.

pub(crate) mod avif;
mod bmp;
mod byte_reader;
mod gif;
pub(crate) mod ico;
pub(crate) mod ifd;
pub(crate) mod jpeg;
mod png;
mod tiff;
pub(crate) mod webp;

use std::io::{Read, Seek};

pub(crate) use byte_reader::Source;

use crate::{Error, Format, Limits, Orientation};

/// What is known of a file without decoding it. Width and height are as stored, not as displayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Skeleton {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) orientation: Orientation,
    /// 1 for a still picture.
    pub(crate) frames: u32,
    /// Pixels of the largest frame, where one may be larger than the picture.
    pub(crate) largest_frame: u64,
    pub(crate) complete: bool,
    /// Where `complete` is false: all is there but the end mark, as far as the skeleton shows.
    pub(crate) lacks_only_its_end: bool,
}

impl Skeleton {
    /// A still, upright picture of a size that the limits allow.
    fn still(width: u32, height: u32, complete: bool, limits: &Limits) -> Result<Skeleton, Error> {
        limits.check(width, height)?;
        Ok(Skeleton {
            width,
            height,
            orientation: Orientation::Upright,
            frames: 1,
            largest_frame: 0,
            complete,
            lacks_only_its_end: false,
        })
    }
}

/// `source` stands at the file's start, which `format` was sniffed from.
pub(crate) fn read<R: Read + Seek>(
    format: Format,
    source: &mut Source<R>,
    limits: &Limits,
) -> Result<Skeleton, Error> {
    match format {
        Format::Jpeg => jpeg::read(source, limits),
        Format::Png => png::read(source, limits),
        Format::WebP => webp::read(source, limits),
        Format::Gif => gif::read(source, limits),
        Format::Bmp => bmp::read(source, limits),
        Format::Tiff => tiff::read(source, limits),
        Format::Avif => avif::read(source, limits),
        Format::Ico => ico::read(source, limits),
        Format::Heic | Format::JpegXl | Format::Svg => Err(Error::Unsupported(format)),
    }
}
