//! The ordered list of steps from bytes to bytes.
//!
//! Look, decode, resize, colour, turn, pad, encode: small things are done to small pictures, so everything but
//! decoding comes after the resize.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::colour::to_srgb;
use crate::decode::gif::Frames;
use crate::decode::{self, Decoded};
use crate::encode;
use crate::encode::gif::Animation;
use crate::info::look;
use crate::limits::go_on;
use crate::orient::orient;
use crate::pad::pad;
use crate::raster::Raster;
use crate::resize::{Part, resize};
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
        let (format, width, height) = transform.output(&info);
        limits.check(width, height)?;
        encode::check(format, width, height)?;
        go_on(stop)?;
        let plan = transform.plan(info.width, info.height);
        let moves = info.format == Format::Gif
            && format == Format::Gif
            && info.animated
            && limits.allow_animation(skeleton.frames, info.width, info.height);
        let bytes = if moves {
            animation(bytes, &info, plan, limits, stop)?
        } else {
            let picture = still(bytes, &info, plan, limits, stop)?;
            encode::still(picture, format, transform.quality)?
        };
        Ok(Rendered {
            bytes,
            format,
            width,
            height,
            stilled: info.animated && !moves,
        })
    })
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

/// The most memory in bytes that `render` takes for this picture, beside the picture's own bytes.
pub fn estimate(info: &Info, transform: &Transform) -> u64 {
    let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
    let source = area((info.width, info.height));
    let plan = transform.plan(info.width, info.height);
    // A coloured copy, a turned one, a padded one and the written bytes, of four channels each.
    let result = (area(plan.scaled) + area(plan.canvas)) * 4 * 2;
    let decoding = match info.format {
        // Progressive pictures keep all coefficients, two bytes each of three channels, beside the pixels of
        // the scaled size; less than full size is taken only where the result is much smaller.
        Format::Jpeg => {
            let scale = (plan.scale() * 1.5 + 0.125).min(1.0);
            source * 6 + (source as f64 * 4.0 * scale * scale) as u64
        }
        // The canvas, what it is restored to, a frame, and the copy that resizing weighs by alpha.
        Format::Gif => source * 4 * 4,
        // Pixels of up to 16 bits and four channels, the same in 8 bits, and that copy.
        _ => source * 16,
    };
    // Resizing keeps a copy of which one side is done.
    let half_done = area((plan.scaled.0, info.height)).max(area((info.width, plan.scaled.1)));
    decoding + half_done * 4 + result + (1 << 20)
}

/// A panic in a decoder is that picture's error, not the program's end.
pub(crate) fn caught<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Error::broken("its decoder gave up on it")))
}

fn still(
    bytes: &[u8],
    info: &Info,
    plan: Plan,
    limits: &Limits,
    stop: &dyn Stop,
) -> Result<Raster, Error> {
    let Decoded {
        raster,
        extent,
        profile,
    } = decode::still(bytes, info, plan.scale(), limits, stop)?;
    go_on(stop)?;
    let raster = raster.without_idle_alpha();
    // From here on, as stored: the plan speaks of the displayed picture.
    let (width, height) = info.orientation.turn(plan.scaled);
    let (shown_width, shown_height) = (f64::from(info.width), f64::from(info.height));
    let (share_x, share_y) = info
        .orientation
        .turn((plan.part.0 / shown_width, plan.part.1 / shown_height));
    let part = middle(extent, (share_x, share_y));
    let whole = (f64::from(width), f64::from(height)) == extent && (share_x, share_y) == (1.0, 1.0);
    let resized = if whole {
        raster
    } else {
        resize(&raster, part, width, height)?
    };
    go_on(stop)?;
    let coloured = to_srgb(resized, profile.as_deref());
    Ok(pad(orient(coloured, info.orientation), plan.canvas))
}

fn animation(
    bytes: &[u8],
    info: &Info,
    plan: Plan,
    limits: &Limits,
    stop: &dyn Stop,
) -> Result<Vec<u8>, Error> {
    let size = (info.width, info.height);
    let mut frames = Frames::open(bytes, size, limits.decoder_bytes(size.0, size.1))?;
    let whole = (f64::from(size.0), f64::from(size.1));
    let part = middle(whole, (plan.part.0 / whole.0, plan.part.1 / whole.1));
    let mut animation = Animation::begin(plan.canvas.0, plan.canvas.1, frames.repeat())?;
    let mut drawn = 0u32;
    loop {
        go_on(stop)?;
        let delay = match frames.advance() {
            Ok(Some(delay)) => delay,
            Ok(None) => break,
            // Viewers show what is there of an animation, so what is there is resized.
            Err(_) if drawn > 0 => break,
            Err(error) => return Err(error),
        };
        let canvas = frames.canvas();
        let picture = if plan.scaled == size && plan.part == whole {
            canvas.clone()
        } else {
            resize(canvas, part, plan.scaled.0, plan.scaled.1)?
        };
        animation.push(pad(picture, plan.canvas), delay)?;
        drawn += 1;
    }
    animation.finish()
}

/// The middle of `extent`, so large a share of each side.
fn middle(extent: (f64, f64), share: (f64, f64)) -> Part {
    let (width, height) = (extent.0 * share.0, extent.1 * share.1);
    Part {
        left: (extent.0 - width) / 2.0,
        top: (extent.1 - height) / 2.0,
        width,
        height,
    }
}
