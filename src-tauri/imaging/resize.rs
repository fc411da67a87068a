//! Resampling by Lanczos3: colours weighted by alpha, from a source rectangle in fractions of pixels.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::Error;
use crate::raster::{Layout, Raster};

/// A rectangle in pixels of a raster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Crop {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Crop {
    /// So large a share of each side of `extent`; `before` is how much of the rest lies left of it and above.
    pub(crate) fn new(extent: (f64, f64), share: (f64, f64), before: (f64, f64)) -> Crop {
        let (width, height) = (extent.0 * share.0, extent.1 * share.1);
        Crop {
            left: (extent.0 - width) * before.0,
            top: (extent.1 - height) * before.1,
            width,
            height,
        }
    }
}

pub(crate) fn resize(
    source: &Raster,
    part: Crop,
    width: u32,
    height: u32,
) -> Result<Raster, Error> {
    let smooth = ResizeAlg::Convolution(FilterType::Lanczos3);
    resize_with(source, part, (width, height), smooth)
}

/// The nearest pixel each, so that there are no colours but the source's.
pub(crate) fn resize_nearest(
    source: &Raster,
    part: Crop,
    width: u32,
    height: u32,
) -> Result<Raster, Error> {
    resize_with(source, part, (width, height), ResizeAlg::Nearest)
}

fn resize_with(
    source: &Raster,
    part: Crop,
    (width, height): (u32, u32),
    how: ResizeAlg,
) -> Result<Raster, Error> {
    let kind = match source.layout {
        Layout::Grey => PixelType::U8,
        Layout::GreyAlpha => PixelType::U8x2,
        Layout::Rgb => PixelType::U8x3,
        Layout::Rgba | Layout::Cmyk => PixelType::U8x4,
    };
    let from =
        ImageRef::new(source.width, source.height, &source.pixels, kind).map_err(Error::broken)?;
    let mut to = Image::new(width, height, kind);
    let options = ResizeOptions::new()
        .resize_alg(how)
        .crop(part.left, part.top, part.width, part.height)
        .use_alpha(source.layout.has_alpha());
    Resizer::new()
        .resize(&from, &mut to, &options)
        .map_err(Error::broken)?;
    Ok(Raster {
        width,
        height,
        layout: source.layout,
        pixels: to.into_vec(),
    })
}
