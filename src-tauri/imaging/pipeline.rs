//! The render pipeline: the ordered list of steps from bytes to bytes.
//!
//! Look, decode, resize, colour, turn, pad, encode: small things are done to small pictures, so everything but
//! decoding comes after the resize.

use std::io::Cursor;

use crate::animation::render_animation;
use crate::decode;
use crate::info::inspect_with_container;
use crate::limits::check_cancelled;
use crate::panic_guard::catch_decoder_panic;
use crate::render_plan::{RenderPlan, RenderedImage};
use crate::still_image::StillImage;
use crate::{CancelToken, Error, Limits, Transform};

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
