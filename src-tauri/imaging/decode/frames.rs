//! Animations frame by frame, whatever they come in: each as it is seen, and how long.

use super::{apng, gif, webp};
use crate::container::Skeleton;
use crate::limits::go_on;
use crate::raster::Raster;
use crate::{Error, Format, Info, Limits, Stop};

pub(crate) enum Frames<'a> {
    Gif(Box<gif::Frames<'a>>),
    Png(Box<apng::Frames<'a>>),
    WebP(Box<webp::Frames<'a>>),
}

/// How often an animation is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loops {
    Forever,
    /// At least 1.
    Times(u32),
}

impl<'a> Frames<'a> {
    pub(crate) fn open(bytes: &'a [u8], info: &Info, limits: &Limits) -> Result<Frames<'a>, Error> {
        let (width, height) = info.stored();
        let memory = limits.decoder_bytes(width, height);
        match info.format {
            Format::Gif => {
                gif::Frames::open(bytes, (width, height), memory).map(|f| Frames::Gif(Box::new(f)))
            }
            Format::Png => apng::Frames::open(bytes, memory).map(|f| Frames::Png(Box::new(f))),
            Format::WebP => webp::Frames::open(bytes, memory).map(|f| Frames::WebP(Box::new(f))),
            other => Err(Error::Unsupported(other)),
        }
    }

    pub(crate) fn loops(&self) -> Loops {
        match self {
            Frames::Gif(frames) => frames.loops(),
            Frames::Png(frames) => frames.loops(),
            Frames::WebP(frames) => frames.loops(),
        }
    }

    /// The ICC profile that the pixels are in.
    pub(crate) fn profile(&self) -> Option<&[u8]> {
        match self {
            Frames::Gif(_) => None,
            Frames::Png(frames) => frames.profile(),
            Frames::WebP(frames) => frames.profile(),
        }
    }

    /// What is seen after the last `advance`, of the stored size.
    pub(crate) fn canvas(&self) -> &Raster {
        match self {
            Frames::Gif(frames) => frames.canvas(),
            Frames::Png(frames) => frames.canvas(),
            Frames::WebP(frames) => frames.canvas(),
        }
    }

    /// Draws the next frame and tells how long it is shown, in milliseconds; `None` after the last.
    pub(crate) fn advance(&mut self) -> Result<Option<u32>, Error> {
        match self {
            Frames::Gif(frames) => frames.advance(),
            Frames::Png(frames) => frames.advance(),
            Frames::WebP(frames) => frames.advance(),
        }
    }
}

/// Every frame that the skeleton counted is there in full; an end mark that is missing is forgiven.
pub(super) fn verify(
    bytes: &[u8],
    info: &Info,
    skeleton: &Skeleton,
    limits: &Limits,
    stop: &dyn Stop,
) -> Result<(), Error> {
    if info.format == Format::Gif && !skeleton.complete && !skeleton.lacks_only_its_end {
        return Err(Error::broken("it ends too early"));
    }
    let mut frames = Frames::open(bytes, info, limits)?;
    for _ in 0..skeleton.frames {
        go_on(stop)?;
        if frames.advance()?.is_none() {
            return Err(Error::broken("frames are missing"));
        }
    }
    Ok(())
}
