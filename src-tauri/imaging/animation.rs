//! Animations to animations: each frame as it is seen, resized, coloured, turned and padded like a still picture.

use crate::colour::to_srgb;
use crate::decode::frames::Frames;
use crate::encode::animation::Animation;
use crate::limits::go_on;
use crate::orient::orient;
use crate::pad::pad;
use crate::resize::{Part, resize};
use crate::structure::Skeleton;
use crate::transform::Plan;
use crate::{Error, Format, Info, Limits, Stop};

/// Whether the result moves too, rather than being the first frame.
pub(crate) fn moves(info: &Info, skeleton: &Skeleton, format: Format, limits: &Limits) -> bool {
    info.animated && info.format.moves() && format.animates() && limits.allow_animation(skeleton)
}

pub(crate) fn animation(
    bytes: &[u8],
    info: &Info,
    plan: &Plan,
    format: Format,
    quality: Option<u8>,
    limits: &Limits,
    stop: &dyn Stop,
) -> Result<Vec<u8>, Error> {
    let mut frames = Frames::open(bytes, info, limits)?;
    let (stored_width, stored_height) = info.stored();
    let whole = (f64::from(stored_width), f64::from(stored_height));
    let share = info.orientation.turn(plan.share(info));
    let part = Part::of(whole, share, plan.gravity.before(info.orientation));
    let (width, height) = info.orientation.turn(plan.scaled);
    let same = (width, height) == (stored_width, stored_height) && share == (1.0, 1.0);
    let mut animation = Animation::begin(format, plan.canvas, frames.loops(), quality)?;
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
        } else {
            resize(canvas, part, width, height)?
        };
        let coloured = to_srgb(sized, frames.profile());
        let picture = pad(orient(coloured, info.orientation), plan.canvas);
        animation.push(picture, shown)?;
        drawn += 1;
    }
    if drawn == 0 {
        return Err(Error::broken("it has no frame"));
    }
    animation.finish()
}
