//! Container headers: where each format keeps its size, its orientation and its end.
//!
//! One file per format. All of them read through `ByteReader`, whose memory does not grow with the file, and check
//! `Limits` as soon as they know the size.

pub(crate) mod avif;
mod bmp;
mod byte_reader;
mod gif;
pub(crate) mod ico;
pub(crate) mod ifd;
mod info;
pub(crate) mod jpeg;
mod png;
mod tiff;
pub(crate) mod webp;

use std::io::{Read, Seek};

pub(crate) use byte_reader::ByteReader;
pub(crate) use info::ContainerInfo;

use crate::{Error, Format, Limits};

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
