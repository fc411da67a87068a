//! Animated PNG decoder: composes frames by their blend and dispose operations.

use png::{BlendOp, DisposeOp};

use super::canvas::{Canvas, Disposal, FrameArea};
use super::play_count::PlayCount;
use crate::Error;
use crate::raster::Raster;

pub(crate) struct ApngFrames<'a> {
    reader: super::png::PngReader<'a>,
    canvas: Canvas,
    profile: Option<Vec<u8>>,
    play_count: u32,
    frames_left: u32,
    /// The picture that is shown where animations are not understood, and is no frame, comes first.
    skip_first: bool,
    /// A frame as decoded.
    buffer: Vec<u8>,
}

impl<'a> ApngFrames<'a> {
    pub(crate) fn open(bytes: &'a [u8], memory: u64) -> Result<ApngFrames<'a>, Error> {
        let (reader, profile) = super::png::open_reader(bytes, memory)?;
        let info = reader.info();
        let control = info
            .animation_control
            .ok_or_else(|| Error::broken("its frames are missing"))?;
        let canvas = Canvas::new(info.width, info.height);
        let skip_first = info.frame_control.is_none();
        let room = reader
            .output_buffer_size()
            .ok_or_else(|| Error::broken("it is too large"))?;
        Ok(ApngFrames {
            canvas,
            profile,
            play_count: control.num_plays,
            frames_left: control.num_frames,
            skip_first,
            buffer: vec![0; room],
            reader,
        })
    }

    pub(crate) fn play_count(&self) -> PlayCount {
        match self.play_count {
            0 => PlayCount::Forever,
            times => PlayCount::Times(times),
        }
    }

    pub(crate) fn profile(&self) -> Option<&[u8]> {
        self.profile.as_deref()
    }

    pub(crate) fn canvas(&self) -> &Raster {
        &self.canvas.raster
    }

    pub(crate) fn draw_next_frame(&mut self) -> Result<Option<u32>, Error> {
        if self.frames_left == 0 {
            return Ok(None);
        }
        if std::mem::take(&mut self.skip_first) {
            self.reader
                .next_frame(&mut self.buffer)
                .map_err(Error::broken)?;
        }
        let drawn = self
            .reader
            .next_frame(&mut self.buffer)
            .map_err(Error::broken)?;
        self.frames_left -= 1;
        let frame = *self
            .reader
            .info()
            .frame_control()
            .ok_or_else(|| Error::broken("a frame has no place"))?;
        let area = FrameArea {
            left: frame.x_offset as usize,
            top: frame.y_offset as usize,
            width: frame.width as usize,
            height: frame.height as usize,
        };
        if (drawn.width, drawn.height) != (frame.width, frame.height) || !self.canvas.contains(area)
        {
            return Err(Error::broken("a frame stands over the picture"));
        }
        let channels = drawn.color_type.samples();
        let pixels = self
            .buffer
            .chunks_exact(drawn.line_size)
            .take(area.height)
            .flat_map(|line| line.chunks_exact(channels).take(area.width))
            .map(|pixel| match *pixel {
                [v] => [v, v, v, 255],
                [v, a] => [v, v, v, a],
                [r, g, b] => [r, g, b, 255],
                [r, g, b, a, ..] => [r, g, b, a],
                [] => [0; 4],
            });
        let disposal = match frame.dispose_op {
            DisposeOp::None => Disposal::Keep,
            DisposeOp::Background => Disposal::Clear,
            DisposeOp::Previous => Disposal::Restore,
        };
        let over = frame.blend_op == BlendOp::Over;
        self.canvas.draw(area, pixels, over, disposal);
        let parts = match frame.delay_den {
            0 => 100,
            parts => u32::from(parts),
        };
        Ok(Some(u32::from(frame.delay_num) * 1000 / parts))
    }
}
