//! Animation encoder: writes frames as they come.

use super::{DEFAULT_QUALITY, gif, webp};
use crate::decode::play_count::PlayCount;
use crate::encode::size_effort::SizeEffort;
use crate::raster::Raster;
use crate::{Error, Format};

pub(crate) enum AnimationEncoder {
    Gif(Box<gif::GifAnimationEncoder>),
    WebP(webp::WebpAnimationEncoder),
}

impl AnimationEncoder {
    pub(crate) fn new(
        format: Format,
        (width, height): (u32, u32),
        loops: PlayCount,
        quality: Option<u8>,
        thrift: SizeEffort,
    ) -> Result<AnimationEncoder, Error> {
        let quality = quality.unwrap_or(DEFAULT_QUALITY).clamp(1, 100);
        match format {
            Format::Gif => {
                let gif = gif::GifAnimationEncoder::new(width, height, loops, thrift);
                Ok(AnimationEncoder::Gif(Box::new(gif)))
            }
            Format::WebP => webp::WebpAnimationEncoder::new(width, height, loops, quality, thrift)
                .map(AnimationEncoder::WebP),
            other => Err(Error::CannotEncode(other)),
        }
    }

    /// `picture` has the animation's size; `shown` is in milliseconds.
    pub(crate) fn push_frame(&mut self, picture: Raster, shown: u32) -> Result<(), Error> {
        match self {
            AnimationEncoder::Gif(gif) => gif.push_frame(picture, shown),
            AnimationEncoder::WebP(webp) => webp.push_frame(picture, shown),
        }
    }

    /// Bytes that are written already; more may be waiting.
    pub(crate) fn written_len(&self) -> usize {
        match self {
            AnimationEncoder::Gif(gif) => gif.written_len(),
            AnimationEncoder::WebP(_) => 0,
        }
    }

    pub(crate) fn finish(self) -> Result<Vec<u8>, Error> {
        match self {
            AnimationEncoder::Gif(gif) => gif.finish(),
            AnimationEncoder::WebP(webp) => webp.finish(),
        }
    }
}
