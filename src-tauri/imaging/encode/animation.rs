//! Animations out, written while their frames come.

use super::{QUALITY, gif, webp};
use crate::decode::frames::Loops;
use crate::raster::Raster;
use crate::{Error, Format};

/// How much is given up for fewer bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thrift {
    None,
    Little,
    Much,
    /// In a GIF pixels are even picked instead of mixed: of a drawing in few colours every mix is a colour more.
    All,
}

impl Thrift {
    pub(crate) const EACH: [Thrift; 4] = [Thrift::None, Thrift::Little, Thrift::Much, Thrift::All];
}

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
        thrift: Thrift,
    ) -> Result<Animation, Error> {
        let quality = quality.unwrap_or(QUALITY).clamp(1, 100);
        match format {
            Format::Gif => {
                let gif = gif::Animation::begin(width, height, loops, thrift);
                Ok(Animation::Gif(Box::new(gif)))
            }
            Format::WebP => {
                webp::Animation::begin(width, height, loops, quality, thrift).map(Animation::WebP)
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

    /// Bytes that are written already; more may be waiting.
    pub(crate) fn written(&self) -> usize {
        match self {
            Animation::Gif(gif) => gif.written(),
            Animation::WebP(_) => 0,
        }
    }

    pub(crate) fn finish(self) -> Result<Vec<u8>, Error> {
        match self {
            Animation::Gif(gif) => gif.finish(),
            Animation::WebP(webp) => webp.finish(),
        }
    }
}
