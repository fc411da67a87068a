//! Animations out, written while their frames come.

use super::{QUALITY, gif, webp};
use crate::decode::frames::Loops;
use crate::raster::Raster;
use crate::{Error, Format};

pub(crate) enum Animation {
    Gif(Box<gif::Animation>),
    WebP(webp::Animation),
}

impl Animation {
    pub(crate) fn begin(
        format: Format,
        (width, height): (u32, u32),
        loops: Loops,
        quality: Option<u8>,
    ) -> Result<Animation, Error> {
        let quality = quality.unwrap_or(QUALITY).clamp(1, 100);
        match format {
            Format::Gif => {
                let gif = gif::Animation::begin(width, height, loops)?;
                Ok(Animation::Gif(Box::new(gif)))
            }
            Format::WebP => {
                webp::Animation::begin(width, height, loops, quality).map(Animation::WebP)
            }
            other => Err(Error::CannotWrite(other)),
        }
    }

    /// `picture` has the animation's size; `shown` is in milliseconds.
    pub(crate) fn push(&mut self, picture: Raster, shown: u32) -> Result<(), Error> {
        match self {
            Animation::Gif(gif) => gif.push(picture, shown),
            Animation::WebP(webp) => webp.push(picture, shown),
        }
    }

    pub(crate) fn finish(self) -> Result<Vec<u8>, Error> {
        match self {
            Animation::Gif(gif) => gif.finish(),
            Animation::WebP(webp) => webp.finish(),
        }
    }
}
