//! GIF encoder, still and animated: each frame holds only what changed, in the first frame's palette where that
//! suits.

mod palette;

use gif::{DisposalMethod, Encoder, EncodingError, Frame, Repeat};

use super::size_effort::SizeEffort;
use crate::Error;
use crate::decode::play_count::PlayCount;
use crate::raster::{Layout, Raster};
use palette::{DrawnRegion, Palette};

pub(super) fn encode_still(picture: Raster) -> Result<Vec<u8>, Error> {
    let mut animation = GifAnimationEncoder::new(
        picture.width,
        picture.height,
        PlayCount::Times(1),
        SizeEffort::None,
    );
    animation.push_frame(picture, 0)?;
    animation.finish()
}

/// An animation that is written while its frames come.
///
/// A frame is written when the next one is known, since only that tells whether something has to be cleared.
pub(crate) struct GifAnimationEncoder {
    width: u32,
    height: u32,
    repeat: Repeat,
    effort: SizeEffort,
    /// There once the first frame is, whose palette is everybody's.
    encoder: Option<(Encoder<Vec<u8>>, Palette)>,
    /// What the viewer sees before `waiting` is drawn.
    displayed: Option<Raster>,
    pending_frame: Option<(Raster, u16)>,
}

impl GifAnimationEncoder {
    pub(crate) fn new(
        width: u32,
        height: u32,
        loops: PlayCount,
        thrift: SizeEffort,
    ) -> GifAnimationEncoder {
        GifAnimationEncoder {
            width,
            height,
            repeat: match loops {
                PlayCount::Forever => Repeat::Infinite,
                // Once is what is played in any case.
                PlayCount::Times(times) => {
                    Repeat::Finite(u16::try_from(times.saturating_sub(1)).unwrap_or(u16::MAX))
                }
            },
            effort: thrift,
            encoder: None,
            displayed: None,
            pending_frame: None,
        }
    }

    /// Bytes that are written already.
    pub(crate) fn written_len(&self) -> usize {
        let written = self.encoder.as_ref();
        written.map_or(0, |(encoder, _)| encoder.get_ref().len())
    }

    /// `picture` has the animation's size; `shown` is in milliseconds.
    pub(crate) fn push_frame(&mut self, picture: Raster, shown: u32) -> Result<(), Error> {
        let delay = u16::try_from(shown.saturating_add(5) / 10).unwrap_or(u16::MAX);
        let picture = threshold_alpha(picture);
        if let Some(shown) = self.pending_frame.take() {
            let clears = rgba_pixels(&shown.0)
                .iter()
                .zip(rgba_pixels(&picture))
                .any(|(was, is)| was[3] != 0 && is[3] == 0);
            self.write_frame(shown, clears)?;
        }
        self.pending_frame = Some((picture, delay));
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<Vec<u8>, Error> {
        if let Some(last) = self.pending_frame.take() {
            self.write_frame(last, false)?;
        }
        let written = self
            .encoder
            .ok_or_else(|| Error::broken("it has no frame"))?;
        written.0.into_inner().map_err(Error::broken)
    }

    /// `clear_after`: the next frame begins on an empty canvas, because pixels of this one disappear.
    fn write_frame(
        &mut self,
        (mut picture, delay): (Raster, u16),
        clear_after: bool,
    ) -> Result<(), Error> {
        let (width, height) = (picture.width as usize, picture.height as usize);
        let tolerance = pixel_tolerance(self.effort);
        if let Some(seen) = &self.displayed {
            // What is not drawn again stays what it is, so that small changes cannot add up.
            let kept = picture.pixels.as_chunks_mut::<4>().0.iter_mut();
            for (pixel, seen) in kept.zip(rgba_pixels(seen)) {
                let near = |(is, was): (&u8, &u8)| is.abs_diff(*was) <= tolerance;
                if pixel[3] == seen[3] && pixel.iter().zip(seen).all(near) {
                    *pixel = *seen;
                }
            }
        }
        let changed = |at: usize| {
            let seen = self.displayed.as_ref();
            seen.is_none_or(|seen| rgba_pixels(seen)[at] != rgba_pixels(&picture)[at])
        };
        // What is cleared later is the frame's own rectangle, so that must then be everything.
        let area = match self.displayed {
            Some(_) if !clear_after => changed_area(width, height, changed),
            _ => FrameArea {
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
                    rgba_pixels(&picture)[at],
                    rgba_pixels(&picture)[at][3] != 0 && changed(at),
                )
            })
            .unzip();
        let drawing = DrawnRegion {
            width: area.width,
            height: area.height,
            pixels: &part,
            is_drawn: &drawn,
        };
        let own = match &self.encoder {
            Some((_, first)) if first.fits(&drawing) => None,
            Some(_) => Some(choose_palette(&drawing, self.effort)),
            None => {
                let first = choose_palette(&drawing, self.effort);
                let encoder = self.start_encoder(&first).map_err(Error::broken)?;
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
            transparent: Some(chosen.transparent_index()),
            left: area.left as u16,
            top: area.top as u16,
            width: area.width as u16,
            height: area.height as u16,
            palette: own.as_ref().map(Palette::rgb_triples),
            buffer: chosen.indices(&drawing).into(),
            ..Frame::default()
        };
        encoder.write_frame(&frame).map_err(Error::broken)?;
        self.displayed = Some(if clear_after {
            Raster::blank(picture.width, picture.height, Layout::Rgba)
        } else {
            picture
        });
        Ok(())
    }

    fn start_encoder(&self, palette: &Palette) -> Result<Encoder<Vec<u8>>, EncodingError> {
        let side = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
        let (width, height) = (side(self.width), side(self.height));
        let mut encoder = Encoder::new(Vec::new(), width, height, &palette.rgb_triples())?;
        encoder.set_repeat(self.repeat)?;
        Ok(encoder)
    }
}

fn choose_palette(drawing: &DrawnRegion<'_>, thrift: SizeEffort) -> Palette {
    let most = match thrift {
        SizeEffort::None => 255,
        SizeEffort::Low => 127,
        SizeEffort::High | SizeEffort::Max => 48,
    };
    // The dots that it is made of are bytes, too.
    Palette::new(drawing, most, thrift == SizeEffort::None)
}

/// A pixel is not drawn again for so little a change of each channel.
fn pixel_tolerance(thrift: SizeEffort) -> u8 {
    match thrift {
        SizeEffort::None => 0,
        SizeEffort::Low => 4,
        SizeEffort::High | SizeEffort::Max => 8,
    }
}

struct FrameArea {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// The smallest area with every changed pixel; one pixel where nothing changed, since a frame must have one.
fn changed_area(width: usize, height: usize, changed: impl Fn(usize) -> bool) -> FrameArea {
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
        return FrameArea {
            left: 0,
            top: 0,
            width: 1,
            height: 1,
        };
    }
    FrameArea {
        left,
        top,
        width: right - left + 1,
        height: bottom - top + 1,
    }
}

/// RGBA in which every pixel is opaque or gone: GIF knows nothing between.
fn threshold_alpha(picture: Raster) -> Raster {
    let sharp = |&[r, g, b, a]: &[u8; 4]| if a < 128 { [0; 4] } else { [r, g, b, 255] };
    match picture.into_colour() {
        opaque if opaque.layout == Layout::Rgb => {
            opaque.map_pixels(Layout::Rgba, |&[r, g, b]| [r, g, b, 255])
        }
        other => other.map_pixels(Layout::Rgba, sharp),
    }
}

fn rgba_pixels(picture: &Raster) -> &[[u8; 4]] {
    picture.pixels.as_chunks().0
}
