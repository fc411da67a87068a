//! BMP encoder of the `image` crate, for programs that read nothing else; few of them know alpha. Hardly any of
//! them knows alpha.

use image::codecs::bmp::BmpEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::Error;
use crate::flatten::flatten;
use crate::raster::{Layout, Raster};

pub(super) fn encode(picture: Raster) -> Result<Vec<u8>, Error> {
    let picture = flatten(picture);
    let colours = match picture.layout {
        Layout::Grey => ExtendedColorType::L8,
        _ => ExtendedColorType::Rgb8,
    };
    let mut bytes = Vec::with_capacity(picture.pixels.len() + 2048);
    BmpEncoder::new(&mut bytes)
        .write_image(&picture.pixels, picture.width, picture.height, colours)
        .map_err(Error::broken)?;
    Ok(bytes)
}
