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

pub(crate) use byte_reader::ByteReader;

use crate::{Error, Format, Limits, Orientation};

/// What is known of a file without decoding it. Width and height are as stored, not as displayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContainerInfo {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) orientation: Orientation,
    /// 1 for a still picture.
    pub(crate) frame_count: u32,
    /// Pixels of the largest frame, where one may be larger than the picture.
    pub(crate) largest_frame_pixels: u64,
    pub(crate) is_complete: bool,
    /// Where `complete` is false: all is there but the end mark, as far as the skeleton shows.
    pub(crate) lacks_only_end_marker: bool,
}

impl ContainerInfo {
    /// A still, upright picture of a size that the limits allow.
    fn new_still(
        width: u32,
        height: u32,
        complete: bool,
        limits: &Limits,
    ) -> Result<ContainerInfo, Error> {
        limits.check_size(width, height)?;
        Ok(ContainerInfo {
            width,
            height,
            orientation: Orientation::Upright,
            frame_count: 1,
            largest_frame_pixels: 0,
            is_complete: complete,
            lacks_only_end_marker: false,
        })
    }
}

/// `source` stands at the file's start, which `format` was sniffed from.
pub(crate) fn read_info<R: Read + Seek>(
    format: Format,
    source: &mut ByteReader<R>,
    limits: &Limits,
) -> Result<ContainerInfo, Error> {
    match format {
        Format::Jpeg => jpeg::read_info(source, limits),
        Format::Png => png::read_info(source, limits),
        Format::WebP => webp::read_info(source, limits),
        Format::Gif => gif::read_info(source, limits),
        Format::Bmp => bmp::read_info(source, limits),
        Format::Tiff => tiff::read_info(source, limits),
        Format::Avif => avif::read_info(source, limits),
        Format::Ico => ico::read_info(source, limits),
        Format::Heic | Format::JpegXl | Format::Svg => Err(Error::Unsupported(format)),
    }
}
