//! Pictures, drawn on the spot: good ones of every format, and broken ones.
//!
//! All of them show the same colour ramp, red growing to the right and green growing downwards, with
//! a blue quarter at the top left, so that a turned or stretched one is recognised by its pixels.

use std::io::Cursor;

use image::codecs::gif::{GifEncoder, Repeat};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{Delay, Frame, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

pub fn ramp(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let blue = if x < width / 2 && y < height / 2 {
            255
        } else {
            0
        };
        Rgb([share(x, width), share(y, height), blue])
    })
}

fn share(at: u32, of: u32) -> u8 {
    (u64::from(at) * 255 / u64::from(of.max(2) - 1)) as u8
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90)
        .encode_image(&ramp(width, height))
        .expect("a JPEG can be drawn");
    bytes
}

/// A JPEG whose EXIF block says how to turn it: orientation 1 to 8. Its size is the stored one.
pub fn jpeg_turned(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let plain = jpeg(width, height);
    // One IFD with one entry: tag 0x0112 (orientation), type 3 (short), count 1.
    let tiff = [
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(),
        &[orientation, 0, 0, 0],
        &[0; 4],
    ]
    .concat();
    let length = u16::try_from(2 + 6 + tiff.len()).expect("a small block");
    let app1 = [
        &[0xff, 0xe1],
        length.to_be_bytes().as_slice(),
        b"Exif\0\0",
        &tiff,
    ]
    .concat();
    [&plain[..2], &app1, &plain[2..]].concat()
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, ImageFormat::Png)
}

/// A PNG that is transparent in its right half.
pub fn png_with_alpha(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbaImage::from_fn(width, height, |x, _| {
        Rgba([200, 30, 30, if x < width / 2 { 255 } else { 0 }])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a PNG can be drawn");
    bytes.into_inner()
}

/// A PNG that cannot be compressed: about `3 * width * height` bytes, different for every `seed`.
pub fn noise(width: u32, height: u32, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let length = 3 * width as usize * height as usize;
    let mut pixels = Vec::with_capacity(length + 8);
    while pixels.len() < length {
        pixels.extend_from_slice(&next().to_le_bytes());
    }
    pixels.truncate(length);
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::NoFilter)
        .write_image(&pixels, width, height, image::ExtendedColorType::Rgb8)
        .expect("a PNG can be drawn");
    bytes
}

pub fn webp(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, ImageFormat::WebP)
}

pub fn bmp(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, ImageFormat::Bmp)
}

pub fn tiff(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, ImageFormat::Tiff)
}

pub fn gif(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, ImageFormat::Gif)
}

/// An animated GIF, a tenth of a second a frame, whose frames are red, green, blue, red, …
pub fn gif_animated(width: u32, height: u32, frames: usize) -> Vec<u8> {
    let colours = [[230, 20, 20, 255], [20, 230, 20, 255], [20, 20, 230, 255]];
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder
        .set_repeat(Repeat::Infinite)
        .expect("a GIF can repeat");
    for colour in colours.into_iter().cycle().take(frames) {
        let picture = RgbaImage::from_pixel(width, height, Rgba(colour));
        let frame = Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(100, 1));
        encoder.encode_frame(frame).expect("a frame can be drawn");
    }
    drop(encoder);
    bytes
}

/// A PNG of a few bytes that claims this size: well-formed up to its pixels, of which there are none.
pub fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend_from_slice(&[8, 2, 0, 0, 0]);
    let empty_deflate = [0x78, 0x9c, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01];
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        png_chunk(b"IHDR", &header),
        png_chunk(b"IDAT", &empty_deflate),
        png_chunk(b"IEND", &[]),
    ]
    .concat()
}

/// The first part of a file: an upload that broke off.
pub fn cut_off(bytes: &[u8], tenths: usize) -> Vec<u8> {
    bytes[..bytes.len() * tenths / 10].to_vec()
}

fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    ramp(width, height)
        .write_to(&mut bytes, format)
        .expect("the picture can be drawn");
    bytes.into_inner()
}

fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len())
        .expect("a small chunk")
        .to_be_bytes();
    let covered = [kind.as_slice(), data].concat();
    [&length, covered.as_slice(), &crc32(&covered).to_be_bytes()].concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                (sum >> 1) ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    })
}
