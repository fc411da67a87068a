//! Pads an image: centres it on a larger, transparent canvas.

use crate::raster::{Layout, Raster};

/// The canvas is nowhere smaller than the picture.
pub(crate) fn pad(picture: Raster, (width, height): (u32, u32)) -> Raster {
    if (picture.width, picture.height) == (width, height) {
        return picture;
    }
    let picture = match picture.into_colour() {
        opaque if opaque.layout == Layout::Rgb => {
            opaque.map_pixels(Layout::Rgba, |&[r, g, b]| [r, g, b, 255])
        }
        other => other,
    };
    let mut canvas = Raster::blank(width, height, picture.layout);
    let left = width.saturating_sub(picture.width) / 2;
    let top = height.saturating_sub(picture.height) / 2;
    canvas.draw(&picture, left, top);
    canvas
}
