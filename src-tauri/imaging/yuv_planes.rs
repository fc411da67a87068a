//! YUV planes: brightness and two colour differences, as JPEG, WebP and AVIF store them.
//!
//! Between two such formats nobody needs red, green and blue: a picture that stays in planes is resized at half
//! the cost and loses nothing to rounding on the way. Full range, BT.601, differences sampled in the middle of
//! the pixels that they stand for: JPEG's own convention.

use std::borrow::Cow;

use crate::Error;
use crate::orient::{Orientation, orient};
use crate::raster::{Layout, Raster};
use crate::resize::{Crop, resize};

#[derive(Clone, Debug)]
pub(crate) struct YuvPlanes {
    pub(crate) luma: Raster,
    /// Blue and red differences.
    pub(crate) chroma: [Raster; 2],
    /// How many pixels, across and down, a sample of the differences stands for: 1, 2 or 4.
    pub(crate) chroma_step: (u32, u32),
}

impl YuvPlanes {
    /// Differences half the size each way, rounded up: what is encoded.
    const CHROMA_420: (u32, u32) = (2, 2);

    /// `planes` are brightness, blue and red, one after the other without gaps; of brightness there are as many
    /// samples as the differences stand for, so it may be wider than the picture.
    pub(crate) fn from_contiguous(
        mut planes: Vec<u8>,
        (width, height): (u32, u32),
        step: (u32, u32),
    ) -> Option<YuvPlanes> {
        let (wide, tall) = (width.div_ceil(step.0), height.div_ceil(step.1));
        let (width, height) = (wide * step.0, tall * step.1);
        let (whole, part) = (
            width as usize * height as usize,
            wide as usize * tall as usize,
        );
        let grey = |width, height, pixels| Raster {
            width,
            height,
            layout: Layout::Grey,
            pixels,
        };
        if planes.len() != whole + part * 2 {
            return None;
        }
        let red = planes.split_off(whole + part);
        let blue = planes.split_off(whole);
        Some(YuvPlanes {
            luma: grey(width, height, planes),
            chroma: [grey(wide, tall, blue), grey(wide, tall, red)],
            chroma_step: step,
        })
    }

    /// Whether these are a picture of that size, as an encoder wants it.
    pub(crate) fn has_size(&self, (width, height): (u32, u32)) -> bool {
        self.chroma_step == YuvPlanes::CHROMA_420
            && (self.luma.width, self.luma.height) == (width, height)
    }

    /// Brightness with the last column and row repeated where a side is odd.
    pub(crate) fn padded_luma(&self) -> Cow<'_, Raster> {
        let (right, bottom) = (self.luma.width as usize % 2, self.luma.height as usize % 2);
        if (right, bottom) == (0, 0) {
            Cow::Borrowed(&self.luma)
        } else {
            Cow::Owned(repeat_edges(&self.luma, (0, 0), (right, bottom)))
        }
    }

    /// `part` is in pixels. What comes out is turned by `orientation` later, which decides at which end the last
    /// sample of an odd side stands for a pixel that isn't there.
    pub(crate) fn resize(
        &self,
        part: Crop,
        (width, height): (u32, u32),
        orientation: Orientation,
    ) -> Result<YuvPlanes, Error> {
        let luma = resize(&self.luma, part, width, height)?;
        let (wide, tall) = (width.div_ceil(2), height.div_ceil(2));
        let (flip_x, flip_y) = orientation.flipped_axes();
        let share = |samples: u32, side: u32| f64::from(samples) * 2.0 / f64::from(side);
        let (left, across) = extend_span(part.left, part.width, share(wide, width), flip_x);
        let (top, down) = extend_span(part.top, part.height, share(tall, height), flip_y);
        let (step_x, step_y) = (f64::from(self.chroma_step.0), f64::from(self.chroma_step.1));
        let part = Crop {
            left: left / step_x,
            top: top / step_y,
            width: across / step_x,
            height: down / step_y,
        };
        let chroma = |plane: &Raster| match extend_plane(plane, part) {
            (Some(plane), part) => resize(&plane, part, wide, tall),
            (None, part) => resize(plane, part, wide, tall),
        };
        Ok(YuvPlanes {
            luma,
            chroma: [chroma(&self.chroma[0])?, chroma(&self.chroma[1])?],
            chroma_step: YuvPlanes::CHROMA_420,
        })
    }

    pub(crate) fn orient(self, orientation: Orientation) -> YuvPlanes {
        let step = orientation.orient_size(self.chroma_step);
        YuvPlanes {
            luma: orient(self.luma, orientation),
            chroma: self.chroma.map(|plane| orient(plane, orientation)),
            chroma_step: step,
        }
    }
}

/// A stretch made longer, towards its start where the picture is flipped.
fn extend_span(start: f64, length: f64, share: f64, flip: bool) -> (f64, f64) {
    let longer = length * share;
    if flip {
        (start + length - longer, longer)
    } else {
        (start, longer)
    }
}

/// The plane with its edges repeated as far as `part` reaches over them, and `part` in it.
fn extend_plane(plane: &Raster, part: Crop) -> (Option<Raster>, Crop) {
    let over = |reach: f64| (reach - 1e-9).ceil().max(0.0) as usize;
    let (width, height) = (plane.width as usize, plane.height as usize);
    let (left, top) = (over(-part.left), over(-part.top));
    let right = over(part.left + part.width - width as f64);
    let bottom = over(part.top + part.height - height as f64);
    // What floats are off by must not lead over the edge.
    let within = |start: f64, length: f64, side: usize| {
        let start = start.max(0.0);
        (start, length.min(side as f64 - start))
    };
    let (x, across) = within(part.left + left as f64, part.width, left + width + right);
    let (y, down) = within(part.top + top as f64, part.height, top + height + bottom);
    let part = Crop {
        left: x,
        top: y,
        width: across,
        height: down,
    };
    if (left, top, right, bottom) == (0, 0, 0, 0) {
        return (None, part);
    }
    let wider = repeat_edges(plane, (left, top), (right, bottom));
    (Some(wider), part)
}

fn repeat_edges(
    plane: &Raster,
    (left, top): (usize, usize),
    (right, bottom): (usize, usize),
) -> Raster {
    let (width, height) = (plane.width as usize, plane.height as usize);
    let mut pixels = Vec::with_capacity((left + width + right) * (top + height + bottom));
    for y in 0..top + height + bottom {
        let at = y.saturating_sub(top).min(height - 1) * width;
        let row = &plane.pixels[at..at + width];
        pixels.extend(std::iter::repeat_n(row[0], left));
        pixels.extend_from_slice(row);
        pixels.extend(std::iter::repeat_n(row[width - 1], right));
    }
    Raster {
        width: (left + width + right) as u32,
        height: (top + height + bottom) as u32,
        layout: Layout::Grey,
        pixels,
    }
}
