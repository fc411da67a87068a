//! A PNG palette: at most 256 colours with alpha, and the index of every pixel.
//!
//! Few colours are kept exactly, which costs nothing. More of them are made fewer only where the source had a
//! palette too, and only if nobody could see it: a photograph never is.

use quantizr::{Image, Options, QuantizeResult};

use crate::raster::{Layout, Raster};

/// The mean square of what a channel may be off by.
const MAX_MEAN_SQUARE_ERROR: f64 = 4.0;

pub(super) struct Palette {
    /// Those that are not opaque come first.
    pub(super) colours: Vec<[u8; 4]>,
    pub(super) indices: Vec<u8>,
}

impl Palette {
    /// 1, 2, 4 or 8 to a place.
    pub(super) fn bits_per_index(&self) -> usize {
        match self.colours.len() {
            0..=2 => 1,
            3..=4 => 2,
            5..=16 => 4,
            _ => 8,
        }
    }
}

pub(super) fn build_palette(picture: &Raster, from_a_palette: bool) -> Option<Palette> {
    let pixels = rgba_pixels(picture);
    exact_palette(pixels.clone(), picture.pixels.len()).or_else(|| {
        let pixels: Vec<u8> = pixels.filter(|_| from_a_palette).flatten().collect();
        quantised_palette(&pixels, picture.width as usize)
    })
}

fn rgba_pixels(picture: &Raster) -> impl Iterator<Item = [u8; 4]> + Clone + '_ {
    let layout = picture.layout;
    let pixels = picture.pixels.chunks_exact(layout.channels());
    pixels.map(move |pixel| match (layout, pixel) {
        (Layout::Grey, [v]) => [*v, *v, *v, 255],
        (Layout::GreyAlpha, [v, a]) => [*v, *v, *v, *a],
        (_, [r, g, b]) => [*r, *g, *b, 255],
        (_, [r, g, b, a]) => [*r, *g, *b, *a],
        _ => [0; 4],
    })
}

/// `None` as soon as there is one colour too many.
fn exact_palette(pixels: impl Iterator<Item = [u8; 4]>, room: usize) -> Option<Palette> {
    let mut found = ColourTable::new();
    let mut places = Vec::with_capacity(room.min(1 << 20));
    let mut last = None;
    for pixel in pixels {
        let place = match last {
            Some((colour, place)) if colour == pixel => place,
            _ => found.index_of(pixel)?,
        };
        last = Some((pixel, place));
        places.push(place);
    }
    Some(sort_palette(found.colours, places))
}

/// `None` where it could be seen, or there is nothing.
fn quantised_palette(rgba: &[u8], width: usize) -> Option<Palette> {
    let (pixels, _) = rgba.as_chunks::<4>();
    let picture = Image::new(rgba, width, pixels.len().checked_div(width)?).ok()?;
    let mut chosen = QuantizeResult::quantize(&picture, &Options::default());
    // Dots cost bytes, and what nobody can see needs none.
    chosen.set_dithering_level(0.0).ok()?;
    let mut places = vec![0; pixels.len()];
    chosen.remap_image(&picture, &mut places).ok()?;
    let palette = chosen.get_palette();
    let colours: Vec<_> = palette.entries[..palette.count as usize]
        .iter()
        .map(|colour| [colour.r, colour.g, colour.b, colour.a])
        .collect();
    let mut off = 0;
    for (pixel, place) in pixels.iter().zip(&places) {
        let square = |(is, was): (&u8, &u8)| u64::from(is.abs_diff(*was)).pow(2);
        let shown: &[u8; 4] = &colours[usize::from(*place)];
        off += shown.iter().zip(pixel).map(square).sum::<u64>();
    }
    let seen = pixels.is_empty() || off as f64 > MAX_MEAN_SQUARE_ERROR * rgba.len() as f64;
    (!seen).then(|| sort_palette(colours, places))
}

/// Transparent ones first, then from dark to light: neighbours in the picture become neighbours in number.
fn sort_palette(colours: Vec<[u8; 4]>, mut places: Vec<u8>) -> Palette {
    let mut order: Vec<u8> = (0..colours.len()).map(|at| at as u8).collect();
    let light = |[r, g, b, a]: [u8; 4]| {
        let weighed = u32::from(r) * 2 + u32::from(g) * 5 + u32::from(b);
        (a == 255, a, weighed)
    };
    order.sort_by_key(|at| light(colours[usize::from(*at)]));
    let mut new = [0; 256];
    for (at, old) in order.iter().enumerate() {
        new[usize::from(*old)] = at as u8;
    }
    for place in &mut places {
        *place = new[usize::from(*place)];
    }
    let colours = order.iter().map(|at| colours[usize::from(*at)]).collect();
    Palette {
        colours,
        indices: places,
    }
}

/// Colours in the order they were found, by open addressing: a picture of many colours is known after a few pixels.
struct ColourTable {
    colours: Vec<[u8; 4]>,
    /// One more than the place; 0 where nothing is.
    slots: Vec<u16>,
}

impl ColourTable {
    const SLOTS: usize = 1024;

    fn new() -> ColourTable {
        ColourTable {
            colours: Vec::new(),
            slots: vec![0; ColourTable::SLOTS],
        }
    }

    fn index_of(&mut self, colour: [u8; 4]) -> Option<u8> {
        let spread = u32::from_le_bytes(colour).wrapping_mul(0x9E37_79B1) >> 22;
        let mut slot = spread as usize;
        loop {
            match usize::from(self.slots[slot]) {
                0 => break,
                found if self.colours[found - 1] == colour => return u8::try_from(found - 1).ok(),
                _ => slot = (slot + 1) % ColourTable::SLOTS,
            }
        }
        let place = u8::try_from(self.colours.len()).ok()?;
        self.colours.push(colour);
        self.slots[slot] = self.colours.len() as u16;
        Some(place)
    }
}
