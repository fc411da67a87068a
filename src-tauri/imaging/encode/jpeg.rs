//! JPEG out, by libjpeg-turbo: half the colour resolution, Huffman tables made for the picture.

use turbojpeg::{Compressor, PixelFormat, Subsamp};

use crate::Error;
use crate::flatten::flatten;
use crate::raster::{Layout, Raster};

pub(super) fn encode(picture: Raster, quality: u8) -> Result<Vec<u8>, Error> {
    let picture = flatten(picture);
    let (format, subsampling) = match picture.layout {
        Layout::Grey => (PixelFormat::GRAY, Subsamp::Gray),
        _ => (PixelFormat::RGB, Subsamp::Sub2x2),
    };
    let (width, height) = (picture.width as usize, picture.height as usize);
    let image = turbojpeg::Image {
        pixels: picture.pixels.as_slice(),
        width,
        pitch: width * format.size(),
        height,
        format,
    };
    let compress = || {
        let mut compressor = Compressor::new()?;
        compressor.set_quality(i32::from(quality))?;
        compressor.set_subsamp(subsampling)?;
        compressor.set_optimize(true)?;
        compressor.compress_to_vec(image)
    };
    compress().map_err(Error::broken)
}
