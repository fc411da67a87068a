//! From bytes to pixels, a format a file. Nobody here looks at limits on size: `look` did, from the header.

mod apng;
mod avif;
mod box_downscale;
mod canvas;
pub(crate) mod frames;
mod gif;
mod ico;
mod image_crate;
mod jpeg;
mod png;
mod webp;

use crate::container::Skeleton;
use crate::info::Info;
use crate::raster::Raster;
use crate::yuv_planes::Planes;
use crate::{Error, Format, Limits, Stop};

/// A still picture as stored: neither oriented nor converted to sRGB.
pub(crate) struct Decoded {
    pub(crate) raster: Raster,
    /// The part of the raster, from its top left, that is the picture. Scaled decoding rounds up, so the last
    /// column and row may be picture only in part, and whoever takes them for whole shifts the picture.
    pub(crate) extent: (f64, f64),
    /// The ICC profile that the pixels are in.
    pub(crate) profile: Option<Vec<u8>>,
    /// It was stored as at most 256 colours.
    pub(crate) from_a_palette: bool,
}

/// A still picture as stored, in planes and in sRGB.
pub(crate) struct InPlanes {
    pub(crate) planes: Planes,
    /// As of `Decoded`.
    pub(crate) extent: (f64, f64),
    /// The size in the file.
    pub(crate) whole: (u32, u32),
}

impl Decoded {
    fn whole(raster: Raster, profile: Option<Vec<u8>>) -> Decoded {
        let extent = (f64::from(raster.width), f64::from(raster.height));
        Decoded {
            raster,
            extent,
            profile,
            from_a_palette: false,
        }
    }
}

/// Decodes the first frame. `scale` is how many result pixels a source pixel becomes; a decoder that can decode
/// to less than full size leaves enough for resizing to that.
pub(crate) fn still(
    bytes: &[u8],
    info: &Info,
    scale: f64,
    limits: &Limits,
    stop: &dyn Stop,
) -> Result<Decoded, Error> {
    let (width, height) = info.stored();
    let memory = limits.decoder_bytes(width, height);
    let decoded = match info.format {
        Format::Jpeg => jpeg::still(bytes, scale)?,
        Format::Png => png::still(bytes, scale, memory, stop)?,
        Format::Gif => gif::still(bytes, (width, height), memory)?,
        Format::WebP | Format::Bmp | Format::Tiff => {
            image_crate::still(bytes, info.format, memory)?
        }
        Format::Avif => avif::still(bytes, (width, height), stop)?,
        Format::Ico => ico::still(bytes, memory, stop)?,
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
pub(crate) fn eighths_of_jpeg(scale: f64) -> usize {
    jpeg::eighths(scale)
}

/// Like `still`, for pictures that are stored in planes and can stay so; `None` for all others.
pub(crate) fn planes(bytes: &[u8], info: &Info, scale: f64) -> Result<Option<InPlanes>, Error> {
    if info.format != Format::Jpeg {
        return Ok(None);
    }
    match jpeg::planes(bytes, scale)? {
        Some(decoded) if decoded.whole != info.stored() => Err(Error::broken(
            "its header and its pixels disagree about its size",
        )),
        decoded => Ok(decoded),
    }
}

/// Decodes everything and throws it away; an error where rows are missing.
pub(crate) fn verify(
    bytes: &[u8],
    info: &Info,
    skeleton: &Skeleton,
    limits: &Limits,
    stop: &dyn Stop,
) -> Result<(), Error> {
    match info.format {
        Format::Jpeg => jpeg::verify(bytes, skeleton),
        // Every GIF is an animation, if of one frame.
        format
            if (info.animated && format.moves() || format == Format::Gif)
                && limits.allow_animation(skeleton) =>
        {
            frames::verify(bytes, info, skeleton, limits, stop)?;
            // Its first frame is shown alone as well, which another decoder may see to.
            still(bytes, info, 1.0, limits, stop).map(drop)
        }
        _ => still(bytes, info, 1.0, limits, stop).map(drop),
    }
}
