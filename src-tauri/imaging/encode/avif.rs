//! AVIF out: colours become planes here, libaom codes them, and `avif-serialize` puts boxes around.
//!
//! Half the colour resolution like JPEG, BT.601 over the full range: what browsers expect of a picture in sRGB.

mod aom;

use avif_serialize::Aviffy;
use avif_serialize::constants::MatrixCoefficients;

use crate::Error;
use crate::raster::{Layout, Raster};

/// About as good as a JPEG of 82.
pub(super) const QUALITY: u8 = 60;

pub(super) fn encode(picture: Raster, quality: u8) -> Result<Vec<u8>, Error> {
    let picture = picture.into_colour().without_idle_alpha();
    let (width, height) = (picture.width, picture.height);
    let colour = aom::encode(&planes(&picture), quality)?;
    let alpha = picture
        .layout
        .has_alpha()
        .then(|| aom::encode(&mask(&picture), quality))
        .transpose()?;
    let mut avif = Aviffy::new();
    avif.set_width(width)
        .set_height(height)
        .set_bit_depth(8)
        .set_seq_profile(0)
        .set_chroma_subsampling((true, true))
        .set_full_color_range(true)
        .set_matrix_coefficients(MatrixCoefficients::Bt601);
    let mut bytes = Vec::with_capacity(colour.len() + alpha.as_ref().map_or(0, Vec::len) + 512);
    avif.write_slice(&mut bytes, &colour, alpha.as_deref())
        .map_err(Error::broken)?;
    Ok(bytes)
}

/// What libaom is given: full-range planes, rows without gaps.
struct Planes {
    width: u32,
    height: u32,
    luma: Vec<u8>,
    /// Blue and red differences, each side half and rounded up; none for grey.
    chroma: Option<[Vec<u8>; 2]>,
}

fn planes(picture: &Raster) -> Planes {
    let channels = picture.layout.channels();
    let (width, height) = (picture.width as usize, picture.height as usize);
    let luma = picture
        .pixels
        .chunks_exact(channels)
        .map(|pixel| brightness(pixel[0], pixel[1], pixel[2]))
        .collect();
    let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
    let mut chroma = [(); 2].map(|()| Vec::with_capacity(half_width * half_height));
    let pixel = |x: usize, y: usize| {
        let at = (y.min(height - 1) * width + x.min(width - 1)) * channels;
        [0, 1, 2].map(|channel| i32::from(picture.pixels[at + channel]))
    };
    for y in (0..height).step_by(2) {
        for x in (0..width).step_by(2) {
            let four = [
                pixel(x, y),
                pixel(x + 1, y),
                pixel(x, y + 1),
                pixel(x + 1, y + 1),
            ];
            let [r, g, b] = [0, 1, 2].map(|channel| four.iter().map(|p| p[channel]).sum::<i32>());
            // Sixteen bits after the point, and two for the four pixels.
            let difference = |sum: i32| ((sum + (128 << 18) + (1 << 17)) >> 18).clamp(0, 255) as u8;
            chroma[0].push(difference(-11_059 * r - 21_709 * g + 32_768 * b));
            chroma[1].push(difference(32_768 * r - 27_439 * g - 5_329 * b));
        }
    }
    Planes {
        width: picture.width,
        height: picture.height,
        luma,
        chroma: Some(chroma),
    }
}

fn brightness(r: u8, g: u8, b: u8) -> u8 {
    let sum = 19_595 * u32::from(r) + 38_470 * u32::from(g) + 7_471 * u32::from(b);
    ((sum + (1 << 15)) >> 16) as u8
}

fn mask(picture: &Raster) -> Planes {
    debug_assert_eq!(picture.layout, Layout::Rgba);
    let (pixels, _) = picture.pixels.as_chunks::<4>();
    Planes {
        width: picture.width,
        height: picture.height,
        luma: pixels.iter().map(|pixel| pixel[3]).collect(),
        chroma: None,
    }
}
