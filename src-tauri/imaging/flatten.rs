//! Flattens transparent pixels onto white, for formats without alpha.

use crate::raster::{Layout, Raster};

/// Grey stays grey; everything else becomes RGB.
pub(crate) fn flatten(raster: Raster) -> Raster {
    let on_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    match raster.layout {
        Layout::GreyAlpha => raster.map_pixels(Layout::Grey, |&[v, a]| [on_white(v, a)]),
        Layout::Rgba => raster.map_pixels(Layout::Rgb, |&[r, g, b, a]| {
            [on_white(r, a), on_white(g, a), on_white(b, a)]
        }),
        Layout::Grey | Layout::Rgb | Layout::Cmyk => raster,
    }
}
