//! The ordered list of steps from bytes to bytes.
//!
//! Look, decode, resize, colour, turn, pad, encode: small things are done to small pictures, so everything but
//! decoding comes after the resize.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::animation::{self, render_animation};
use crate::container::ContainerInfo;
use crate::decode;
use crate::encode;
use crate::info::inspect_with_container;
use crate::limits::check_cancelled;
use crate::still_image::StillImage;
use crate::transform::Geometry;
use crate::{CancelToken, Error, Format, ImageInfo, Limits, Transform};

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

/// Makes another picture of a picture: turned upright, in sRGB, without metadata.
pub fn render(
    bytes: &[u8],
    transform: &Transform,
    limits: &Limits,
    stop: &dyn CancelToken,
) -> Result<RenderedImage, Error> {
    catch_decoder_panic(|| {
        let (info, skeleton) = inspect_with_container(Cursor::new(bytes), limits)?;
        let order = RenderPlan::new(transform, &info, &skeleton, limits)?;
        check_cancelled(stop)?;
        if order.is_animated {
            let moving = render_animation(bytes, &info, &order, limits, stop)?;
            return order.rendered_image(moving, &info);
        }
        let (scale, in_planes) = (order.geometry.scale(), order.can_stay_yuv());
        let decoded = StillImage::decode(bytes, &info, scale, in_planes, limits, stop)?;
        check_cancelled(stop)?;
        let sized = decoded
            .resize_to(&info, &order.geometry)?
            .unwrap_or(decoded);
        check_cancelled(stop)?;
        order.rendered_image(order.encode(sized, &info)?, &info)
    })
}

/// Makes several pictures of one, decoding it once: `made` is given each with its place in `transforms`, or why
/// there is none, as soon as it is there.
///
/// The largest is made first, and each next one of the smallest earlier one that is twice as large. An error is
/// what ended the work for all that `made` was not given.
pub fn render_all(
    bytes: &[u8],
    transforms: &[Transform],
    limits: &Limits,
    stop: &dyn CancelToken,
    mut made: impl FnMut(usize, Result<RenderedImage, Error>),
) -> Result<(), Error> {
    let (info, skeleton) =
        catch_decoder_panic(|| inspect_with_container(Cursor::new(bytes), limits))?;
    let mut orders = Vec::with_capacity(transforms.len());
    for (at, transform) in transforms.iter().enumerate() {
        match RenderPlan::new(transform, &info, &skeleton, limits) {
            Ok(order) if order.is_animated => made(at, render(bytes, transform, limits, stop)),
            Ok(order) => orders.push((at, order)),
            Err(error) => made(at, Err(error)),
        }
    }
    orders.sort_by(|(_, one), (_, other)| other.geometry.scale().total_cmp(&one.geometry.scale()));
    let Some((_, largest)) = orders.first() else {
        return Ok(());
    };
    check_cancelled(stop)?;
    let scale = largest.geometry.scale();
    let in_planes = orders.iter().all(|(_, order)| order.can_stay_yuv());
    let decoded =
        catch_decoder_panic(|| StillImage::decode(bytes, &info, scale, in_planes, limits, stop))?;
    let mut earlier: Vec<StillImage> = Vec::new();
    for (at, order) in orders {
        check_cancelled(stop)?;
        let suffices = |still: &&StillImage| still.is_large_enough_for(&info, &order.geometry);
        let source = earlier.iter().rev().find(suffices).unwrap_or(&decoded);
        let sized = catch_decoder_panic(|| {
            let sized = source.resize_to(&info, &order.geometry)?;
            Ok(sized.unwrap_or_else(|| source.clone()))
        });
        let sized = match sized {
            Ok(sized) => sized,
            Err(error) => {
                made(at, Err(error));
                continue;
            }
        };
        // A part of the picture is nothing to make others of.
        if order.geometry.crop_share(&info) == (1.0, 1.0) {
            earlier.push(sized.clone());
        }
        let rendered =
            catch_decoder_panic(|| order.rendered_image(order.encode(sized, &info)?, &info));
        made(at, rendered);
    }
    Ok(())
}

/// Decodes all of a picture, and says what is wrong with it: an error where pixels are missing.
///
/// Of an animation at least the first frame is decoded, and all of them where `limits` allow it. An end mark
/// that is missing after the last pixel is not an error.
pub fn verify(bytes: &[u8], limits: &Limits, stop: &dyn CancelToken) -> Result<(), Error> {
    catch_decoder_panic(|| {
        let (info, skeleton) = inspect_with_container(Cursor::new(bytes), limits)?;
        check_cancelled(stop)?;
        decode::verify(bytes, &info, &skeleton, limits, stop)
    })
}

/// A panic in a decoder is that picture's error, not the program's end.
pub(crate) fn catch_decoder_panic<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Error::broken("its decoder gave up on it")))
}

/// A transform of one picture, found possible.
pub(crate) struct RenderPlan {
    pub(crate) geometry: Geometry,
    pub(crate) format: Format,
    pub(crate) quality: Option<u8>,
    width: u32,
    height: u32,
    /// The result is an animation too.
    is_animated: bool,
}

impl RenderPlan {
    fn new(
        transform: &Transform,
        info: &ImageInfo,
        skeleton: &ContainerInfo,
        limits: &Limits,
    ) -> Result<RenderPlan, Error> {
        let (format, width, height) = transform.resolve_output(info);
        limits.check_size(width, height)?;
        encode::check_encodable(format, width, height)?;
        let moves = animation::is_animated_output(info, skeleton, format, limits);
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
    fn can_stay_yuv(&self) -> bool {
        encode::accepts_planes(self.format)
            && self.geometry.canvas_size == self.geometry.scaled_size
    }

    fn encode(&self, sized: StillImage, info: &ImageInfo) -> Result<Vec<u8>, Error> {
        sized.encode(info, &self.geometry, self.format, self.quality)
    }

    fn rendered_image(&self, bytes: Vec<u8>, info: &ImageInfo) -> Result<RenderedImage, Error> {
        Ok(RenderedImage {
            bytes,
            format: self.format,
            width: self.width,
            height: self.height,
            first_frame_only: info.animated && !self.is_animated,
        })
    }
}
