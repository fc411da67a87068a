//! AVIF encoder: libaom encodes the planes, `avif-serialize` writes the container.
//!
//! BT.601 over the full range: what browsers expect of a picture in sRGB. Colour has half the resolution where
//! the source came in planes, as photographs do: it has no more to give, and at equal bytes that scores higher.
//! Everything else keeps all of it: red letters on white would fray.

mod aom;

use avif_serialize::Aviffy;
use avif_serialize::constants::MatrixCoefficients;

use crate::Error;
use crate::raster::{Layout, Raster};
use crate::yuv_planes::YuvPlanes;

/// About as good as a JPEG of 82.
pub(super) const DEFAULT_QUALITY: u8 = 60;

pub(super) fn encode(picture: Raster, quality: u8) -> Result<Vec<u8>, Error> {
    let picture = picture.into_colour().drop_opaque_alpha();
    let (width, height) = (picture.width, picture.height);
    let [luma, blue, red] = split_planes(&picture);
    let colour = aom::PlanarImage {
        width,
        height,
        luma: &luma,
        chroma: Some([&blue, &red]),
        has_half_chroma: false,
    };
    let mask = picture.layout.has_alpha().then(|| alpha_plane(&picture));
    let alpha = mask.as_ref().map(|mask| aom::PlanarImage {
        luma: mask,
        chroma: None,
        ..colour
    });
    write_container(colour, alpha, quality)
}

pub(super) fn encode_planes(planes: &YuvPlanes, quality: u8) -> Result<Vec<u8>, Error> {
    let [blue, red] = &planes.chroma;
    let picture = aom::PlanarImage {
        width: planes.luma.width,
        height: planes.luma.height,
        luma: &planes.luma.pixels,
        chroma: Some([&blue.pixels, &red.pixels]),
        has_half_chroma: true,
    };
    write_container(picture, None, quality)
}

fn write_container(
    colour: aom::PlanarImage<'_>,
    alpha: Option<aom::PlanarImage<'_>>,
    quality: u8,
) -> Result<Vec<u8>, Error> {
    let coded = aom::encode(&colour, quality)?;
    let mask = alpha
        .map(|alpha| aom::encode(&alpha, quality))
        .transpose()?;
    let mut avif = Aviffy::new();
    avif.set_width(colour.width)
        .set_height(colour.height)
        .set_bit_depth(8)
        .set_seq_profile(colour.av1_profile() as u8)
        .set_chroma_subsampling((colour.has_half_chroma, colour.has_half_chroma))
        .set_full_color_range(true)
        .set_matrix_coefficients(MatrixCoefficients::Bt601);
    let mut bytes = Vec::with_capacity(coded.len() + mask.as_ref().map_or(0, Vec::len) + 512);
    avif.write_slice(&mut bytes, &coded, mask.as_deref())
        .map_err(Error::broken)?;
    Ok(bytes)
}

/// Brightness, blue and red differences, each at full resolution.
fn split_planes(picture: &Raster) -> [Vec<u8>; 3] {
    // Sixteen bits after the point.
    let byte = |sum: i32| ((sum + (1 << 15)) >> 16).clamp(0, 255) as u8;
    let pixels = picture.pixels.chunks_exact(picture.layout.channels());
    let weighed = |red: i32, green: i32, blue: i32, middle: i32| {
        let sum = move |p: &[u8]| {
            red * i32::from(p[0]) + green * i32::from(p[1]) + blue * i32::from(p[2])
        };
        pixels
            .clone()
            .map(|pixel| byte(sum(pixel) + (middle << 16)))
            .collect()
    };
    [
        weighed(19_595, 38_470, 7_471, 0),
        weighed(-11_059, -21_709, 32_768, 128),
        weighed(32_768, -27_439, -5_329, 128),
    ]
}

fn alpha_plane(picture: &Raster) -> Vec<u8> {
    debug_assert_eq!(picture.layout, Layout::Rgba);
    let (pixels, _) = picture.pixels.as_chunks::<4>();
    pixels.iter().map(|pixel| pixel[3]).collect()
}
