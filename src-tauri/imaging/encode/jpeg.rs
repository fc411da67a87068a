//! JPEG encoder by libjpeg-turbo: chroma subsampling 4:2:0, optimised Huffman tables.

use turbojpeg::{Compressor, PixelFormat, Subsamp, YuvPlanesImage};

use crate::Error;
use crate::flatten::flatten;
use crate::raster::{Layout, Raster};
use crate::yuv_planes::YuvPlanes;

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
        let mut compressor = new_compressor(quality)?;
        compressor.set_subsamp(subsampling)?;
        compressor.compress_to_vec(image)
    };
    compress().map_err(Error::broken)
}

pub(super) fn encode_planes(planes: &YuvPlanes, quality: u8) -> Result<Vec<u8>, Error> {
    let (luma, [blue, red]) = (planes.padded_luma(), &planes.chroma);
    let image = YuvPlanesImage {
        y_plane: luma.pixels.as_slice(),
        u_plane: &blue.pixels,
        v_plane: &red.pixels,
        width: planes.luma.width as usize,
        height: planes.luma.height as usize,
        y_stride: luma.width as usize,
        u_stride: blue.width as usize,
        v_stride: red.width as usize,
        subsamp: Subsamp::Sub2x2,
    };
    new_compressor(quality)
        .and_then(|mut compressor| compressor.compress_yuv_planes_to_vec(&image))
        .map_err(Error::broken)
}

fn new_compressor(quality: u8) -> turbojpeg::Result<Compressor> {
    let mut compressor = Compressor::new()?;
    compressor.set_quality(i32::from(quality))?;
    compressor.set_optimize(true)?;
    Ok(compressor)
}
