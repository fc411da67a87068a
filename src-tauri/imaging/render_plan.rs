//! Render plan: a transform of one picture, checked to be possible, and the image that comes of it.

use crate::container::ContainerInfo;
use crate::encode;
use crate::still_image::StillImage;
use crate::transform::Geometry;
use crate::{Error, Format, ImageInfo, Limits, Transform};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedImage {
    pub bytes: Vec<u8>,
    pub format: Format,
    pub width: u32,
    pub height: u32,
    /// The source is an animation of which only the first frame was rendered: the format cannot hold more, or
    /// the limits do not allow it.
    pub first_frame_only: bool,
}

/// A transform of one picture, found possible.
pub(crate) struct RenderPlan {
    pub(crate) geometry: Geometry,
    pub(crate) format: Format,
    pub(crate) quality: Option<u8>,
    width: u32,
    height: u32,
    /// The result is an animation too.
    pub(crate) is_animated: bool,
}

impl RenderPlan {
    pub(crate) fn new(
        transform: &Transform,
        info: &ImageInfo,
        skeleton: &ContainerInfo,
        limits: &Limits,
    ) -> Result<RenderPlan, Error> {
        let (format, width, height) = transform.resolve_output(info);
        limits.check_size(width, height)?;
        encode::check_encodable(format, width, height)?;
        let moves = is_animated_output(info, skeleton, format, limits);
        Ok(RenderPlan {
            geometry: transform.geometry(info.width, info.height),
            format,
            quality: transform.quality,
            width,
            height,
            is_animated: moves,
        })
    }

    /// Only colours can be padded: what is around the picture is transparent.
    pub(crate) fn can_stay_yuv(&self) -> bool {
        encode::accepts_planes(self.format)
            && self.geometry.canvas_size == self.geometry.scaled_size
    }

    pub(crate) fn encode(&self, sized: StillImage, info: &ImageInfo) -> Result<Vec<u8>, Error> {
        sized.encode(info, &self.geometry, self.format, self.quality)
    }

    pub(crate) fn rendered_image(
        &self,
        bytes: Vec<u8>,
        info: &ImageInfo,
    ) -> Result<RenderedImage, Error> {
        Ok(RenderedImage {
            bytes,
            format: self.format,
            width: self.width,
            height: self.height,
            first_frame_only: info.animated && !self.is_animated,
        })
    }
}

/// Whether the result moves too, rather than being the first frame.
fn is_animated_output(
    info: &ImageInfo,
    skeleton: &ContainerInfo,
    format: Format,
    limits: &Limits,
) -> bool {
    info.animated
        && info.format.can_decode_animation()
        && format.can_encode_animation()
        && skeleton.allows_animation(limits)
}
