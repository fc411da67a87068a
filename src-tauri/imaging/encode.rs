//! Encoders, one file per format.

pub(crate) mod animation;
mod avif;
mod bmp;
mod gif;
mod jpeg;
mod png;
pub(crate) mod size_effort;
mod webp;

use crate::raster::Raster;
use crate::yuv_planes::YuvPlanes;
use crate::{Error, Format};

/// Indistinguishable for most eyes at half the bytes of 92.
const DEFAULT_QUALITY: u8 = 82;

/// The longest side that the format's own header can say, as far as that is less than `Limits` may allow.
fn max_side(format: Format) -> u32 {
    match format {
        Format::Jpeg => 65_500,
        Format::WebP => 16_383,
        Format::Gif => 65_535,
        Format::Avif => 65_536,
        _ => u32::MAX,
    }
}

/// Refuses what could not be written, before anything is decoded.
pub(crate) fn check_encodable(format: Format, width: u32, height: u32) -> Result<(), Error> {
    if !format.can_encode() {
        return Err(Error::CannotEncode(format));
    }
    let max = max_side(format);
    if width.max(height) > max {
        Err(Error::DimensionTooLargeForOutput { format, max })
    } else {
        Ok(())
    }
}

/// One picture, in sRGB. `quality` is 1 to 100 and matters to JPEG, WebP and AVIF; `from_a_palette` says that its
/// source had few colours, and matters to PNG.
pub(crate) fn encode_still(
    picture: Raster,
    format: Format,
    quality: Option<u8>,
    from_a_palette: bool,
) -> Result<Vec<u8>, Error> {
    let quality = resolve_quality(quality, format);
    match format {
        Format::Jpeg => jpeg::encode(picture, quality),
        Format::Png => png::encode(&picture, from_a_palette),
        Format::WebP => webp::encode(picture, quality),
        Format::Gif => gif::encode_still(picture),
        Format::Avif => avif::encode(picture, quality),
        Format::Bmp => bmp::encode(picture),
        _ => Err(Error::CannotEncode(format)),
    }
}

/// Whether a format stores planes like those of a JPEG.
pub(crate) fn accepts_planes(format: Format) -> bool {
    matches!(format, Format::Jpeg | Format::WebP | Format::Avif)
}

/// Like `still`, for a format that takes planes.
pub(crate) fn encode_planes(
    picture: YuvPlanes,
    format: Format,
    quality: Option<u8>,
) -> Result<Vec<u8>, Error> {
    let quality = resolve_quality(quality, format);
    match format {
        Format::Jpeg => jpeg::encode_planes(&picture, quality),
        Format::Avif => avif::encode_planes(&picture, quality),
        Format::WebP => webp::yuv::encode_planes(picture, quality),
        _ => Err(Error::CannotEncode(format)),
    }
}

fn resolve_quality(quality: Option<u8>, format: Format) -> u8 {
    let usual = match format {
        Format::Avif => avif::DEFAULT_QUALITY,
        _ => DEFAULT_QUALITY,
    };
    quality.unwrap_or(usual).clamp(1, 100)
}
