//! Converts YCbCr to RGB by ITU-T H.273 code points; 10 and 12 bits become 8.

use super::av1::{ChromaSubsampling, DecodedFrame, PlaneRow};
use crate::Error;
use crate::container::avif::CodePoints;
use crate::raster::{Layout, Raster};

/// The numbers in the container win over those in the AV1 data.
pub(super) fn convert_to_rgb(
    picture: &DecodedFrame,
    container: Option<CodePoints>,
) -> Result<(Raster, CodePoints), Error> {
    let code_points = container.unwrap_or(picture.code_points);
    if picture.chroma == ChromaSubsampling::Monochrome {
        return Ok((convert_luma(picture, code_points.full_range), code_points));
    }
    let matrix = Matrix::from_code_points(code_points)?;
    let scale = SampleScale::new(picture.depth, code_points.full_range);
    let mut raster = Raster::blank(picture.width as u32, picture.height as u32, Layout::Rgb);
    let mut luma = vec![0; picture.width];
    let mut chroma = [vec![0; picture.width], vec![0; picture.width]];
    let mut between = vec![0; picture.width];
    let rows = raster.pixels.chunks_exact_mut(picture.width * 3);
    for (y, row) in rows.enumerate() {
        copy_samples(picture.plane_row(0, y), &mut luma);
        for (plane, samples) in chroma.iter_mut().enumerate() {
            upsample_chroma(picture, plane + 1, y, &mut between, samples);
        }
        let [us, vs] = &chroma;
        for (pixel, ((luma, u), v)) in row
            .as_chunks_mut::<3>()
            .0
            .iter_mut()
            .zip(luma.iter().zip(us).zip(vs))
        {
            *pixel = match matrix {
                // Green, blue, red, stored as if they were brightness and differences.
                Matrix::Identity => [*v, *luma, *u].map(|value| to_byte(scale.luma(value))),
                Matrix::YCgCo => {
                    let (y, cg, co) = (scale.luma(*luma), scale.chroma(*u), scale.chroma(*v));
                    [y - cg + co, y + cg, y - cg - co].map(to_byte)
                }
                Matrix::Weights { red, blue } => {
                    let (y, u, v) = (scale.luma(*luma), scale.chroma(*u), scale.chroma(*v));
                    let green = 1.0 - red - blue;
                    let (r, b) = (2.0 * (1.0 - red) * v, 2.0 * (1.0 - blue) * u);
                    [y + r, y - (red * r + blue * b) / green, y + b].map(to_byte)
                }
            };
        }
    }
    Ok((raster, code_points))
}

/// An alpha picture, as grey.
pub(super) fn convert_alpha(picture: &DecodedFrame) -> Result<(Raster, CodePoints), Error> {
    let code_points = picture.code_points;
    Ok((convert_luma(picture, code_points.full_range), code_points))
}

fn convert_luma(picture: &DecodedFrame, full_range: bool) -> Raster {
    let scale = SampleScale::new(picture.depth, full_range);
    let mut raster = Raster::blank(picture.width as u32, picture.height as u32, Layout::Grey);
    let mut luma = vec![0; picture.width];
    for (y, row) in raster.pixels.chunks_exact_mut(picture.width).enumerate() {
        copy_samples(picture.plane_row(0, y), &mut luma);
        for (pixel, luma) in row.iter_mut().zip(&luma) {
            *pixel = to_byte(scale.luma(*luma));
        }
    }
    raster
}

#[derive(Clone, Copy)]
enum Matrix {
    Identity,
    YCgCo,
    /// How much red and blue weigh in brightness.
    Weights {
        red: f32,
        blue: f32,
    },
}

impl Matrix {
    fn from_code_points(code_points: CodePoints) -> Result<Matrix, Error> {
        let (red, blue) = match (code_points.matrix, code_points.primaries) {
            (0, _) => return Ok(Matrix::Identity),
            (8, _) => return Ok(Matrix::YCgCo),
            (1, _) | (12, 1 | 2) => (0.2126, 0.0722),
            (4, _) => (0.30, 0.11),
            (7, _) => (0.212, 0.087),
            (9, _) | (12, 9) => (0.2627, 0.0593),
            // Unspecified means what JPEG means.
            (2 | 3 | 5 | 6, _) => (0.299, 0.114),
            _ => {
                return Err(Error::broken(
                    "its colours are coded in a way that is not supported",
                ));
            }
        };
        Ok(Matrix::Weights { red, blue })
    }
}

/// From samples to 0 … 1, and to −½ … ½.
#[derive(Clone, Copy)]
struct SampleScale {
    black_level: f32,
    luma: f32,
    chroma_midpoint: f32,
    chroma: f32,
}

impl SampleScale {
    fn new(depth: u32, full_range: bool) -> SampleScale {
        let step = (1u32 << (depth - 8)) as f32;
        let most = ((1u32 << depth) - 1) as f32;
        let middle = 128.0 * step;
        if full_range {
            SampleScale {
                black_level: 0.0,
                luma: 1.0 / most,
                chroma_midpoint: middle,
                chroma: 1.0 / most,
            }
        } else {
            SampleScale {
                black_level: 16.0 * step,
                luma: 1.0 / (219.0 * step),
                chroma_midpoint: middle,
                chroma: 1.0 / (224.0 * step),
            }
        }
    }

    fn luma(self, sample: u16) -> f32 {
        (f32::from(sample) - self.black_level) * self.luma
    }

    fn chroma(self, sample: u16) -> f32 {
        (f32::from(sample) - self.chroma_midpoint) * self.chroma
    }
}

fn to_byte(value: f32) -> u8 {
    // Too large and too small ones saturate.
    (value * 255.0 + 0.5) as u8
}

fn copy_samples(row: PlaneRow<'_>, samples: &mut [u16]) {
    match row {
        PlaneRow::EightBit(row) => samples
            .iter_mut()
            .zip(row)
            .for_each(|(to, from)| *to = u16::from(*from)),
        PlaneRow::HighBitDepth(row) => samples
            .iter_mut()
            .zip(row)
            .for_each(|(to, from)| *to = *from),
    }
}

/// A row of colour differences at full width, between its neighbours: three parts near, one part far.
fn upsample_chroma(
    picture: &DecodedFrame,
    plane: usize,
    y: usize,
    between: &mut [u16],
    samples: &mut [u16],
) {
    let (width, height) = picture.plane_size(plane);
    let near = match picture.chroma {
        ChromaSubsampling::Yuv420 => y / 2,
        _ => y,
    };
    copy_samples(picture.plane_row(plane, near), &mut samples[..width]);
    if picture.chroma == ChromaSubsampling::Yuv444 {
        return;
    }
    let far = match picture.chroma {
        ChromaSubsampling::Yuv420 if y.is_multiple_of(2) => near.saturating_sub(1),
        ChromaSubsampling::Yuv420 => (near + 1).min(height - 1),
        _ => near,
    };
    copy_samples(picture.plane_row(plane, far), &mut between[..width]);
    // Sixteenths would overflow 16 bits at a depth of 12 only beyond 65 535: 4095 × 16 fits.
    for (between, near) in between[..width].iter_mut().zip(&samples[..width]) {
        *between += 3 * near;
    }
    for (x, sample) in samples.iter_mut().enumerate() {
        let near = x / 2;
        let far = match x % 2 {
            0 => near.saturating_sub(1),
            _ => (near + 1).min(width - 1),
        };
        *sample = (3 * between[near] + between[far] + 8) / 16;
    }
}
