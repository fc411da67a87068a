//! Animation rendering: each frame is composed, resized, converted to sRGB, oriented and padded like a still image.

use crate::colour::to_srgb;
use crate::decode::frames::AnimationDecoder;
use crate::encode::animation::AnimationEncoder;
use crate::encode::size_effort::SizeEffort;
use crate::limits::check_cancelled;
use crate::orient::orient;
use crate::pad::pad;
use crate::render_plan::RenderPlan;
use crate::resize::{Crop, resize, resize_nearest};
use crate::{CancelToken, Error, Format, ImageInfo, Limits};

/// Resized into its own format, an animation takes no more bytes than it had: details are given up until it fits
/// (or until there are none left, where a few hundred bytes are mostly the container's).
pub(crate) fn render_animation(
    bytes: &[u8],
    info: &ImageInfo,
    order: &RenderPlan,
    limits: &Limits,
    stop: &dyn CancelToken,
) -> Result<Vec<u8>, Error> {
    let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
    let smaller = area(order.geometry.canvas_size) <= area((info.width, info.height));
    let most = if order.format == info.format && smaller {
        bytes.len()
    } else {
        usize::MAX
    };
    let mut smallest: Option<Vec<u8>> = None;
    for thrift in SizeEffort::LEVELS {
        // The last try is finished in any case, so that there is something.
        let bound = if thrift == SizeEffort::Max {
            usize::MAX
        } else {
            most
        };
        let Some(made) = try_render(bytes, info, order, thrift, bound, limits, stop)? else {
            continue;
        };
        if made.len() <= most {
            return Ok(made);
        }
        if smallest
            .as_ref()
            .is_none_or(|smallest| made.len() < smallest.len())
        {
            smallest = Some(made);
        }
    }
    smallest.ok_or_else(|| Error::broken("it has no frame"))
}

/// `None` as soon as more than `most` bytes are written.
fn try_render(
    bytes: &[u8],
    info: &ImageInfo,
    order: &RenderPlan,
    thrift: SizeEffort,
    most: usize,
    limits: &Limits,
    stop: &dyn CancelToken,
) -> Result<Option<Vec<u8>>, Error> {
    let plan = &order.geometry;
    let mut frames = AnimationDecoder::open(bytes, info, limits)?;
    let (stored_width, stored_height) = info.stored_size();
    let whole = (f64::from(stored_width), f64::from(stored_height));
    let share = info.orientation.orient_size(plan.crop_share(info));
    let part = Crop::new(whole, share, plan.gravity.crop_alignment(info.orientation));
    let (width, height) = info.orientation.orient_size(plan.scaled_size);
    let same = (width, height) == (stored_width, stored_height) && share == (1.0, 1.0);
    let loops = frames.play_count();
    let mut animation =
        AnimationEncoder::new(order.format, plan.canvas_size, loops, order.quality, thrift)?;
    let mut drawn = 0u32;
    loop {
        check_cancelled(stop)?;
        let shown = match frames.draw_next_frame() {
            Ok(Some(shown)) => shown,
            Ok(None) => break,
            // Viewers show what is there of an animation, so what is there is resized.
            Err(_) if drawn > 0 => break,
            Err(error) => return Err(error),
        };
        let canvas = frames.canvas();
        let sized = if same {
            canvas.clone()
        } else if thrift == SizeEffort::Max && order.format == Format::Gif {
            resize_nearest(canvas, part, width, height)?
        } else {
            resize(canvas, part, width, height)?
        };
        let coloured = to_srgb(sized, frames.profile());
        let picture = pad(orient(coloured, info.orientation), plan.canvas_size);
        animation.push_frame(picture, shown)?;
        if animation.written_len() > most {
            return Ok(None);
        }
        drawn += 1;
    }
    if drawn == 0 {
        return Err(Error::broken("it has no frame"));
    }
    animation.finish().map(Some)
}
