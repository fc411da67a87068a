//! Lossy WebP from YUV planes, by libwebp: saves the conversion to RGB and back.
//!
//! WebP's planes are JPEG's but for their range, which stops short of both ends.

#![expect(unsafe_code, reason = "calls libwebp")]

use std::ptr;

use libwebp_sys::{
    WebPConfig, WebPEncode, WebPMemoryWrite, WebPMemoryWriter, WebPMemoryWriterClear,
    WebPMemoryWriterInit, WebPPicture, WebPPreset,
};

use crate::Error;
use crate::yuv_planes::YuvPlanes;

pub(crate) fn encode_planes(mut planes: YuvPlanes, quality: u8) -> Result<Vec<u8>, Error> {
    let luma = &mut planes.luma;
    scale_to_limited_range(&mut luma.pixels, 16, 219);
    let (width, height) = (luma.width, luma.height);
    let (wide, tall) = (width.div_ceil(2), height.div_ceil(2));
    let [blue, red] = &mut planes.chroma;
    for plane in [&mut *blue, &mut *red] {
        if (plane.width, plane.height) != (wide, tall) {
            return Err(Error::broken("its planes do not belong together"));
        }
        scale_to_limited_range(&mut plane.pixels, 16, 224);
    }
    let full =
        |pixels: &[u8], width: u32, height: u32| pixels.len() == width as usize * height as usize;
    if !full(&luma.pixels, width, height)
        || !full(&blue.pixels, wide, tall)
        || !full(&red.pixels, wide, tall)
    {
        return Err(Error::broken("its pixels do not fill its size"));
    }
    let unfit = || Error::broken("WebP could not hold it");
    let config = WebPConfig::new_with_preset(WebPPreset::WEBP_PRESET_DEFAULT, f32::from(quality))
        .map_err(|()| unfit())?;
    let mut picture = WebPPicture::new().map_err(|()| unfit())?;
    // `encode::check` bounded both sides by what WebP can say, far below `i32::MAX`.
    picture.width = width as i32;
    picture.height = height as i32;
    picture.y = luma.pixels.as_mut_ptr();
    picture.u = blue.pixels.as_mut_ptr();
    picture.v = red.pixels.as_mut_ptr();
    picture.y_stride = width as i32;
    picture.uv_stride = wide as i32;
    let mut writer = WebPMemoryWriter {
        mem: ptr::null_mut(),
        size: 0,
        max_size: 0,
        pad: [0],
    };
    picture.writer = Some(WebPMemoryWrite);
    picture.custom_ptr = (&raw mut writer).cast();
    // SAFETY: `writer` is a place for what is set here, and outlives its uses below.
    unsafe { WebPMemoryWriterInit(&mut writer) };
    // SAFETY: the three planes hold as many rows of their strides as the sizes say, checked above, and live
    // until after the call, which only reads them. `custom_ptr` is the memory writer that `writer` expects.
    let done = unsafe { WebPEncode(&config, &mut picture) } != 0;
    let bytes = if done && !writer.mem.is_null() {
        // SAFETY: the writer has just put `size` initialised bytes at `mem`, which nobody else knows.
        Ok(unsafe { std::slice::from_raw_parts(writer.mem, writer.size) }.to_vec())
    } else {
        Err(unfit())
    };
    // SAFETY: initialised above; frees what the writer allocated, once, and nothing of it is used after.
    unsafe { WebPMemoryWriterClear(&mut writer) };
    bytes
}

/// From 0 … 255 to `low` … `low + span`.
fn scale_to_limited_range(pixels: &mut [u8], low: u32, span: u32) {
    let table: [u8; 256] =
        std::array::from_fn(|value| (low + (value as u32 * span + 127) / 255) as u8);
    for pixel in pixels {
        *pixel = table[usize::from(*pixel)];
    }
}
