//! WebP, BMP and TIFF decoders of the `image` crate; depths beyond 8 bits become 8. Depths beyond 8 bits become 8.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;
use image::codecs::tiff::TiffDecoder;
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder, ImageResult, Limits};

use super::DecodedImage;
use crate::raster::{Layout, Raster};
use crate::{Error, Format};

pub(super) fn decode_still(
    bytes: &[u8],
    format: Format,
    memory: u64,
) -> Result<DecodedImage, Error> {
    let source = Cursor::new(bytes);
    match format {
        Format::WebP => WebPDecoder::new(source).and_then(|decoder| decode_with(decoder, memory)),
        Format::Tiff => TiffDecoder::new(source).and_then(|decoder| decode_with(decoder, memory)),
        _ => BmpDecoder::new(source).and_then(|decoder| decode_with(decoder, memory)),
    }
    .map_err(Error::broken)
}

pub(super) fn decode_with(
    mut decoder: impl ImageDecoder,
    memory: u64,
) -> ImageResult<DecodedImage> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(memory);
    decoder.set_limits(limits)?;
    // A profile that cannot be read is like none.
    let profile = decoder.icc_profile().unwrap_or_default();
    let decoded = DynamicImage::from_decoder(decoder)?;
    let (width, height) = (decoded.width(), decoded.height());
    let (layout, pixels) = match decoded {
        DynamicImage::ImageLuma8(pixels) => (Layout::Grey, pixels.into_raw()),
        DynamicImage::ImageLumaA8(pixels) => (Layout::GreyAlpha, pixels.into_raw()),
        DynamicImage::ImageRgb8(pixels) => (Layout::Rgb, pixels.into_raw()),
        DynamicImage::ImageRgba8(pixels) => (Layout::Rgba, pixels.into_raw()),
        DynamicImage::ImageLuma16(_) => (Layout::Grey, decoded.into_luma8().into_raw()),
        DynamicImage::ImageLumaA16(_) => (Layout::GreyAlpha, decoded.into_luma_alpha8().into_raw()),
        deep if deep.color().has_alpha() => (Layout::Rgba, deep.into_rgba8().into_raw()),
        deep => (Layout::Rgb, deep.into_rgb8().into_raw()),
    };
    Ok(DecodedImage::new(
        Raster {
            width,
            height,
            layout,
            pixels,
        },
        profile,
    ))
}
