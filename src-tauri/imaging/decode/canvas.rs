//! The canvas on which frames of an animation are composed, for formats that blend and dispose as PNG and WebP do.

use crate::raster::{Layout, Raster};

pub(super) struct Canvas {
    /// RGBA.
    pub(super) raster: Raster,
    pending_disposal: PendingDisposal,
}

/// Where a frame lies; within the canvas.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameArea {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// What happens to the canvas before the next frame is drawn.
pub(super) enum Disposal {
    Keep,
    Clear,
    Restore,
}

enum PendingDisposal {
    Keep,
    Clear(FrameArea),
    Restore(Vec<u8>),
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Canvas {
        Canvas {
            raster: Raster::blank(width, height, Layout::Rgba),
            pending_disposal: PendingDisposal::Keep,
        }
    }

    pub(super) fn contains(&self, area: FrameArea) -> bool {
        let fits = |at: usize, len: usize, side: u32| {
            at.checked_add(len).is_some_and(|end| end <= side as usize)
        };
        fits(area.left, area.width, self.raster.width)
            && fits(area.top, area.height, self.raster.height)
    }

    /// `pixels` come row by row and fill the area; with `over` they are laid over what is there.
    pub(super) fn draw(
        &mut self,
        area: FrameArea,
        pixels: impl Iterator<Item = [u8; 4]>,
        over: bool,
        disposal: Disposal,
    ) {
        match std::mem::replace(&mut self.pending_disposal, PendingDisposal::Keep) {
            PendingDisposal::Keep => {}
            PendingDisposal::Restore(pixels) => self.raster.pixels = pixels,
            PendingDisposal::Clear(area) => self.area_rows(area).for_each(|row| row.fill([0; 4])),
        }
        self.pending_disposal = match disposal {
            Disposal::Keep => PendingDisposal::Keep,
            Disposal::Clear => PendingDisposal::Clear(area),
            Disposal::Restore => PendingDisposal::Restore(self.raster.pixels.clone()),
        };
        for (pixel, drawn) in self.area_rows(area).flatten().zip(pixels) {
            *pixel = if over { blend(drawn, *pixel) } else { drawn };
        }
    }

    /// The part of each row that is the area's.
    fn area_rows(&mut self, area: FrameArea) -> impl Iterator<Item = &mut [[u8; 4]]> {
        let width = self.raster.width as usize;
        let (pixels, _) = self.raster.pixels.as_chunks_mut::<4>();
        pixels
            .chunks_exact_mut(width)
            .skip(area.top)
            .take(area.height)
            .map(move |row| &mut row[area.left..area.left + area.width])
    }
}

fn blend(over: [u8; 4], under: [u8; 4]) -> [u8; 4] {
    match (over[3], under[3]) {
        (255, _) | (_, 0) => return over,
        (0, _) => return under,
        _ => {}
    }
    let (a, b) = (u32::from(over[3]), u32::from(under[3]));
    // In 255ths of 255ths.
    let shines = b * (255 - a);
    let all = a * 255 + shines;
    let mix = |over: u8, under: u8| {
        ((u32::from(over) * a * 255 + u32::from(under) * shines + all / 2) / all) as u8
    };
    [
        mix(over[0], under[0]),
        mix(over[1], under[1]),
        mix(over[2], under[2]),
        ((all + 127) / 255) as u8,
    ]
}
