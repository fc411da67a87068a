//! Animated WebP decoder: `image-webp` decodes each frame, which is then composed here.
//!
//! That crate draws frames too, but clears the wrong pixels where a frame without alpha follows one that is
//! to be cleared.

use std::io::Cursor;

use image_webp::{LoopCount, WebPDecoder};

use super::canvas::{Canvas, Disposal, FrameArea};
use super::play_count::PlayCount;
use crate::Error;
use crate::raster::Raster;

const HAS_ALPHA: u8 = 0x10;
const DISPOSE_TO_BACKGROUND: u8 = 1;
const DO_NOT_BLEND: u8 = 2;

/// Its name and its body.
type Chunk<'a> = ([u8; 4], &'a [u8]);

pub(crate) struct WebpFrames<'a> {
    /// The chunks that are still to be read.
    rest: &'a [u8],
    canvas: Canvas,
    play_count: PlayCount,
    profile: Option<Vec<u8>>,
    memory: usize,
}

impl<'a> WebpFrames<'a> {
    pub(crate) fn open(bytes: &'a [u8], memory: u64) -> Result<WebpFrames<'a>, Error> {
        let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(Error::broken)?;
        if !decoder.is_animated() {
            return Err(Error::broken("its frames are missing"));
        }
        let (width, height) = decoder.dimensions();
        let end = bytes
            .get(4..8)
            .and_then(|len| Some(u32::from_le_bytes(len.try_into().ok()?) as usize + 8))
            .unwrap_or(bytes.len());
        Ok(WebpFrames {
            rest: bytes
                .get(12..end.min(bytes.len()))
                .ok_or_else(|| Error::broken("it ends too early"))?,
            canvas: Canvas::new(width, height),
            play_count: match decoder.loop_count() {
                LoopCount::Forever => PlayCount::Forever,
                LoopCount::Times(times) => PlayCount::Times(u32::from(times.get())),
            },
            // A profile that cannot be read is like none.
            profile: decoder.icc_profile().unwrap_or_default(),
            memory: usize::try_from(memory).unwrap_or(usize::MAX),
        })
    }

    pub(crate) fn play_count(&self) -> PlayCount {
        self.play_count
    }

    pub(crate) fn profile(&self) -> Option<&[u8]> {
        self.profile.as_deref()
    }

    pub(crate) fn canvas(&self) -> &Raster {
        &self.canvas.raster
    }

    pub(crate) fn draw_next_frame(&mut self) -> Result<Option<u32>, Error> {
        while let Some((name, body)) = self.next_chunk()? {
            if &name == b"ANMF" {
                return self.draw_frame(body).map(Some);
            }
        }
        Ok(None)
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk<'a>>, Error> {
        let Some((head, after)) = self.rest.split_first_chunk::<8>() else {
            return Ok(None);
        };
        let [n0, n1, n2, n3, l0, l1, l2, l3] = *head;
        let len = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        let (body, rest) = after
            .split_at_checked(len)
            .ok_or_else(|| Error::broken("it ends too early"))?;
        // Some writers leave out the last padding byte.
        self.rest = rest.get(len & 1..).unwrap_or_default();
        Ok(Some(([n0, n1, n2, n3], body)))
    }

    fn draw_frame(&mut self, frame: &[u8]) -> Result<u32, Error> {
        let short = || Error::broken("a frame is too short");
        let (head, chunks) = frame.split_first_chunk::<16>().ok_or_else(short)?;
        let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], 0]);
        let (width, height, flags) = (number(6) + 1, number(9) + 1, head[15]);
        let area = FrameArea {
            left: number(0) as usize * 2,
            top: number(3) as usize * 2,
            width: width as usize,
            height: height as usize,
        };
        if !self.canvas.contains(area) {
            return Err(Error::broken("a frame stands over the picture"));
        }
        let alone = wrap_frame(chunks, &head[6..12]);
        let mut decoder = WebPDecoder::new(Cursor::new(alone)).map_err(Error::broken)?;
        decoder.set_memory_limit(self.memory);
        if decoder.dimensions() != (width, height) || decoder.is_animated() {
            return Err(Error::broken("a frame is not as large as it says"));
        }
        let mut pixels = vec![0; decoder.output_buffer_size().ok_or_else(short)?];
        decoder.read_image(&mut pixels).map_err(Error::broken)?;
        let channels = if decoder.has_alpha() { 4 } else { 3 };
        let pixels = pixels.chunks_exact(channels).map(|pixel| match *pixel {
            [r, g, b, a] => [r, g, b, a],
            [r, g, b, ..] => [r, g, b, 255],
            _ => [0; 4],
        });
        let disposal = match flags & DISPOSE_TO_BACKGROUND {
            0 => Disposal::Keep,
            _ => Disposal::Clear,
        };
        let over = flags & DO_NOT_BLEND == 0;
        self.canvas.draw(area, pixels, over, disposal);
        Ok(number(12))
    }
}

/// A frame's chunks as a file; `size` is the frame's, as it stands in any header.
fn wrap_frame(chunks: &[u8], size: &[u8]) -> Vec<u8> {
    // A chunk of alpha before the colours needs the extended header.
    let header = if chunks.starts_with(b"ALPH") {
        [b"VP8X\x0A\0\0\0", &[HAS_ALPHA, 0, 0, 0][..], size].concat()
    } else {
        Vec::new()
    };
    let len = (4 + header.len() + chunks.len()) as u32;
    [b"RIFF", &len.to_le_bytes()[..], b"WEBP", &header, chunks].concat()
}
