//! From pixels to bytes, a format a file.

pub(crate) mod animation;
mod avif;
mod bmp;
mod gif;
mod jpeg;
mod png;
mod webp;

use crate::raster::Raster;
use crate::yuv_planes::Planes;
use crate::{Error, Format};

/// Indistinguishable for most eyes at half the bytes of 92.
const QUALITY: u8 = 82;

/// The longest side that the format's own header can say, as far as that is less than `Limits` may allow.
fn longest(format: Format) -> u32 {
    match format {
        Format::Jpeg => 65_500,
        Format::WebP => 16_383,
        Format::Gif => 65_535,
        Format::Avif => 65_536,
        _ => u32::MAX,
    }
}

/// Refuses what could not be written, before anything is decoded.
pub(crate) fn check(format: Format, width: u32, height: u32) -> Result<(), Error> {
    if !format.encodes() {
        return Err(Error::CannotWrite(format));
    }
    let max = longest(format);
    if width.max(height) > max {
        Err(Error::TooLongForOutput { format, max })
    } else {
        Ok(())
    }
}

/// One picture, in sRGB. `quality` is 1 to 100 and matters to JPEG, WebP and AVIF; `from_a_palette` says that its
/// source had few colours, and matters to PNG.
pub(crate) fn still(
    picture: Raster,
    format: Format,
    quality: Option<u8>,
    from_a_palette: bool,
) -> Result<Vec<u8>, Error> {
    let quality = usual(quality, format);
    match format {
        Format::Jpeg => jpeg::encode(picture, quality),
        Format::Png => png::encode(&picture, from_a_palette),
        Format::WebP => webp::encode(picture, quality),
        Format::Gif => gif::still(picture),
        Format::Avif => avif::encode(picture, quality),
        Format::Bmp => bmp::encode(picture),
        _ => Err(Error::CannotWrite(format)),
    }
}

/// Whether a format stores planes like those of a JPEG.
pub(crate) fn takes_planes(format: Format) -> bool {
    matches!(format, Format::Jpeg | Format::WebP | Format::Avif)
}

/// Like `still`, for a format that takes planes.
pub(crate) fn planes(
    picture: Planes,
    format: Format,
    quality: Option<u8>,
) -> Result<Vec<u8>, Error> {
    let quality = usual(quality, format);
    match format {
        Format::Jpeg => jpeg::encode_planes(&picture, quality),
        Format::Avif => avif::encode_planes(&picture, quality),
        Format::WebP => webp::yuv::encode(picture, quality),
        _ => Err(Error::CannotWrite(format)),
    }
}

fn usual(quality: Option<u8>, format: Format) -> u8 {
    let usual = match format {
        Format::Avif => avif::QUALITY,
        _ => QUALITY,
    };
    quality.unwrap_or(usual).clamp(1, 100)
}
