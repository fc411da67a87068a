//! Decoders, one file per format. `inspect` has checked the limits on size before, from the header.

mod apng;
mod avif;
mod box_downscale;
mod canvas;
mod decoded_image;
pub(crate) mod frames;
mod gif;
mod ico;
mod image_crate;
mod jpeg;
pub(crate) mod play_count;
mod png;
mod webp;

pub(crate) use decoded_image::{DecodedImage, DecodedPlanes};

use crate::container::ContainerInfo;
use crate::info::ImageInfo;
use crate::{CancelToken, Error, Format, Limits};

/// Decodes the first frame. `scale` is how many result pixels a source pixel becomes; a decoder that can decode
/// to less than full size leaves enough for resizing to that.
pub(crate) fn decode_still(
    bytes: &[u8],
    info: &ImageInfo,
    scale: f64,
    limits: &Limits,
    stop: &dyn CancelToken,
) -> Result<DecodedImage, Error> {
    let (width, height) = info.stored_size();
    let memory = limits.max_decoder_bytes(width, height);
    let decoded = match info.format {
        Format::Jpeg => jpeg::decode_still(bytes, scale)?,
        Format::Png => png::decode_still(bytes, scale, memory, stop)?,
        Format::Gif => gif::decode_still(bytes, (width, height), memory)?,
        Format::WebP | Format::Bmp | Format::Tiff => {
            image_crate::decode_still(bytes, info.format, memory)?
        }
        Format::Avif => avif::decode_still(bytes, (width, height), stop)?,
        Format::Ico => ico::decode_still(bytes, memory, stop)?,
        Format::Heic | Format::JpegXl | Format::Svg => {
            return Err(Error::Unsupported(info.format));
        }
    };
    // What was checked and what was decoded must be the same picture.
    let (raster, extent) = (&decoded.raster, decoded.extent);
    let fits = |extent: f64, side: u32| extent <= f64::from(side) && f64::from(side) < extent + 1.0;
    if scale >= 1.0 && (raster.width, raster.height) != (width, height)
        || !fits(extent.0, raster.width)
        || !fits(extent.1, raster.height)
    {
        return Err(Error::broken(
            "its header and its pixels disagree about its size",
        ));
    }
    Ok(decoded)
}

/// To how many eighths of its size a JPEG is decoded that is to be resized by `scale`.
pub(crate) fn jpeg_scale_eighths(scale: f64) -> usize {
    jpeg::scale_eighths(scale)
}

/// Like `still`, for pictures that are stored in planes and can stay so; `None` for all others.
pub(crate) fn decode_planes(
    bytes: &[u8],
    info: &ImageInfo,
    scale: f64,
) -> Result<Option<DecodedPlanes>, Error> {
    if info.format != Format::Jpeg {
        return Ok(None);
    }
    match jpeg::decode_planes(bytes, scale)? {
        Some(decoded) if decoded.full_size != info.stored_size() => Err(Error::broken(
            "its header and its pixels disagree about its size",
        )),
        decoded => Ok(decoded),
    }
}

/// Decodes everything and throws it away; an error where rows are missing.
pub(crate) fn verify(
    bytes: &[u8],
    info: &ImageInfo,
    skeleton: &ContainerInfo,
    limits: &Limits,
    stop: &dyn CancelToken,
) -> Result<(), Error> {
    match info.format {
        Format::Jpeg => jpeg::verify(bytes, skeleton),
        // Every GIF is an animation, if of one frame.
        format
            if (info.animated && format.can_decode_animation() || format == Format::Gif)
                && skeleton.allows_animation(limits) =>
        {
            frames::verify(bytes, info, skeleton, limits, stop)?;
            // Its first frame is shown alone as well, which another decoder may see to.
            decode_still(bytes, info, 1.0, limits, stop).map(drop)
        }
        _ => decode_still(bytes, info, 1.0, limits, stop).map(drop),
    }
}
