//! The ordered list of steps from bytes to bytes.
//!
//! Look, decode, resize, colour, turn, pad, encode: small things are done to small pictures, so everything but
//! decoding comes after the resize.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::animation::{self, animation};
use crate::container::Skeleton;
use crate::decode;
use crate::encode;
use crate::info::look;
use crate::limits::go_on;
use crate::still_image::Still;
use crate::transform::Plan;
use crate::{Error, Format, Info, Limits, Stop, Transform};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub bytes: Vec<u8>,
    pub format: Format,
    pub width: u32,
    pub height: u32,
    /// The source is an animation of which only the first frame was rendered: the format cannot hold more, or
    /// the limits do not allow it.
    pub stilled: bool,
}

/// Makes another picture of a picture: turned upright, in sRGB, without metadata.
pub fn render(
    bytes: &[u8],
    transform: &Transform,
    limits: &Limits,
    stop: &dyn Stop,
) -> Result<Rendered, Error> {
    caught(|| {
        let (info, skeleton) = look(Cursor::new(bytes), limits)?;
        let order = Order::of(transform, &info, &skeleton, limits)?;
        go_on(stop)?;
        if order.moves {
            let moving = animation(bytes, &info, &order, limits, stop)?;
            return order.rendered(moving, &info);
        }
        let (scale, in_planes) = (order.plan.scale(), order.stays_in_planes());
        let decoded = Still::decode(bytes, &info, scale, in_planes, limits, stop)?;
        go_on(stop)?;
        let sized = decoded.sized(&info, &order.plan)?.unwrap_or(decoded);
        go_on(stop)?;
        order.rendered(order.written(sized, &info)?, &info)
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
    stop: &dyn Stop,
    mut made: impl FnMut(usize, Result<Rendered, Error>),
) -> Result<(), Error> {
    let (info, skeleton) = caught(|| look(Cursor::new(bytes), limits))?;
    let mut orders = Vec::with_capacity(transforms.len());
    for (at, transform) in transforms.iter().enumerate() {
        match Order::of(transform, &info, &skeleton, limits) {
            Ok(order) if order.moves => made(at, render(bytes, transform, limits, stop)),
            Ok(order) => orders.push((at, order)),
            Err(error) => made(at, Err(error)),
        }
    }
    orders.sort_by(|(_, one), (_, other)| other.plan.scale().total_cmp(&one.plan.scale()));
    let Some((_, largest)) = orders.first() else {
        return Ok(());
    };
    go_on(stop)?;
    let scale = largest.plan.scale();
    let in_planes = orders.iter().all(|(_, order)| order.stays_in_planes());
    let decoded = caught(|| Still::decode(bytes, &info, scale, in_planes, limits, stop))?;
    let mut earlier: Vec<Still> = Vec::new();
    for (at, order) in orders {
        go_on(stop)?;
        let suffices = |still: &&Still| still.suffices(&info, &order.plan);
        let source = earlier.iter().rev().find(suffices).unwrap_or(&decoded);
        let sized = caught(|| {
            let sized = source.sized(&info, &order.plan)?;
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
        if order.plan.share(&info) == (1.0, 1.0) {
            earlier.push(sized.clone());
        }
        let rendered = caught(|| order.rendered(order.written(sized, &info)?, &info));
        made(at, rendered);
    }
    Ok(())
}

/// Decodes all of a picture, and says what is wrong with it: an error where pixels are missing.
///
/// Of an animation at least the first frame is decoded, and all of them where `limits` allow it. An end mark
/// that is missing after the last pixel is not an error.
pub fn verify(bytes: &[u8], limits: &Limits, stop: &dyn Stop) -> Result<(), Error> {
    caught(|| {
        let (info, skeleton) = look(Cursor::new(bytes), limits)?;
        go_on(stop)?;
        decode::verify(bytes, &info, &skeleton, limits, stop)
    })
}

/// A panic in a decoder is that picture's error, not the program's end.
pub(crate) fn caught<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Error::broken("its decoder gave up on it")))
}

/// A transform of one picture, found possible.
pub(crate) struct Order {
    pub(crate) plan: Plan,
    pub(crate) format: Format,
    pub(crate) quality: Option<u8>,
    width: u32,
    height: u32,
    /// The result is an animation too.
    moves: bool,
}

impl Order {
    fn of(
        transform: &Transform,
        info: &Info,
        skeleton: &Skeleton,
        limits: &Limits,
    ) -> Result<Order, Error> {
        let (format, width, height) = transform.output(info);
        limits.check(width, height)?;
        encode::check(format, width, height)?;
        let moves = animation::moves(info, skeleton, format, limits);
        Ok(Order {
            plan: transform.plan(info.width, info.height),
            format,
            quality: transform.quality,
            width,
            height,
            moves,
        })
    }

    /// Only colours can be padded: what is around the picture is transparent.
    fn stays_in_planes(&self) -> bool {
        encode::takes_planes(self.format) && self.plan.canvas == self.plan.scaled
    }

    fn written(&self, sized: Still, info: &Info) -> Result<Vec<u8>, Error> {
        sized.finish(info, &self.plan, self.format, self.quality)
    }

    fn rendered(&self, bytes: Vec<u8>, info: &Info) -> Result<Rendered, Error> {
        Ok(Rendered {
            bytes,
            format: self.format,
            width: self.width,
            height: self.height,
            stilled: info.animated && !self.moves,
        })
    }
}
