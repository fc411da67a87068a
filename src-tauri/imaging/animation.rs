//! Animations to animations: each frame as it is seen, resized, coloured, turned and padded like a still picture.

use crate::colour::to_srgb;
use crate::container::Skeleton;
use crate::decode::frames::Frames;
use crate::encode::animation::{Animation, Thrift};
use crate::limits::go_on;
use crate::orient::orient;
use crate::pad::pad;
use crate::pipeline::Order;
use crate::resize::{Part, pick, resize};
use crate::{Error, Format, Info, Limits, Stop};

/// Whether the result moves too, rather than being the first frame.
pub(crate) fn moves(info: &Info, skeleton: &Skeleton, format: Format, limits: &Limits) -> bool {
    info.animated && info.format.moves() && format.animates() && limits.allow_animation(skeleton)
}

/// Resized into its own format, an animation takes no more bytes than it had: details are given up until it fits
/// (or until there are none left, where a few hundred bytes are mostly the container's).
pub(crate) fn animation(
    bytes: &[u8],
    info: &Info,
    order: &Order,
    limits: &Limits,
    stop: &dyn Stop,
) -> Result<Vec<u8>, Error> {
    let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
    let smaller = area(order.plan.canvas) <= area((info.width, info.height));
    let most = if order.format == info.format && smaller {
        bytes.len()
    } else {
        usize::MAX
    };
    let mut smallest: Option<Vec<u8>> = None;
    for thrift in Thrift::EACH {
        // The last try is finished in any case, so that there is something.
        let bound = if thrift == Thrift::All {
            usize::MAX
        } else {
            most
        };
        let Some(made) = attempt(bytes, info, order, thrift, bound, limits, stop)? else {
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
fn attempt(
    bytes: &[u8],
    info: &Info,
    order: &Order,
    thrift: Thrift,
    most: usize,
    limits: &Limits,
    stop: &dyn Stop,
) -> Result<Option<Vec<u8>>, Error> {
    let plan = &order.plan;
    let mut frames = Frames::open(bytes, info, limits)?;
    let (stored_width, stored_height) = info.stored();
    let whole = (f64::from(stored_width), f64::from(stored_height));
    let share = info.orientation.turn(plan.share(info));
    let part = Part::of(whole, share, plan.gravity.before(info.orientation));
    let (width, height) = info.orientation.turn(plan.scaled);
    let same = (width, height) == (stored_width, stored_height) && share == (1.0, 1.0);
    let loops = frames.loops();
    let mut animation = Animation::begin(order.format, plan.canvas, loops, order.quality, thrift)?;
    let mut drawn = 0u32;
    loop {
        go_on(stop)?;
        let shown = match frames.advance() {
            Ok(Some(shown)) => shown,
            Ok(None) => break,
            // Viewers show what is there of an animation, so what is there is resized.
            Err(_) if drawn > 0 => break,
            Err(error) => return Err(error),
        };
        let canvas = frames.canvas();
        let sized = if same {
            canvas.clone()
        } else if thrift == Thrift::All && order.format == Format::Gif {
            pick(canvas, part, width, height)?
        } else {
            resize(canvas, part, width, height)?
        };
        let coloured = to_srgb(sized, frames.profile());
        let picture = pad(orient(coloured, info.orientation), plan.canvas);
        animation.push(picture, shown)?;
        if animation.written() > most {
            return Ok(None);
        }
        drawn += 1;
    }
    if drawn == 0 {
        return Err(Error::broken("it has no frame"));
    }
    animation.finish().map(Some)
}
