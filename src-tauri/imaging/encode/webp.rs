//! Lossy WebP encoder by libwebp, with alpha.

#![expect(unsafe_code, reason = "calls libwebp")]

mod animation;
pub(crate) mod yuv;

pub(crate) use animation::WebpAnimationEncoder;

use std::ptr;

use libwebp_sys::{WebPEncodeRGB, WebPEncodeRGBA, WebPFree};

use crate::Error;
use crate::raster::{Layout, Raster};

pub(super) fn encode(picture: Raster, quality: u8) -> Result<Vec<u8>, Error> {
    let picture = picture.into_colour();
    let (encode, channels) = match picture.layout {
        Layout::Rgba => (WebPEncodeRGBA as EncodeFn, 4),
        _ => (WebPEncodeRGB as EncodeFn, 3),
    };
    let (width, height) = (picture.width as usize, picture.height as usize);
    if picture.pixels.len() != width * height * channels {
        return Err(Error::broken("its pixels do not fill its size"));
    }
    // `encode::check` bounded both sides by what WebP can say, far below `i32::MAX`.
    let (wide, tall, pitch) = (width as i32, height as i32, (width * channels) as i32);
    let mut output = ptr::null_mut();
    // SAFETY: the pixels hold `tall` rows of `pitch` bytes, checked above, and live until the call returns.
    // `output` is a place for one pointer, which the call sets to memory of its own or leaves null.
    let len = unsafe {
        encode(
            picture.pixels.as_ptr(),
            wide,
            tall,
            pitch,
            f32::from(quality),
            &mut output,
        )
    };
    if len == 0 || output.is_null() {
        return Err(Error::broken("WebP could not hold it"));
    }
    // SAFETY: the call has just returned `len` initialised bytes at `output`, which nobody else knows.
    let bytes = unsafe { std::slice::from_raw_parts(output, len) }.to_vec();
    // SAFETY: `output` was allocated by libwebp, is freed once, and is not used after.
    unsafe { WebPFree(output.cast()) };
    Ok(bytes)
}

type EncodeFn = unsafe extern "C" fn(*const u8, i32, i32, i32, f32, *mut *mut u8) -> usize;
