//! How much of a picture is left: SSIMULACRA2 against the picture scaled down from all its pixels, without loss.

use std::borrow::Cow;
use std::path::Path;

use image::RgbImage;
use image::imageops::FilterType;
use serde_json::json;
use ssimulacra2::{ColorPrimaries, Rgb, TransferCharacteristic, Xyb, compute_frame_ssimulacra2};

use crate::contenders::Sharp;

/// The picture as it should be: all pixels decoded, Lanczos3 in floating point.
pub fn reference(source: &[u8], width: u32, height: u32) -> RgbImage {
    let mut bytes = Cow::Borrowed(source);
    if imaging::Format::sniff(source) == Some(imaging::Format::Avif) {
        bytes = Cow::Owned(as_png(source));
    }
    let whole = image::load_from_memory(&bytes)
        .expect("it is decoded")
        .into_rgb8();
    image::imageops::resize(&whole, width, height, FilterType::Lanczos3)
}

/// The one format that `image` does not decode here.
fn as_png(source: &[u8]) -> Vec<u8> {
    let whole = imaging::Transform {
        width: None,
        format: imaging::OutputFormat::Fixed(imaging::Format::Png),
        ..imaging::Transform::to_width(1)
    };
    let rendered = imaging::render(
        source,
        &whole,
        &Default::default(),
        &imaging::NeverCancelled,
    );
    rendered.expect("it is decoded").bytes
}

/// Up to 100, which is the same picture.
pub fn score(sharp: &mut Sharp, reference: &RgbImage, result: &Path) -> f64 {
    let raw = result.with_extension("raw");
    let seen = sharp.ask(&json!({ "command": "pixels", "input": result, "output": raw }));
    let pixels = std::fs::read(&raw).expect("it was decoded");
    let side = |name: &str| seen[name].as_u64().unwrap_or(0) as u32;
    let (width, height, channels) = (side("width"), side("height"), side("channels"));
    assert_eq!((width, height), reference.dimensions(), "{result:?}");
    let pixels: Vec<u8> = if channels == 1 {
        pixels.iter().flat_map(|value| [*value; 3]).collect()
    } else {
        pixels
    };
    compute_frame_ssimulacra2(
        xyb(reference.as_raw(), width, height),
        xyb(&pixels, width, height),
    )
    .expect("they have one size")
}

fn xyb(pixels: &[u8], width: u32, height: u32) -> Xyb {
    let (pixels, _) = pixels.as_chunks::<3>();
    let pixels = pixels
        .iter()
        .map(|pixel| pixel.map(|value| f32::from(value) / 255.0))
        .collect();
    let rgb = Rgb::new(
        pixels,
        width as usize,
        height as usize,
        TransferCharacteristic::SRGB,
        ColorPrimaries::BT709,
    );
    Xyb::try_from(rgb.expect("it fills its size")).expect("it is convertible")
}
