//! A GIF palette of at most 255 colours; the index after the last one is transparent ("not drawn").
//!
//! Few colours are kept exactly, which is what makes drawings and screenshots look right. Many are chosen so that the
//! frame looks most like itself, and what each pixel is off by is given to its neighbours, which takes the bands out
//! of skies.

use std::collections::BTreeMap;

use quantizr::{Histogram, Image, Options, QuantizeResult};

/// So many pixels tell whether a palette suits.
const PROBE_PIXELS: usize = 4096;

pub(super) struct Palette {
    colours: Vec<[u8; 3]>,
    index: ColourIndex,
}

enum ColourIndex {
    Exact(BTreeMap<[u8; 3], u8>),
    /// With the mean square that it is off by, on the pixels that it was learned from.
    Quantised(Box<QuantizeResult>, f64),
}

/// A part of a picture, and which of its pixels are drawn.
pub(super) struct DrawnRegion<'a> {
    pub width: usize,
    pub height: usize,
    /// Opaque where they are drawn.
    pub pixels: &'a [[u8; 4]],
    pub is_drawn: &'a [bool],
}

impl DrawnRegion<'_> {
    fn drawn_pixels(&self) -> impl Iterator<Item = &[u8; 4]> {
        let each = self.pixels.iter().zip(self.is_drawn);
        each.filter_map(|(pixel, drawn)| drawn.then_some(pixel))
    }
}

impl Palette {
    /// `most` is 16 to 255. `smooth` gives what a pixel is off by to its neighbours.
    pub(super) fn new(drawing: &DrawnRegion<'_>, most: usize, smooth: bool) -> Palette {
        Palette::from_exact_colours(drawing, most)
            .unwrap_or_else(|| Palette::quantise(drawing, most, smooth))
    }

    /// The place of pixels that are not drawn.
    pub(super) fn transparent_index(&self) -> u8 {
        self.colours.len() as u8
    }

    /// RGB triples, that of `clear` among them.
    pub(super) fn rgb_triples(&self) -> Vec<u8> {
        let mut triples = self.colours.concat();
        triples.extend([0; 3]);
        triples
    }

    /// Whether these pixels look as well in this palette as those that it was made for.
    pub(super) fn fits(&self, drawing: &DrawnRegion<'_>) -> bool {
        match &self.index {
            ColourIndex::Exact(places) => drawing
                .drawn_pixels()
                .all(|[r, g, b, _]| places.contains_key(&[*r, *g, *b])),
            ColourIndex::Quantised(_, usual) => {
                mean_square_error(&self.colours, drawing) <= usual * 1.25 + 1.0
            }
        }
    }

    /// Each pixel's place; `suits` said that they have one.
    pub(super) fn indices(&self, drawing: &DrawnRegion<'_>) -> Vec<u8> {
        let mut places = match &self.index {
            ColourIndex::Exact(places) => {
                let place = |[r, g, b, _]: &[u8; 4]| places.get(&[*r, *g, *b]).copied();
                let each = drawing.pixels.iter();
                each.map(|pixel| place(pixel).unwrap_or(self.transparent_index()))
                    .collect()
            }
            ColourIndex::Quantised(chosen, _) => remap_pixels(chosen, drawing),
        };
        for (place, drawn) in places.iter_mut().zip(drawing.is_drawn) {
            if !drawn {
                *place = self.transparent_index();
            }
        }
        places
    }

    fn from_exact_colours(drawing: &DrawnRegion<'_>, most: usize) -> Option<Palette> {
        let mut places = BTreeMap::new();
        let mut colours = Vec::new();
        let mut last = None;
        for pixel in drawing.drawn_pixels() {
            if last == Some(*pixel) {
                continue;
            }
            last = Some(*pixel);
            let [r, g, b, _] = *pixel;
            if places.contains_key(&[r, g, b]) {
                continue;
            }
            let place = u8::try_from(colours.len()).ok();
            let place = place.filter(|place| usize::from(*place) < most)?;
            places.insert([r, g, b], place);
            colours.push([r, g, b]);
        }
        Some(Palette {
            colours,
            index: ColourIndex::Exact(places),
        })
    }

    fn quantise(drawing: &DrawnRegion<'_>, most: usize, smooth: bool) -> Palette {
        let drawn: Vec<u8> = drawing.drawn_pixels().flatten().copied().collect();
        let mut histogram = Histogram::new();
        if let Ok(row) = Image::new(&drawn, drawn.len() / 4, 1) {
            histogram.add_image(&row);
        }
        let mut options = Options::default();
        // What is between 2 and 256 is taken as it is, and so it is with a level of 0 or 1.
        let _ = options.set_max_colors(most as i32);
        let mut chosen = QuantizeResult::quantize_histogram(&histogram, &options);
        let _ = chosen.set_dithering_level(if smooth { 1.0 } else { 0.0 });
        let palette = chosen.get_palette();
        let colours: Vec<_> = palette.entries[..palette.count as usize]
            .iter()
            .map(|colour| [colour.r, colour.g, colour.b])
            .collect();
        let usual = mean_square_error(&colours, drawing);
        Palette {
            colours,
            index: ColourIndex::Quantised(Box::new(chosen), usual),
        }
    }
}

/// Each pixel's place among chosen colours.
fn remap_pixels(chosen: &QuantizeResult, drawing: &DrawnRegion<'_>) -> Vec<u8> {
    // What is see-through looks like what is beside it, so that it has nothing of its own to give to its neighbours.
    let mut beside = [0, 0, 0, 255];
    let opaque: Vec<u8> = drawing
        .pixels
        .iter()
        .flat_map(|pixel| {
            if pixel[3] != 0 {
                beside = *pixel;
            }
            beside
        })
        .collect();
    let mut places = vec![0; drawing.pixels.len()];
    if let Ok(picture) = Image::new(&opaque, drawing.width, drawing.height) {
        // There is room for every pixel, which is all that it asks for.
        let _ = chosen.remap_image(&picture, &mut places);
    }
    places
}

/// The mean square of what a channel is off by.
fn mean_square_error(colours: &[[u8; 3]], drawing: &DrawnRegion<'_>) -> f64 {
    let apart = |colour: &[u8; 3], pixel: &[u8; 4]| -> u32 {
        let square = |(is, was): (&u8, &u8)| u32::from(is.abs_diff(*was)).pow(2);
        colour.iter().zip(pixel).map(square).sum()
    };
    let step = (drawing.pixels.len() / PROBE_PIXELS).max(1);
    let (mut sum, mut count) = (0, 0);
    for pixel in drawing.drawn_pixels().step_by(step) {
        let nearest = colours.iter().map(|colour| apart(colour, pixel)).min();
        sum += u64::from(nearest.unwrap_or(0));
        count += 3;
    }
    if count == 0 {
        0.0
    } else {
        sum as f64 / f64::from(count)
    }
}
