//! Animated WebP encoder by libwebp, which stores of each frame only what changed.

#![expect(unsafe_code, reason = "calls libwebp")]

use std::mem::MaybeUninit;
use std::ptr::{self, NonNull};

use libwebp_sys::{
    WEBP_MUX_ABI_VERSION, WebPAnimEncoder, WebPAnimEncoderAdd, WebPAnimEncoderAssemble,
    WebPAnimEncoderDelete, WebPAnimEncoderNewInternal, WebPAnimEncoderOptions,
    WebPAnimEncoderOptionsInitInternal, WebPConfig, WebPData, WebPFree, WebPPicture,
    WebPPictureFree, WebPPictureImportRGB, WebPPictureImportRGBA, WebPPreset,
};

use crate::Error;
use crate::decode::play_count::PlayCount;
use crate::encode::size_effort::SizeEffort;
use crate::raster::{Layout, Raster};

pub(crate) struct WebpAnimationEncoder {
    encoder: NonNull<WebPAnimEncoder>,
    config: WebPConfig,
    width: i32,
    height: i32,
    /// When the next frame begins, in milliseconds.
    timestamp_ms: u32,
}

impl WebpAnimationEncoder {
    pub(crate) fn new(
        width: u32,
        height: u32,
        loops: PlayCount,
        quality: u8,
        thrift: SizeEffort,
    ) -> Result<WebpAnimationEncoder, Error> {
        let preset = WebPPreset::WEBP_PRESET_DEFAULT;
        let quality = f32::from(quality) * quality_factor(thrift);
        let config = WebPConfig::new_with_preset(preset, quality).map_err(|()| encode_error())?;
        // `encode::check` bounded both sides by what WebP can say, far below `i32::MAX`.
        let (width, height) = (width as i32, height as i32);
        let version = WEBP_MUX_ABI_VERSION as i32;
        let mut options = MaybeUninit::<WebPAnimEncoderOptions>::uninit();
        // SAFETY: fills all options, or says that it did not.
        let options = unsafe {
            if WebPAnimEncoderOptionsInitInternal(options.as_mut_ptr(), version) == 0 {
                return Err(encode_error());
            }
            options.assume_init_mut()
        };
        options.anim_params.bgcolor = 0;
        // Drawings are often smaller without loss; trying both takes twice as long.
        options.allow_mixed = i32::from(thrift != SizeEffort::None);
        options.minimize_size = i32::from(thrift == SizeEffort::Max);
        options.anim_params.loop_count = match loops {
            PlayCount::Forever => 0,
            PlayCount::Times(times) => times.min(65_535) as i32,
        };
        // SAFETY: the options are live and read during the call only.
        let encoder = unsafe { WebPAnimEncoderNewInternal(width, height, options, version) };
        Ok(WebpAnimationEncoder {
            encoder: NonNull::new(encoder).ok_or_else(encode_error)?,
            config,
            width,
            height,
            timestamp_ms: 0,
        })
    }

    pub(crate) fn push_frame(&mut self, picture: Raster, shown: u32) -> Result<(), Error> {
        let source = picture.into_colour();
        let (import, channels) = match source.layout {
            Layout::Rgba => (WebPPictureImportRGBA as ImportFn, 4),
            _ => (WebPPictureImportRGB as ImportFn, 3),
        };
        let pitch = self.width * channels;
        if source.pixels.len() != pitch as usize * self.height as usize {
            return Err(Error::broken("its pixels do not fill its size"));
        }
        let mut picture = OwnedPicture(WebPPicture::new().map_err(|()| encode_error())?);
        (picture.0.width, picture.0.height) = (self.width, self.height);
        picture.0.use_argb = 1;
        // SAFETY: the pixels hold `height` rows of `pitch` bytes, checked above, and are copied.
        if unsafe { import(&mut picture.0, source.pixels.as_ptr(), pitch) } == 0 {
            return Err(encode_error());
        }
        let at = i32::try_from(self.timestamp_ms).unwrap_or(i32::MAX);
        // SAFETY: encoder, picture and configuration are live; the encoder copies what it keeps.
        let added =
            unsafe { WebPAnimEncoderAdd(self.encoder.as_ptr(), &mut picture.0, at, &self.config) };
        self.timestamp_ms = self.timestamp_ms.saturating_add(shown).min(i32::MAX as u32);
        if added == 0 {
            Err(encode_error())
        } else {
            Ok(())
        }
    }

    pub(crate) fn finish(self) -> Result<Vec<u8>, Error> {
        let encoder = self.encoder.as_ptr();
        let mut data = WebPData {
            bytes: ptr::null(),
            size: 0,
        };
        // SAFETY: no picture says when the last one ends; then all is written to memory of libwebp's own.
        let written = unsafe {
            WebPAnimEncoderAdd(
                encoder,
                ptr::null_mut(),
                self.timestamp_ms as i32,
                ptr::null(),
            ) != 0
                && WebPAnimEncoderAssemble(encoder, &mut data) != 0
        };
        if !written || data.bytes.is_null() {
            return Err(encode_error());
        }
        // SAFETY: the call has just returned `size` initialised bytes, which nobody else knows.
        let bytes = unsafe { std::slice::from_raw_parts(data.bytes, data.size) }.to_vec();
        // SAFETY: allocated by libwebp, freed once, and not used after.
        unsafe { WebPFree(data.bytes.cast_mut().cast()) };
        Ok(bytes)
    }
}

/// How much of the quality is left.
fn quality_factor(thrift: SizeEffort) -> f32 {
    match thrift {
        SizeEffort::None | SizeEffort::Low => 1.0,
        SizeEffort::High => 0.6,
        SizeEffort::Max => 0.25,
    }
}

impl Drop for WebpAnimationEncoder {
    fn drop(&mut self) {
        // SAFETY: made by `begin`, deleted once.
        unsafe { WebPAnimEncoderDelete(self.encoder.as_ptr()) };
    }
}

type ImportFn = unsafe extern "C" fn(*mut WebPPicture, *const u8, i32) -> i32;

struct OwnedPicture(WebPPicture);

impl Drop for OwnedPicture {
    fn drop(&mut self) {
        // SAFETY: initialised by `WebPPicture::new`; what libwebp allocated in it is freed once.
        unsafe { WebPPictureFree(&mut self.0) };
    }
}

fn encode_error() -> Error {
    Error::broken("WebP could not hold it")
}
