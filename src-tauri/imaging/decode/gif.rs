//! GIF decoder: composes frames by their disposal methods.

use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, Decoder, DisposalMethod, MemoryLimit, Repeat};

use super::DecodedImage;
use super::play_count::PlayCount;
use crate::Error;
use crate::raster::{Layout, Raster};

pub(super) fn decode_still(
    bytes: &[u8],
    size: (u32, u32),
    memory: u64,
) -> Result<DecodedImage, Error> {
    let mut frames = GifFrames::open(bytes, size, memory)?;
    if frames.draw_next_frame()?.is_none() {
        return Err(Error::broken("it has no frame"));
    }
    Ok(DecodedImage {
        has_palette: true,
        ..DecodedImage::new(frames.canvas, None)
    })
}

pub(crate) struct GifFrames<'a> {
    decoder: Decoder<&'a [u8]>,
    /// What is seen after the last `advance`: RGBA.
    canvas: Raster,
    pending_disposal: PendingDisposal,
}

/// What happens to the canvas before the next frame is drawn.
enum PendingDisposal {
    Keep,
    Clear {
        left: usize,
        top: usize,
        width: usize,
        height: usize,
    },
    Restore(Vec<u8>),
}

impl<'a> GifFrames<'a> {
    pub(crate) fn open(
        bytes: &'a [u8],
        (width, height): (u32, u32),
        memory: u64,
    ) -> Result<GifFrames<'a>, Error> {
        let mut options = DecodeOptions::new();
        options.set_color_output(ColorOutput::RGBA);
        options.set_memory_limit(
            NonZeroU64::new(memory).map_or(MemoryLimit::Unlimited, MemoryLimit::Bytes),
        );
        let decoder = options.read_info(bytes).map_err(Error::broken)?;
        Ok(GifFrames {
            decoder,
            canvas: Raster::blank(width, height, Layout::Rgba),
            pending_disposal: PendingDisposal::Keep,
        })
    }

    pub(crate) fn play_count(&self) -> PlayCount {
        match self.decoder.repeat() {
            Repeat::Infinite => PlayCount::Forever,
            // Played once, and then again so often.
            Repeat::Finite(again) => PlayCount::Times(u32::from(again) + 1),
        }
    }

    pub(crate) fn canvas(&self) -> &Raster {
        &self.canvas
    }

    /// Draws the next frame and tells how long it is shown, in milliseconds; `None` after the last.
    pub(crate) fn draw_next_frame(&mut self) -> Result<Option<u32>, Error> {
        let Some(frame) = self.decoder.read_next_frame().map_err(Error::broken)? else {
            return Ok(None);
        };
        let canvas_width = self.canvas.width as usize;
        match std::mem::replace(&mut self.pending_disposal, PendingDisposal::Keep) {
            PendingDisposal::Keep => {}
            PendingDisposal::Restore(pixels) => self.canvas.pixels = pixels,
            PendingDisposal::Clear {
                left,
                top,
                width,
                height,
            } => {
                for row in self
                    .canvas
                    .pixels
                    .chunks_exact_mut(canvas_width * 4)
                    .skip(top)
                    .take(height)
                {
                    row[left * 4..(left + width) * 4].fill(0);
                }
            }
        }
        // What stands over the canvas is not drawn.
        let left = usize::from(frame.left).min(canvas_width);
        let top = usize::from(frame.top);
        let width = usize::from(frame.width).min(canvas_width - left);
        let height = usize::from(frame.height);
        self.pending_disposal = match frame.dispose {
            DisposalMethod::Any | DisposalMethod::Keep => PendingDisposal::Keep,
            DisposalMethod::Background => PendingDisposal::Clear {
                left,
                top,
                width,
                height,
            },
            DisposalMethod::Previous => PendingDisposal::Restore(self.canvas.pixels.clone()),
        };
        let rows = self
            .canvas
            .pixels
            .chunks_exact_mut(canvas_width * 4)
            .skip(top);
        for (row, drawn) in rows.zip(
            frame
                .buffer
                .chunks_exact(usize::from(frame.width).max(1) * 4),
        ) {
            let (row, _) = row[left * 4..(left + width) * 4].as_chunks_mut::<4>();
            for (pixel, drawn) in row.iter_mut().zip(drawn.as_chunks::<4>().0) {
                if drawn[3] != 0 {
                    *pixel = *drawn;
                }
            }
        }
        Ok(Some(u32::from(frame.delay) * 10))
    }
}
