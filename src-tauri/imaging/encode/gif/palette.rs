//! At most 255 colours for a frame; the place after the last one is kept for "not drawn".
//!
//! Few colours are kept exactly, which is what makes drawings and screenshots look right.

use std::collections::BTreeMap;

use color_quant::NeuQuant;

/// Learns from every n-th pixel only: 1 is best, 30 fastest. Small frames need all of theirs.
const SAMPLING: i32 = 10;
const SMALL: usize = 20_000;

/// Every n-th pixel tells whether a palette suits.
const PROBED: usize = 5;

pub(super) struct Palette {
    colours: Vec<[u8; 3]>,
    finder: Finder,
}

enum Finder {
    Exact(BTreeMap<[u8; 3], u8>),
    /// With the mean square that it is off by, on the pixels that it was learned from.
    Learned(Box<NeuQuant>, f64),
}

impl Palette {
    /// Pixels with alpha 0 are not drawn, the others are opaque. `most` is 16 to 255.
    pub(super) fn of(pixels: &[[u8; 4]], most: usize) -> Palette {
        Palette::exact(pixels, most).unwrap_or_else(|| Palette::learned(pixels, most))
    }

    /// The place of pixels that are not drawn.
    pub(super) fn clear(&self) -> u8 {
        self.colours.len() as u8
    }

    /// RGB triples, that of `clear` among them.
    pub(super) fn triples(&self) -> Vec<u8> {
        let mut triples = self.colours.concat();
        triples.extend([0; 3]);
        triples
    }

    /// Whether these pixels look as well in this palette as those that it was made for.
    pub(super) fn suits(&self, pixels: &[[u8; 4]]) -> bool {
        let mut drawn = pixels.iter().filter(|pixel| pixel[3] != 0);
        match &self.finder {
            Finder::Exact(places) => drawn.all(|[r, g, b, _]| places.contains_key(&[*r, *g, *b])),
            Finder::Learned(network, usual) => off_by(network, pixels) <= usual * 1.25 + 1.0,
        }
    }

    /// Each pixel's place; `suits` said that they have one.
    pub(super) fn places(&self, pixels: &[[u8; 4]]) -> Vec<u8> {
        let find = |pixel: &[u8; 4]| match (&self.finder, *pixel) {
            (_, [.., 0]) => self.clear(),
            (Finder::Exact(places), [r, g, b, _]) => {
                places.get(&[r, g, b]).copied().unwrap_or(self.clear())
            }
            (Finder::Learned(network, _), _) => network.index_of(pixel) as u8,
        };
        let mut last = ([0; 4], self.clear());
        let mut places = Vec::with_capacity(pixels.len());
        for pixel in pixels {
            if *pixel != last.0 {
                last = (*pixel, find(pixel));
            }
            places.push(last.1);
        }
        places
    }

    fn exact(pixels: &[[u8; 4]], most: usize) -> Option<Palette> {
        let mut places = BTreeMap::new();
        let mut colours = Vec::new();
        let mut last = [0; 4];
        for pixel in pixels {
            if *pixel == last {
                continue;
            }
            last = *pixel;
            let [r, g, b, alpha] = *pixel;
            if alpha == 0 || places.contains_key(&[r, g, b]) {
                continue;
            }
            let place = u8::try_from(colours.len()).ok();
            let place = place.filter(|place| usize::from(*place) < most)?;
            places.insert([r, g, b], place);
            colours.push([r, g, b]);
        }
        Some(Palette {
            colours,
            finder: Finder::Exact(places),
        })
    }

    fn learned(pixels: &[[u8; 4]], most: usize) -> Palette {
        let opaque: Vec<u8> = pixels
            .iter()
            .filter(|pixel| pixel[3] != 0)
            .flatten()
            .copied()
            .collect();
        let sampling = if opaque.len() / 4 < SMALL {
            1
        } else {
            SAMPLING
        };
        let network = NeuQuant::new(sampling, most, &opaque);
        let colours = network.color_map_rgb().as_chunks().0.to_vec();
        let usual = off_by(&network, pixels);
        Palette {
            colours,
            finder: Finder::Learned(Box::new(network), usual),
        }
    }
}

/// The mean square of what a channel is off by.
fn off_by(network: &NeuQuant, pixels: &[[u8; 4]]) -> f64 {
    let (mut sum, mut count) = (0, 0);
    for pixel in pixels.iter().filter(|pixel| pixel[3] != 0).step_by(PROBED) {
        let mut shown = *pixel;
        network.map_pixel(&mut shown);
        let square = |(is, was): (&u8, &u8)| u64::from(is.abs_diff(*was)).pow(2);
        sum += shown.iter().zip(pixel).map(square).sum::<u64>();
        count += 3;
    }
    if count == 0 {
        0.0
    } else {
        sum as f64 / f64::from(count)
    }
}
