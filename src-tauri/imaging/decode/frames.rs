//! Animation decoder: frames of any format, each composed, with its duration.

use super::{apng, gif, webp};
use crate::container::ContainerInfo;
use crate::decode::play_count::PlayCount;
use crate::limits::check_cancelled;
use crate::raster::Raster;
use crate::{CancelToken, Error, Format, ImageInfo, Limits};

pub(crate) enum AnimationDecoder<'a> {
    Gif(Box<gif::GifFrames<'a>>),
    Png(Box<apng::ApngFrames<'a>>),
    WebP(Box<webp::WebpFrames<'a>>),
}

impl<'a> AnimationDecoder<'a> {
    pub(crate) fn open(
        bytes: &'a [u8],
        info: &ImageInfo,
        limits: &Limits,
    ) -> Result<AnimationDecoder<'a>, Error> {
        let (width, height) = info.stored_size();
        let memory = limits.max_decoder_bytes(width, height);
        match info.format {
            Format::Gif => gif::GifFrames::open(bytes, (width, height), memory)
                .map(|f| AnimationDecoder::Gif(Box::new(f))),
            Format::Png => {
                apng::ApngFrames::open(bytes, memory).map(|f| AnimationDecoder::Png(Box::new(f)))
            }
            Format::WebP => {
                webp::WebpFrames::open(bytes, memory).map(|f| AnimationDecoder::WebP(Box::new(f)))
            }
            other => Err(Error::Unsupported(other)),
        }
    }

    pub(crate) fn play_count(&self) -> PlayCount {
        match self {
            AnimationDecoder::Gif(frames) => frames.play_count(),
            AnimationDecoder::Png(frames) => frames.play_count(),
            AnimationDecoder::WebP(frames) => frames.play_count(),
        }
    }

    /// The ICC profile that the pixels are in.
    pub(crate) fn profile(&self) -> Option<&[u8]> {
        match self {
            AnimationDecoder::Gif(_) => None,
            AnimationDecoder::Png(frames) => frames.profile(),
            AnimationDecoder::WebP(frames) => frames.profile(),
        }
    }

    /// What is seen after the last `advance`, of the stored size.
    pub(crate) fn canvas(&self) -> &Raster {
        match self {
            AnimationDecoder::Gif(frames) => frames.canvas(),
            AnimationDecoder::Png(frames) => frames.canvas(),
            AnimationDecoder::WebP(frames) => frames.canvas(),
        }
    }

    /// Draws the next frame and tells how long it is shown, in milliseconds; `None` after the last.
    pub(crate) fn draw_next_frame(&mut self) -> Result<Option<u32>, Error> {
        match self {
            AnimationDecoder::Gif(frames) => frames.draw_next_frame(),
            AnimationDecoder::Png(frames) => frames.draw_next_frame(),
            AnimationDecoder::WebP(frames) => frames.draw_next_frame(),
        }
    }
}

/// Every frame that the skeleton counted is there in full; an end mark that is missing is forgiven.
pub(super) fn verify(
    bytes: &[u8],
    info: &ImageInfo,
    skeleton: &ContainerInfo,
    limits: &Limits,
    stop: &dyn CancelToken,
) -> Result<(), Error> {
    if info.format == Format::Gif && !skeleton.is_complete && !skeleton.lacks_only_end_marker {
        return Err(Error::broken("it ends too early"));
    }
    let mut frames = AnimationDecoder::open(bytes, info, limits)?;
    for _ in 0..skeleton.frame_count {
        check_cancelled(stop)?;
        if frames.draw_next_frame()?.is_none() {
            return Err(Error::broken("frames are missing"));
        }
    }
    Ok(())
}
