//! At most 255 colours for a frame; the 256th place is kept for "not drawn".
//!
//! Few colours are kept exactly, which is what makes drawings and screenshots look right.

use std::collections::BTreeMap;

use color_quant::NeuQuant;

/// The palette's place for pixels that are not drawn.
pub(super) const CLEAR: u8 = 255;

/// Learns from every n-th pixel only: 1 is best, 30 fastest. Small frames need all of theirs.
const SAMPLING: i32 = 10;
const SMALL: usize = 20_000;

/// RGB triples, and each pixel's place among them. Pixels with alpha 0 are not drawn, the others are opaque.
pub(super) fn reduce(pixels: &[[u8; 4]]) -> (Vec<u8>, Vec<u8>) {
    exact(pixels).unwrap_or_else(|| learned(pixels))
}

fn exact(pixels: &[[u8; 4]]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut places: BTreeMap<[u8; 3], u8> = BTreeMap::new();
    let mut indices = Vec::with_capacity(pixels.len());
    let mut palette = Vec::new();
    let mut last = ([0; 4], CLEAR);
    for pixel in pixels {
        if *pixel != last.0 {
            let [r, g, b, alpha] = *pixel;
            let place = if alpha == 0 {
                CLEAR
            } else if let Some(place) = places.get(&[r, g, b]) {
                *place
            } else {
                let place = u8::try_from(places.len())
                    .ok()
                    .filter(|place| *place != CLEAR)?;
                places.insert([r, g, b], place);
                palette.extend([r, g, b]);
                place
            };
            last = (*pixel, place);
        }
        indices.push(last.1);
    }
    palette.resize(256 * 3, 0);
    Some((palette, indices))
}

fn learned(pixels: &[[u8; 4]]) -> (Vec<u8>, Vec<u8>) {
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
    let network = NeuQuant::new(sampling, usize::from(CLEAR), &opaque);
    let place = |pixel: &[u8; 4]| {
        if pixel[3] == 0 {
            CLEAR
        } else {
            network.index_of(pixel) as u8
        }
    };
    let indices = pixels.iter().map(place).collect();
    let mut palette = network.color_map_rgb();
    palette.resize(256 * 3, 0);
    (palette, indices)
}
