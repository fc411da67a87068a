//! Raster: decoded pixels, 8 bits a channel, rows from the top, without gaps.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    /// Ink: 255 is full.
    Cmyk,
}

impl Layout {
    /// Bytes a pixel.
    pub(crate) fn channels(self) -> usize {
        match self {
            Layout::Grey => 1,
            Layout::GreyAlpha => 2,
            Layout::Rgb => 3,
            Layout::Rgba | Layout::Cmyk => 4,
        }
    }

    pub(crate) fn has_alpha(self) -> bool {
        matches!(self, Layout::GreyAlpha | Layout::Rgba)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raster {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) layout: Layout,
    /// Exactly width × height × channels bytes.
    pub(crate) pixels: Vec<u8>,
}

impl Raster {
    /// All zero, which is transparent where there is alpha.
    pub(crate) fn blank(width: u32, height: u32, layout: Layout) -> Raster {
        let len = width as usize * height as usize * layout.channels();
        Raster {
            width,
            height,
            layout,
            pixels: vec![0; len],
        }
    }

    /// Draws a picture of the same layout over this one; what stands over its edges is not drawn.
    pub(crate) fn draw(&mut self, drawn: &Raster, left: u32, top: u32) {
        debug_assert_eq!(self.layout, drawn.layout);
        let channels = self.layout.channels();
        let kept = drawn.width.min(self.width.saturating_sub(left)) as usize * channels;
        let (pitch, left) = (self.width as usize * channels, left as usize * channels);
        let rows = self.pixels.chunks_exact_mut(pitch).skip(top as usize);
        for (row, from) in rows.zip(drawn.pixels.chunks_exact(drawn.width as usize * channels)) {
            if kept > 0 {
                row[left..left + kept].copy_from_slice(&from[..kept]);
            }
        }
    }

    /// The same pixels in another layout, each one made by `convert`.
    pub(crate) fn map_pixels<const FROM: usize, const TO: usize>(
        &self,
        layout: Layout,
        convert: impl Fn(&[u8; FROM]) -> [u8; TO],
    ) -> Raster {
        debug_assert_eq!((FROM, TO), (self.layout.channels(), layout.channels()));
        let (pixels, _) = self.pixels.as_chunks::<FROM>();
        let pixels = pixels.iter().flat_map(convert).collect();
        Raster {
            width: self.width,
            height: self.height,
            layout,
            pixels,
        }
    }

    /// Grey becomes three equal channels; alpha stays.
    pub(crate) fn into_colour(self) -> Raster {
        match self.layout {
            Layout::Grey => self.map_pixels(Layout::Rgb, |&[v]| [v, v, v]),
            Layout::GreyAlpha => self.map_pixels(Layout::Rgba, |&[v, a]| [v, v, v, a]),
            Layout::Rgb | Layout::Rgba | Layout::Cmyk => self,
        }
    }

    /// Drops alpha that hides nothing: fewer bytes to resize, no channel to write.
    pub(crate) fn drop_opaque_alpha(mut self) -> Raster {
        let (channels, layout) = match self.layout {
            Layout::GreyAlpha => (2, Layout::Grey),
            Layout::Rgba => (4, Layout::Rgb),
            _ => return self,
        };
        if self
            .pixels
            .chunks_exact(channels)
            .any(|pixel| pixel[channels - 1] != 255)
        {
            return self;
        }
        // In place, because a second copy of a large picture is what this saves.
        let kept = channels - 1;
        for at in 0..self.pixels.len() / channels {
            self.pixels
                .copy_within(at * channels..at * channels + kept, at * kept);
        }
        self.pixels.truncate(self.pixels.len() / channels * kept);
        self.layout = layout;
        self
    }
}
