//! PNG encoder: a palette where that loses nothing, otherwise the filter per row that compresses best.
//!
//! The `png` crate filters as well, but its packers are either slower than libdeflate or leave more bytes.

mod palette;

use libdeflater::{CompressionLvl, Compressor};
use png::{BitDepth, ColorType, Encoder, EncodingError, chunk};

use crate::Error;
use crate::raster::{Layout, Raster};
use palette::Palette;

/// From here on up bytes hardly shrink and the time doubles.
const COMPRESSION_LEVEL: i32 = 4;

pub(super) fn encode(picture: &Raster, from_a_palette: bool) -> Result<Vec<u8>, Error> {
    let palette = palette::build_palette(picture, from_a_palette);
    let rows = match &palette {
        Some(palette) => pack_indices(palette, picture.width as usize),
        None => {
            let channels = picture.layout.channels();
            filter_rows(&picture.pixels, picture.width as usize * channels, channels)
        }
    };
    let level =
        CompressionLvl::new(COMPRESSION_LEVEL).map_err(|_| Error::broken("no such level"))?;
    let mut packer = Compressor::new(level);
    let mut packed = vec![0; packer.zlib_compress_bound(rows.len())];
    let len = packer
        .zlib_compress(&rows, &mut packed)
        .map_err(Error::broken)?;
    packed.truncate(len);
    drop(rows);
    let mut bytes = Vec::with_capacity(packed.len() + 128);
    write_png(picture, palette.as_ref(), &packed, &mut bytes).map_err(Error::broken)?;
    Ok(bytes)
}

fn write_png(
    picture: &Raster,
    palette: Option<&Palette>,
    packed: &[u8],
    bytes: &mut Vec<u8>,
) -> Result<(), EncodingError> {
    let mut encoder = Encoder::new(bytes, picture.width, picture.height);
    encoder.set_color(match (palette, picture.layout) {
        (Some(_), _) => ColorType::Indexed,
        (None, Layout::Grey) => ColorType::Grayscale,
        (None, Layout::GreyAlpha) => ColorType::GrayscaleAlpha,
        (None, Layout::Rgb) => ColorType::Rgb,
        (None, Layout::Rgba | Layout::Cmyk) => ColorType::Rgba,
    });
    encoder.set_depth(match palette.map(Palette::bits_per_index) {
        Some(1) => BitDepth::One,
        Some(2) => BitDepth::Two,
        Some(4) => BitDepth::Four,
        _ => BitDepth::Eight,
    });
    if let Some(Palette { colours, .. }) = palette {
        let triples: Vec<u8> = colours
            .iter()
            .flat_map(|colour| &colour[..3])
            .copied()
            .collect();
        encoder.set_palette(triples);
        let alpha: Vec<u8> = colours.iter().map(|colour| colour[3]).collect();
        let clear: Vec<u8> = alpha.into_iter().take_while(|alpha| *alpha < 255).collect();
        if !clear.is_empty() {
            encoder.set_trns(clear);
        }
    }
    let mut writer = encoder.write_header()?;
    writer.write_chunk(chunk::IDAT, packed)?;
    writer.finish()
}

/// Every row of places, as many to a byte as fit; filters only spoil them.
fn pack_indices(palette: &Palette, width: usize) -> Vec<u8> {
    let bits = palette.bits_per_index();
    let each = 8 / bits;
    let mut out = Vec::with_capacity(palette.indices.len() / each + palette.indices.len() / width);
    for row in palette.indices.chunks_exact(width) {
        out.push(0);
        out.extend(row.chunks(each).map(|places| {
            let together =
                |sum: u8, (at, place): (usize, &u8)| sum | place << (8 - bits * (at + 1));
            places.iter().enumerate().fold(0, together)
        }));
    }
    out
}

/// Every row behind the number of its filter.
fn filter_rows(pixels: &[u8], pitch: usize, channels: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(pixels.len() + pixels.len() / pitch);
    let zeros = vec![0; pitch];
    let mut above = zeros.as_slice();
    let mut tries: [Vec<u8>; 4] = std::array::from_fn(|_| vec![0; pitch]);
    for row in pixels.chunks_exact(pitch) {
        apply_filters(row, above, channels, &mut tries);
        // The usual guess: what is small after filtering, as signed bytes, packs well.
        let best = tries
            .iter()
            .enumerate()
            .map(|(at, tried)| (filter_cost(tried), at))
            .chain([(filter_cost(row), usize::MAX)])
            .min();
        match best {
            Some((_, at)) if at < tries.len() => {
                out.push(at as u8 + 1);
                out.extend_from_slice(&tries[at]);
            }
            _ => {
                out.push(0);
                out.extend_from_slice(row);
            }
        }
        above = row;
    }
    out
}

/// The row by the filters 1 to 4: less what is left of it, above it, the mean of both, or Paeth's choice.
fn apply_filters(row: &[u8], above: &[u8], channels: usize, tries: &mut [Vec<u8>; 4]) {
    let pitch = row.len();
    let (first, first_above) = (&row[..channels], &above[..channels]);
    let [sub, up, mean, paeth] = tries;
    for at in 0..channels {
        sub[at] = first[at];
        mean[at] = first[at].wrapping_sub(first_above[at] / 2);
        paeth[at] = first[at].wrapping_sub(first_above[at]);
    }
    for ((up, value), above) in up.iter_mut().zip(row).zip(above) {
        *up = value.wrapping_sub(*above);
    }
    // Slices of one length, so that the loops below become vector code.
    let len = pitch - channels;
    let (value, left) = (&row[channels..][..len], &row[..len]);
    let (over, corner) = (&above[channels..][..len], &above[..len]);
    let (sub, mean, paeth) = (
        &mut sub[channels..][..len],
        &mut mean[channels..][..len],
        &mut paeth[channels..][..len],
    );
    for at in 0..len {
        sub[at] = value[at].wrapping_sub(left[at]);
    }
    for at in 0..len {
        let both = (u16::from(left[at]) + u16::from(over[at])) / 2;
        mean[at] = value[at].wrapping_sub(both as u8);
    }
    for at in 0..len {
        paeth[at] = value[at].wrapping_sub(paeth_predictor(left[at], over[at], corner[at]));
    }
}

/// Paeth's choice: which of the three is nearest to left + above - corner.
fn paeth_predictor(left: u8, above: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, above, corner].map(i16::from);
    let (to_a, to_b) = ((b - c).abs(), (a - c).abs());
    let to_c = (a + b - c - c).abs();
    let other = if to_b <= to_c { above } else { corner };
    if to_a <= to_b && to_a <= to_c {
        left
    } else {
        other
    }
}

fn filter_cost(row: &[u8]) -> u32 {
    row.chunks(256)
        .map(|part| {
            let sum: u16 = part
                .iter()
                .map(|value| u16::from((*value as i8).unsigned_abs()))
                .sum();
            u32::from(sum)
        })
        .sum()
}
