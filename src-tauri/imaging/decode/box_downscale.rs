//! Box downscaling while decoding, for formats that cannot be decoded at a smaller size.
//!
//! Where the result is a quarter as high or less, so many rows become one before anything is kept: less memory,
//! and less to resize. At least twice the height asked for is left, below which it could be seen.

use crate::raster::{Layout, Raster};

/// Sums of more rows of bytes would not fit.
const MAX_ROWS: usize = 16;

pub(super) struct BoxDownscaler {
    raster: Raster,
    pitch: usize,
    /// How many become one.
    rows_per_output: usize,
    /// Waiting for the rest of their number.
    pending_rows: Vec<u8>,
    full_height: u32,
}

impl BoxDownscaler {
    /// Of a picture that is `width` × `height`, and is to be resized by `scale`.
    pub(super) fn new(width: u32, height: u32, layout: Layout, scale: f64) -> BoxDownscaler {
        let by = ((0.5 / scale.max(1e-6)) as usize).clamp(1, MAX_ROWS);
        BoxDownscaler {
            raster: Raster {
                width,
                height: 0,
                layout,
                pixels: Vec::with_capacity(
                    width as usize * (height as usize).div_ceil(by) * layout.channels(),
                ),
            },
            pitch: width as usize * layout.channels(),
            rows_per_output: by,
            pending_rows: Vec::new(),
            full_height: height,
        }
    }

    /// False where there are more rows than there should be.
    pub(super) fn push_row(&mut self, row: &[u8]) -> bool {
        let come = self.raster.height as usize * self.rows_per_output
            + self.pending_rows.len() / self.pitch.max(1);
        let Some(row) = row
            .get(..self.pitch)
            .filter(|_| come < self.full_height as usize)
        else {
            return false;
        };
        if self.rows_per_output == 1 {
            self.raster.pixels.extend_from_slice(row);
            self.raster.height += 1;
            return true;
        }
        self.pending_rows.extend_from_slice(row);
        if self.pending_rows.len() == self.pitch * self.rows_per_output {
            self.merge_pending();
        }
        true
    }

    /// The raster, and how high the picture in it is: its last row may stand for fewer than the others.
    pub(super) fn finish(mut self) -> (Raster, f64) {
        if !self.pending_rows.is_empty() {
            self.merge_pending();
        }
        let height = f64::from(self.full_height) / self.rows_per_output as f64;
        // Rows that never came are transparent or black, as they would be without averaging.
        let rows = (self.full_height as usize).div_ceil(self.rows_per_output);
        self.raster.pixels.resize(self.pitch * rows, 0);
        self.raster.height = rows as u32;
        (self.raster, height)
    }

    fn merge_pending(&mut self) {
        let channels = self.raster.layout.channels();
        let alpha = self.raster.layout.has_alpha();
        let opaque = |pixel: &[u8]| pixel[channels - 1] == 255;
        let target = &mut self.raster.pixels;
        if alpha && !self.pending_rows.chunks_exact(channels).all(opaque) {
            average_rows_by_alpha(&self.pending_rows, self.pitch, channels, target);
        } else if self.pending_rows.len() == self.pitch * 2 {
            let (one, other) = self.pending_rows.split_at(self.pitch);
            let mean = |(a, b): (&u8, &u8)| (u16::from(*a) + u16::from(*b)).div_ceil(2) as u8;
            target.extend(one.iter().zip(other).map(mean));
        } else {
            average_rows(&self.pending_rows, self.pitch, target);
        }
        self.pending_rows.clear();
        self.raster.height += 1;
    }
}

fn average_rows(rows: &[u8], pitch: usize, target: &mut Vec<u8>) {
    let count = (rows.len() / pitch) as u16;
    let mut sums = vec![count / 2; pitch];
    for row in rows.chunks_exact(pitch) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += u16::from(*value);
        }
    }
    let share = 65536_u32.div_ceil(u32::from(count));
    target.extend(
        sums.iter()
            .map(|sum| ((u32::from(*sum) * share) >> 16) as u8),
    );
}

/// Colours weighted by their alpha, which is the last channel.
fn average_rows_by_alpha(rows: &[u8], pitch: usize, channels: usize, target: &mut Vec<u8>) {
    let count = (rows.len() / pitch) as u32;
    for x in (0..pitch).step_by(channels) {
        let column = || rows.iter().skip(x + channels - 1).step_by(pitch);
        let alpha: u32 = column().map(|alpha| u32::from(*alpha)).sum();
        for channel in 0..channels - 1 {
            let colours = rows.iter().skip(x + channel).step_by(pitch);
            let sum: u32 = colours
                .zip(column())
                .map(|(value, alpha)| u32::from(*value) * u32::from(*alpha))
                .sum();
            target.push(((sum + alpha / 2).checked_div(alpha)).unwrap_or(0) as u8);
        }
        target.push(((alpha + count / 2) / count) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_averaged_and_the_last_may_stand_for_fewer() {
        let mut rows = BoxDownscaler::new(2, 7, Layout::Grey, 0.125);
        for value in [10, 20, 30, 40, 100, 100, 101] {
            assert!(rows.push_row(&[value, 255]));
        }
        assert!(!rows.push_row(&[0, 0]), "an eighth row");
        let (raster, height) = rows.finish();
        assert_eq!((raster.pixels, raster.height), (vec![25, 255, 100, 255], 2));
        assert!((height - 1.75).abs() < 1e-9);
    }

    #[test]
    fn transparent_rows_lend_no_colour() {
        let mut rows = BoxDownscaler::new(1, 2, Layout::Rgba, 0.25);
        assert!(rows.push_row(&[200, 100, 0, 255]) && rows.push_row(&[0, 0, 255, 0]));
        assert_eq!(rows.finish().0.pixels, [200, 100, 0, 128]);
    }
}
