//! GIF out, still and animated: of each frame only what changed, in the first frame's palette where that suits.

mod palette;

use gif::{DisposalMethod, Encoder, EncodingError, Frame, Repeat};

use super::animation::Thrift;
use crate::Error;
use crate::decode::frames::Loops;
use crate::raster::{Layout, Raster};
use palette::{Drawing, Palette};

pub(super) fn still(picture: Raster) -> Result<Vec<u8>, Error> {
    let mut animation =
        Animation::begin(picture.width, picture.height, Loops::Times(1), Thrift::None);
    animation.push(picture, 0)?;
    animation.finish()
}

/// An animation that is written while its frames come.
///
/// A frame is written when the next one is known, since only that tells whether something has to be cleared.
pub(crate) struct Animation {
    width: u32,
    height: u32,
    repeat: Repeat,
    thrift: Thrift,
    /// There once the first frame is, whose palette is everybody's.
    encoder: Option<(Encoder<Vec<u8>>, Palette)>,
    /// What the viewer sees before `waiting` is drawn.
    seen: Option<Raster>,
    waiting: Option<(Raster, u16)>,
}

impl Animation {
    pub(crate) fn begin(width: u32, height: u32, loops: Loops, thrift: Thrift) -> Animation {
        Animation {
            width,
            height,
            repeat: match loops {
                Loops::Forever => Repeat::Infinite,
                // Once is what is played in any case.
                Loops::Times(times) => {
                    Repeat::Finite(u16::try_from(times.saturating_sub(1)).unwrap_or(u16::MAX))
                }
            },
            thrift,
            encoder: None,
            seen: None,
            waiting: None,
        }
    }

    /// Bytes that are written already.
    pub(crate) fn written(&self) -> usize {
        let written = self.encoder.as_ref();
        written.map_or(0, |(encoder, _)| encoder.get_ref().len())
    }

    /// `picture` has the animation's size; `shown` is in milliseconds.
    pub(crate) fn push(&mut self, picture: Raster, shown: u32) -> Result<(), Error> {
        let delay = u16::try_from(shown.saturating_add(5) / 10).unwrap_or(u16::MAX);
        let picture = sharp_edged(picture);
        if let Some(shown) = self.waiting.take() {
            let clears = pixels(&shown.0)
                .iter()
                .zip(pixels(&picture))
                .any(|(was, is)| was[3] != 0 && is[3] == 0);
            self.write(shown, clears)?;
        }
        self.waiting = Some((picture, delay));
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<Vec<u8>, Error> {
        if let Some(last) = self.waiting.take() {
            self.write(last, false)?;
        }
        let written = self
            .encoder
            .ok_or_else(|| Error::broken("it has no frame"))?;
        written.0.into_inner().map_err(Error::broken)
    }

    /// `clear_after`: the next frame begins on an empty canvas, because pixels of this one disappear.
    fn write(
        &mut self,
        (mut picture, delay): (Raster, u16),
        clear_after: bool,
    ) -> Result<(), Error> {
        let (width, height) = (picture.width as usize, picture.height as usize);
        let tolerance = tolerance(self.thrift);
        if let Some(seen) = &self.seen {
            // What is not drawn again stays what it is, so that small changes cannot add up.
            let kept = picture.pixels.as_chunks_mut::<4>().0.iter_mut();
            for (pixel, seen) in kept.zip(pixels(seen)) {
                let near = |(is, was): (&u8, &u8)| is.abs_diff(*was) <= tolerance;
                if pixel[3] == seen[3] && pixel.iter().zip(seen).all(near) {
                    *pixel = *seen;
                }
            }
        }
        let changed = |at: usize| {
            let seen = self.seen.as_ref();
            seen.is_none_or(|seen| pixels(seen)[at] != pixels(&picture)[at])
        };
        // What is cleared later is the frame's own rectangle, so that must then be everything.
        let area = match self.seen {
            Some(_) if !clear_after => bounds(width, height, changed),
            _ => Area {
                left: 0,
                top: 0,
                width,
                height,
            },
        };
        let places = (area.top..area.top + area.height)
            .flat_map(|y| (area.left..area.left + area.width).map(move |x| y * width + x));
        let (part, drawn): (Vec<_>, Vec<_>) = places
            .map(|at| {
                (
                    pixels(&picture)[at],
                    pixels(&picture)[at][3] != 0 && changed(at),
                )
            })
            .unzip();
        let drawing = Drawing {
            width: area.width,
            height: area.height,
            pixels: &part,
            drawn: &drawn,
        };
        let own = match &self.encoder {
            Some((_, first)) if first.suits(&drawing) => None,
            Some(_) => Some(palette(&drawing, self.thrift)),
            None => {
                let first = palette(&drawing, self.thrift);
                let encoder = self.head(&first).map_err(Error::broken)?;
                self.encoder = Some((encoder, first));
                None
            }
        };
        let Some((encoder, first)) = &mut self.encoder else {
            unreachable!("it was just put there")
        };
        let chosen = own.as_ref().unwrap_or(first);
        let frame = Frame {
            delay,
            dispose: if clear_after {
                DisposalMethod::Background
            } else {
                DisposalMethod::Keep
            },
            transparent: Some(chosen.clear()),
            left: area.left as u16,
            top: area.top as u16,
            width: area.width as u16,
            height: area.height as u16,
            palette: own.as_ref().map(Palette::triples),
            buffer: chosen.places(&drawing).into(),
            ..Frame::default()
        };
        encoder.write_frame(&frame).map_err(Error::broken)?;
        self.seen = Some(if clear_after {
            Raster::blank(picture.width, picture.height, Layout::Rgba)
        } else {
            picture
        });
        Ok(())
    }

    fn head(&self, palette: &Palette) -> Result<Encoder<Vec<u8>>, EncodingError> {
        let side = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
        let (width, height) = (side(self.width), side(self.height));
        let mut encoder = Encoder::new(Vec::new(), width, height, &palette.triples())?;
        encoder.set_repeat(self.repeat)?;
        Ok(encoder)
    }
}

fn palette(drawing: &Drawing<'_>, thrift: Thrift) -> Palette {
    let most = match thrift {
        Thrift::None => 255,
        Thrift::Little => 127,
        Thrift::Much | Thrift::All => 48,
    };
    // The dots that it is made of are bytes, too.
    Palette::of(drawing, most, thrift == Thrift::None)
}

/// A pixel is not drawn again for so little a change of each channel.
fn tolerance(thrift: Thrift) -> u8 {
    match thrift {
        Thrift::None => 0,
        Thrift::Little => 4,
        Thrift::Much | Thrift::All => 8,
    }
}

struct Area {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// The smallest area with every changed pixel; one pixel where nothing changed, since a frame must have one.
fn bounds(width: usize, height: usize, changed: impl Fn(usize) -> bool) -> Area {
    let (mut left, mut right, mut top, mut bottom) = (width, 0, height, 0);
    for y in 0..height {
        for x in 0..width {
            if changed(y * width + x) {
                (left, right) = (left.min(x), right.max(x));
                (top, bottom) = (top.min(y), bottom.max(y));
            }
        }
    }
    if left > right {
        return Area {
            left: 0,
            top: 0,
            width: 1,
            height: 1,
        };
    }
    Area {
        left,
        top,
        width: right - left + 1,
        height: bottom - top + 1,
    }
}

/// RGBA in which every pixel is opaque or gone: GIF knows nothing between.
fn sharp_edged(picture: Raster) -> Raster {
    let sharp = |&[r, g, b, a]: &[u8; 4]| if a < 128 { [0; 4] } else { [r, g, b, 255] };
    match picture.into_colour() {
        opaque if opaque.layout == Layout::Rgb => {
            opaque.map(Layout::Rgba, |&[r, g, b]| [r, g, b, 255])
        }
        other => other.map(Layout::Rgba, sharp),
    }
}

fn pixels(picture: &Raster) -> &[[u8; 4]] {
    picture.pixels.as_chunks().0
}
