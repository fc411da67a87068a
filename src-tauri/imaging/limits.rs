//! Limits on size, and cancellation of work.
//!
//! Sizes are checked from the header, before a decoder allocates anything. There is no clock here: a deadline
//! is the caller's `Stop`.

use crate::Error;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Width × height.
    pub max_pixels: u64,
    /// The longer side.
    pub max_dimension: u32,
    /// An animation with more frames is rendered as its first frame.
    pub max_frames: u32,
    /// An animation whose frames × area is more is rendered as its first frame.
    pub max_animation_pixels: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            max_pixels: 100_000_000,
            max_dimension: 16_384,
            max_frames: 2_000,
            max_animation_pixels: 1_000_000_000,
        }
    }
}

impl Limits {
    /// Refuses a size; also one without any pixels.
    pub(crate) fn check_size(&self, width: u32, height: u32) -> Result<(), Error> {
        if width == 0 || height == 0 {
            return Err(Error::broken("it has no pixels"));
        }
        let pixels = u64::from(width) * u64::from(height);
        if pixels > self.max_pixels {
            return Err(Error::TooManyPixels {
                width,
                height,
                megapixels: pixels.div_ceil(1_000_000),
                max: self.max_pixels / 1_000_000,
            });
        }
        if width.max(height) > self.max_dimension {
            return Err(Error::DimensionTooLarge {
                width,
                height,
                max: self.max_dimension,
            });
        }
        Ok(())
    }

    /// Bytes that a decoder may allocate for one picture: 16-bit RGBA, and as much again for its own use.
    pub(crate) fn max_decoder_bytes(&self, width: u32, height: u32) -> u64 {
        u64::from(width) * u64::from(height) * 16 + (16 << 20)
    }
}

/// Asked between steps, frames and rows; work ends soon after it says yes.
pub trait CancelToken: Sync {
    fn is_cancelled(&self) -> bool;
}

impl<F: Fn() -> bool + Sync> CancelToken for F {
    fn is_cancelled(&self) -> bool {
        self()
    }
}

/// For work that nobody stops.
pub struct NeverCancelled;

impl CancelToken for NeverCancelled {
    fn is_cancelled(&self) -> bool {
        false
    }
}

pub(crate) fn check_cancelled(stop: &dyn CancelToken) -> Result<(), Error> {
    if stop.is_cancelled() {
        Err(Error::Cancelled)
    } else {
        Ok(())
    }
}
