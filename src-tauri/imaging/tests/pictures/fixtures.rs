//! The pictures that the tests put in, and how they look at what comes out.

use std::io::Cursor;

use image::codecs::bmp::BmpEncoder;
use image::codecs::tiff::TiffEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, RgbaImage};
use imaging::{Format, ImageInfo, Limits, NeverCancelled, OutputFormat, RenderedImage, Transform};

pub const RED: [u8; 4] = [255, 0, 0, 255];
pub const GREEN: [u8; 4] = [0, 255, 0, 255];
pub const BLUE: [u8; 4] = [0, 0, 255, 255];
pub const WHITE: [u8; 4] = [255, 255, 255, 255];
pub const CLEAR: [u8; 4] = [0, 0, 0, 0];

pub fn inspect(bytes: &[u8]) -> Result<ImageInfo, imaging::Error> {
    imaging::inspect(Cursor::new(bytes), &Limits::default())
}

pub fn verify(bytes: &[u8]) -> Result<(), imaging::Error> {
    imaging::verify(bytes, &Limits::default(), &NeverCancelled)
}

pub fn render(bytes: &[u8], transform: &Transform) -> Result<RenderedImage, imaging::Error> {
    imaging::render(bytes, transform, &Limits::default(), &NeverCancelled)
}

/// Rendered to a width, and decoded again.
pub fn seen(bytes: &[u8], transform: &Transform) -> RgbaImage {
    let rendered = render(bytes, transform).unwrap();
    let mut bytes = rendered.bytes;
    // The one format that nobody else decodes here.
    if rendered.format == Format::Avif {
        let format = OutputFormat::Fixed(Format::Png);
        let whole = Transform::to_width(rendered.width);
        bytes = render(&bytes, &Transform { format, ..whole })
            .unwrap()
            .bytes;
    }
    let pixels = image::load_from_memory(&bytes).unwrap().into_rgba8();
    assert_eq!(pixels.dimensions(), (rendered.width, rendered.height));
    pixels
}

#[track_caller]
pub fn assert_near(pixel: [u8; 4], wanted: [u8; 4], tolerance: u8) {
    let near = pixel
        .iter()
        .zip(wanted)
        .all(|(is, wanted)| is.abs_diff(wanted) <= tolerance);
    assert!(near, "{pixel:?} is not near {wanted:?}");
}

/// Red, green; blue, white: one colour a quarter.
pub fn quarters(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        image::Rgba(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
}

/// No two pixels alike, and nothing that compresses away.
pub fn noise(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        let v = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503).wrapping_mul(x + 7)) >> 7;
        image::Rgba([v as u8, (v >> 8) as u8, (x + y) as u8, 255])
    })
}

fn rgb(picture: &RgbaImage) -> Vec<u8> {
    picture
        .pixels()
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect()
}

pub fn jpeg(picture: &RgbaImage) -> Vec<u8> {
    jpeg_with(picture, |_| {})
}

pub fn progressive(picture: &RgbaImage) -> Vec<u8> {
    jpeg_with(picture, |compressor| {
        compressor.set_progressive(true).unwrap()
    })
}

pub fn jpeg_with(picture: &RgbaImage, set: impl FnOnce(&mut turbojpeg::Compressor)) -> Vec<u8> {
    let mut compressor = turbojpeg::Compressor::new().unwrap();
    compressor.set_quality(95).unwrap();
    set(&mut compressor);
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let format = turbojpeg::PixelFormat::RGB;
    compressor
        .compress_to_vec(turbojpeg::Image {
            pixels: &rgb(picture),
            width,
            pitch: width * 3,
            height,
            format,
        })
        .unwrap()
}

/// `ink` is four bytes a pixel, stored as given.
pub fn cmyk_jpeg(width: usize, height: usize, ink: &[u8]) -> Vec<u8> {
    ink_jpeg(turbojpeg::Colorspace::CMYK, width, height, ink)
}

pub fn ink_jpeg(
    stored_as: turbojpeg::Colorspace,
    width: usize,
    height: usize,
    ink: &[u8],
) -> Vec<u8> {
    let mut compressor = turbojpeg::Compressor::new().unwrap();
    compressor.set_quality(98).unwrap();
    compressor.set_colorspace(stored_as).unwrap();
    let format = turbojpeg::PixelFormat::CMYK;
    compressor
        .compress_to_vec(turbojpeg::Image {
            pixels: ink,
            width,
            pitch: width * 4,
            height,
            format,
        })
        .unwrap()
}

/// A segment put right after the start of a JPEG.
pub fn with_segment(jpeg: &[u8], mark: u8, body: &[u8]) -> Vec<u8> {
    let len = (body.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xFF, mark], &len, body, &jpeg[2..]].concat()
}

/// A TIFF structure that says nothing but an orientation.
pub fn exif(orientation: u8) -> Vec<u8> {
    [
        b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(),
        &[orientation],
        &[0; 6],
    ]
    .concat()
}

pub fn png(picture: &RgbaImage) -> Vec<u8> {
    png_of(
        picture.dimensions(),
        png::ColorType::Rgba,
        png::BitDepth::Eight,
        picture.as_raw(),
        |_| {},
    )
}

pub fn png_of(
    (width, height): (u32, u32),
    colour: png::ColorType,
    depth: png::BitDepth,
    data: &[u8],
    set: impl FnOnce(&mut png::Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    set(&mut encoder);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    bytes
}

/// A chunk put right after a PNG's header.
pub fn with_chunk(png: &[u8], name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&png[..33], &chunk(name, body), &png[33..]].concat()
}

pub fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let named = [name.as_slice(), body].concat();
    [
        &(body.len() as u32).to_be_bytes()[..],
        &named,
        &crc(&named).to_be_bytes(),
    ]
    .concat()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg())
        })
    })
}

/// Lossless.
pub fn webp(picture: &RgbaImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (width, height) = picture.dimensions();
    WebPEncoder::new_lossless(&mut bytes)
        .write_image(picture.as_raw(), width, height, ExtendedColorType::Rgba8)
        .unwrap();
    bytes
}

/// The extended form of a simple WebP, with EXIF.
pub fn webp_with_exif(picture: &RgbaImage, exif: &[u8]) -> Vec<u8> {
    let simple = webp(picture);
    let (width, height) = (picture.width() - 1, picture.height() - 1);
    let mut body = b"WEBPVP8X\x0A\0\0\0\x18\0\0\0".to_vec();
    body.extend(&width.to_le_bytes()[..3]);
    body.extend(&height.to_le_bytes()[..3]);
    body.extend(&simple[12..]);
    body.extend(b"EXIF");
    body.extend((exif.len() as u32).to_le_bytes());
    body.extend(exif);
    body.resize(body.len().next_multiple_of(2), 0);
    [
        b"RIFF".as_slice(),
        &(body.len() as u32).to_le_bytes(),
        &body,
    ]
    .concat()
}

pub fn bmp(picture: &RgbaImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (width, height) = picture.dimensions();
    BmpEncoder::new(&mut bytes)
        .encode(&rgb(picture), width, height, ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

pub fn tiff(picture: &RgbaImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let (width, height) = picture.dimensions();
    TiffEncoder::new(&mut bytes)
        .write_image(picture.as_raw(), width, height, ExtendedColorType::Rgba8)
        .unwrap();
    bytes.into_inner()
}

/// A list of pictures, each given with its side as the list says it.
pub fn ico_of(pictures: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 1, 0, pictures.len() as u8, 0];
    let mut at = 6 + 16 * pictures.len() as u32;
    for (side, picture) in pictures {
        bytes.extend([*side, *side, 0, 0, 1, 0, 32, 0]);
        bytes.extend((picture.len() as u32).to_le_bytes());
        bytes.extend(at.to_le_bytes());
        at += picture.len() as u32;
    }
    bytes.extend(pictures.iter().flat_map(|(_, picture)| picture));
    bytes
}

/// What an icon holds where it holds no PNG: blue, green, red and alpha from the bottom, and an empty mask.
pub fn icon_bmp(picture: &RgbaImage) -> Vec<u8> {
    let (width, height) = picture.dimensions();
    let mut bytes = [40, width, height * 2].map(u32::to_le_bytes).concat();
    bytes.extend([1, 0, 32, 0]);
    bytes.extend([0; 24]);
    for row in picture.rows().rev() {
        bytes.extend(row.flat_map(|pixel| [pixel[2], pixel[1], pixel[0], pixel[3]]));
    }
    bytes.extend(vec![0; (width.div_ceil(32) * 4 * height) as usize]);
    bytes
}

/// RGB in one strip, little-endian, with an orientation.
pub fn tiff_turned(picture: &RgbaImage, orientation: u8) -> Vec<u8> {
    let pixels = rgb(picture);
    let (width, height) = picture.dimensions();
    let data_at = 8 + 2 + 10 * 12 + 4 + 6;
    let entries: [(u16, u16, u32, u32); 10] = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, data_at - 6),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, data_at),
        (274, 3, 1, u32::from(orientation)),
        (277, 3, 1, 3),
        (278, 4, 1, height),
        (279, 4, 1, pixels.len() as u32),
    ];
    let mut bytes = b"II*\0\x08\0\0\0\x0A\0".to_vec();
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0, 0, 0, 0, 8, 0, 8, 0, 8, 0]);
    bytes.extend(pixels);
    bytes
}

/// One frame, with a palette of its own.
pub fn gif(picture: &RgbaImage) -> Vec<u8> {
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    let frame = gif::Frame::from_rgba(width, height, &mut picture.as_raw().clone());
    gif_of(width, height, gif::Repeat::default(), &[frame])
}

pub fn gif_of(width: u16, height: u16, repeat: gif::Repeat, frames: &[gif::Frame]) -> Vec<u8> {
    let mut encoder = gif::Encoder::new(Vec::new(), width, height, &[]).unwrap();
    encoder.set_repeat(repeat).unwrap();
    for frame in frames {
        encoder.write_frame(frame).unwrap();
    }
    encoder.into_inner().unwrap()
}

/// One file of every format that is decoded, 24 × 16.
pub fn every_format() -> Vec<(&'static str, Vec<u8>)> {
    let picture = noise(24, 16);
    vec![
        ("jpeg", jpeg(&picture)),
        ("progressive jpeg", progressive(&picture)),
        ("png", png(&picture)),
        ("webp", webp(&picture)),
        ("lossy webp", lossy_webp(&picture)),
        ("extended webp", webp_with_exif(&picture, &exif(6))),
        ("gif", gif(&quarters(24, 16))),
        ("animated gif", crate::animation::three_frames()),
        ("avif", crate::avif::avif(&picture)),
        ("bmp", bmp(&picture)),
        ("tiff", tiff(&picture)),
        ("icon", ico_of(&[(24, png(&picture))])),
        ("bmp icon", ico_of(&[(24, icon_bmp(&picture))])),
        ("animated png", crate::animation::moving_png()),
        ("animated webp", crate::animation::moving_webp()),
    ]
}

pub fn lossy_webp(picture: &RgbaImage) -> Vec<u8> {
    let format = imaging::OutputFormat::Fixed(imaging::Format::WebP);
    render(
        &png(picture),
        &Transform {
            format,
            ..Transform::to_width(picture.width())
        },
    )
    .unwrap()
    .bytes
}
