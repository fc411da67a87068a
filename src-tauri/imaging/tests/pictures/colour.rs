//! Depths, palettes, transparency, ink and profiles: the same colours come out.

use std::io::Cursor;

use image::RgbaImage;
use imaging::{Format, OutputFormat, Transform};
use png::{BitDepth, ColorType};

use crate::fixtures::*;

fn as_png(width: u32) -> Transform {
    Transform {
        format: OutputFormat::Fixed(Format::Png),
        ..Transform::to_width(width)
    }
}

#[test]
fn transparent_pixels_do_not_bleed_their_colour() {
    // Transparent pixels that are red under their cover: only green may be seen at the edge.
    let edge = RgbaImage::from_fn(64, 64, |x, _| {
        image::Rgba(if x < 31 { [255, 0, 0, 0] } else { GREEN })
    });
    for (bytes, tolerance) in [(png(&edge), 0), (webp(&edge), 40)] {
        let small = seen(&bytes, &Transform::to_width(16));
        assert!(small.get_pixel(0, 8).0[3] <= 4);
        assert_near(small.get_pixel(14, 8).0, GREEN, tolerance.max(4));
        for pixel in small.pixels().filter(|pixel| pixel[3] > 64) {
            assert!(pixel[0] <= tolerance, "{pixel:?} has red in it");
        }
    }
}

#[test]
fn transparency_is_put_on_white_where_the_format_has_none() {
    let half = RgbaImage::from_pixel(32, 32, image::Rgba([255, 0, 0, 128]));
    let jpeg = Transform {
        format: OutputFormat::Fixed(Format::Jpeg),
        ..Transform::to_width(16)
    };
    assert_near(
        seen(&png(&half), &jpeg).get_pixel(8, 8).0,
        [255, 127, 127, 255],
        4,
    );
    let gif = Transform {
        format: OutputFormat::Fixed(Format::Gif),
        ..Transform::to_width(16)
    };
    let clear = RgbaImage::from_pixel(32, 32, image::Rgba([255, 0, 0, 20]));
    assert_eq!(seen(&png(&clear), &gif).get_pixel(8, 8).0[3], 0);
}

#[test]
fn every_png_depth_comes_out_right() {
    let grey = |depth: BitDepth, row: &[u8]| {
        let data: Vec<u8> = row.repeat(8);
        png_of((8, 8), ColorType::Grayscale, depth, &data, |_| {})
    };
    for (bytes, left, right) in [
        (grey(BitDepth::One, &[0b0000_1111]), 0, 255),
        (grey(BitDepth::Two, &[0b0101_0101, 0b1010_1010]), 85, 170),
        (grey(BitDepth::Four, &[0x11, 0x11, 0xEE, 0xEE]), 17, 238),
        (grey(BitDepth::Eight, &[9, 9, 9, 9, 77, 77, 77, 77]), 9, 77),
        (
            grey(BitDepth::Sixteen, &[0x20, 0xFF, 0x20, 0xFF].repeat(4)),
            32,
            32,
        ),
    ] {
        assert_eq!(verify(&bytes).map_err(|error| error.to_string()), Ok(()));
        let picture = seen(&bytes, &as_png(8));
        assert_eq!(
            (picture.get_pixel(0, 0).0[0], picture.get_pixel(7, 7).0[0]),
            (left, right)
        );
    }
}

#[test]
fn palettes_and_deep_alpha_come_out_right() {
    let data = [0b0001_1011u8; 4];
    let palette = png_of(
        (4, 4),
        ColorType::Indexed,
        BitDepth::Two,
        &data,
        |encoder| {
            encoder.set_palette([&RED[..3], &GREEN[..3], &BLUE[..3], &WHITE[..3]].concat());
            encoder.set_trns(vec![255, 0]);
        },
    );
    let picture = seen(&palette, &as_png(4));
    assert_eq!(picture.get_pixel(0, 0).0, RED);
    assert_eq!(picture.get_pixel(1, 0).0[3], 0);
    assert_eq!(picture.get_pixel(2, 3).0, BLUE);
    let deep: Vec<u8> = [[0x80, 0, 0x40, 0, 0x20, 0, 0xFF, 0xFF]; 16].concat();
    let deep = png_of((4, 4), ColorType::Rgba, BitDepth::Sixteen, &deep, |_| {});
    assert_eq!(
        seen(&deep, &as_png(4)).get_pixel(2, 2).0,
        [0x80, 0x40, 0x20, 255]
    );
    let grey: Vec<u8> = [[100u8, 128]; 16].concat();
    let grey = png_of(
        (4, 4),
        ColorType::GrayscaleAlpha,
        BitDepth::Eight,
        &grey,
        |_| {},
    );
    assert_near(
        seen(&grey, &as_png(2)).get_pixel(1, 1).0,
        [100, 100, 100, 128],
        1,
    );
}

#[test]
fn interlaced_pngs_come_out_right() {
    let passes = [
        vec![RED; 1],
        vec![GREEN; 1],
        vec![BLUE; 2],
        vec![WHITE; 4],
        vec![RED; 8],
    ];
    let bytes = interlaced_four_by_four(&passes);
    assert!(inspect(&bytes).unwrap().is_complete);
    let picture = seen(&bytes, &as_png(4));
    let rows: Vec<Vec<[u8; 4]>> = picture
        .rows()
        .map(|row| row.map(|pixel| pixel.0).collect())
        .collect();
    assert_eq!(rows[0], [RED, WHITE, GREEN, WHITE]);
    assert_eq!(rows[1], [RED; 4]);
    assert_eq!(rows[2], [BLUE, WHITE, BLUE, WHITE]);
    assert_eq!(rows[3], [RED; 4]);
}

/// Put together by hand, since the `png` crate writes none: of the seven passes, a 4 × 4 picture has pixels in 1, 4, 5,
/// 6 and 7, and only the last two have more than one row.
fn interlaced_four_by_four(passes: &[Vec<[u8; 4]>; 5]) -> Vec<u8> {
    let rgb = |row: &[[u8; 4]]| {
        row.iter()
            .flat_map(|pixel| pixel[..3].to_vec())
            .collect::<Vec<u8>>()
    };
    let rows = passes
        .iter()
        .zip([1, 1, 2, 2, 4])
        .flat_map(|(pass, width)| pass.chunks(width));
    let raw: Vec<u8> = rows.flat_map(|row| [vec![0], rgb(row)].concat()).collect();
    let sum = raw.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65521;
        (a, (b + a) % 65521)
    });
    let len = raw.len() as u16;
    let stored = [
        &[0x78, 0x01, 1],
        &len.to_le_bytes()[..],
        &(!len).to_le_bytes(),
        &raw,
    ]
    .concat();
    let stream = [&stored[..], &(sum.1 << 16 | sum.0).to_be_bytes()].concat();
    let header = [0, 0, 0, 4, 0, 0, 0, 4, 8, 2, 0, 0, 1];
    let chunks = [
        chunk(b"IHDR", &header),
        chunk(b"IDAT", &stream),
        chunk(b"IEND", &[]),
    ]
    .concat();
    [b"\x89PNG\r\n\x1A\n".as_slice(), &chunks].concat()
}

#[test]
fn ink_becomes_light() {
    let stored = |ink: [u8; 4]| cmyk_jpeg(16, 16, &ink.repeat(256));
    let to_png = as_png(16);
    // Written by libjpeg with the Adobe mark: 255 is no ink.
    let cyan = stored([0, 255, 255, 255]);
    assert_near(
        seen(&cyan, &to_png).get_pixel(8, 8).0,
        [0, 255, 255, 255],
        6,
    );
    assert_near(
        seen(&cyan, &Transform::to_width(8)).get_pixel(4, 4).0,
        [0, 255, 255, 255],
        8,
    );
    assert_near(
        seen(&stored([255, 255, 255, 0]), &to_png).get_pixel(8, 8).0,
        [0, 0, 0, 255],
        6,
    );
}

#[test]
fn ink_stored_as_brightness_and_differences_becomes_light_too() {
    for (ink, light) in [
        ([0, 255, 255, 255], [0, 255, 255, 255]),
        ([255, 0, 255, 255], [255, 0, 255, 255]),
        ([255, 255, 255, 0], [0, 0, 0, 255]),
        ([255, 255, 255, 255], WHITE),
    ] {
        let bytes = ink_jpeg(turbojpeg::Colorspace::YCCK, 16, 16, &ink.repeat(256));
        for width in [16, 8] {
            let picture = seen(&bytes, &Transform::to_width(width));
            assert_near(picture.get_pixel(width / 2, width / 2).0, light, 8);
        }
    }
}

#[test]
fn jpegs_of_every_coding_come_out_right() {
    for (arithmetic, slow) in [(false, false), (false, true), (true, false), (true, true)] {
        let bytes = jpeg_with(&quarters(64, 48), |compressor| {
            compressor.set_arithmetic(arithmetic).unwrap();
            compressor.set_progressive(slow).unwrap();
        });
        verify(&bytes).unwrap();
        for width in [64, 20] {
            let picture = seen(&bytes, &Transform::to_width(width));
            let at = |x: u32, y: u32| picture.get_pixel(x * width / 64, y * width / 64).0;
            assert_near(at(8, 8), RED, 24);
            assert_near(at(56, 8), GREEN, 24);
            assert_near(at(8, 40), BLUE, 24);
            assert_near(at(56, 40), WHITE, 24);
        }
    }
}

#[test]
fn wide_colours_are_converted_to_srgb() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let (stored, shown) = ([200u8, 80, 80, 255], [214, 74, 77, 255]);
    let picture = RgbaImage::from_pixel(32, 32, image::Rgba(stored));
    let segment = [b"ICC_PROFILE\0\x01\x01".as_slice(), &profile].concat();
    for bytes in [
        with_segment(&jpeg(&picture), 0xE2, &segment),
        png_with_profile(&picture, &profile),
    ] {
        assert_near(
            seen(&bytes, &Transform::to_width(16)).get_pixel(8, 8).0,
            shown,
            5,
        );
    }
    let broken = [b"ICC_PROFILE\0\x01\x01".as_slice(), &[7; 300]].concat();
    let broken = with_segment(&jpeg(&picture), 0xE2, &broken);
    assert_near(
        seen(&broken, &Transform::to_width(16)).get_pixel(8, 8).0,
        stored,
        4,
    );
}

fn png_with_profile(picture: &RgbaImage, profile: &[u8]) -> Vec<u8> {
    let mut info = png::Info::with_size(picture.width(), picture.height());
    info.color_type = ColorType::Rgba;
    info.bit_depth = BitDepth::Eight;
    info.icc_profile = Some(profile.into());
    let mut bytes = Vec::new();
    let mut writer = png::Encoder::with_info(&mut bytes, info)
        .unwrap()
        .write_header()
        .unwrap();
    writer.write_image_data(picture.as_raw()).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn grey_stays_grey() {
    let grey = png_of(
        (16, 16),
        ColorType::Grayscale,
        BitDepth::Eight,
        &[90; 256],
        |_| {},
    );
    for format in [Format::Jpeg, Format::Png, Format::WebP, Format::Gif] {
        let transform = Transform {
            format: OutputFormat::Fixed(format),
            ..Transform::to_width(8)
        };
        assert_near(
            seen(&grey, &transform).get_pixel(4, 4).0,
            [90, 90, 90, 255],
            4,
        );
    }
}

#[test]
fn few_colours_are_written_as_a_palette_and_stay_what_they_are() {
    let coloured = |count: u32, clear: u8| {
        RgbaImage::from_fn(40, 30, |x, y| {
            let at = (x + y * 40) % count;
            let alpha = if at == 0 { clear } else { 255 };
            image::Rgba([(at * 7) as u8, (at / 4) as u8, 200, alpha])
        })
    };
    for (count, kind, bits) in [
        (2, ColorType::Indexed, BitDepth::One),
        (3, ColorType::Indexed, BitDepth::Two),
        (16, ColorType::Indexed, BitDepth::Four),
        (256, ColorType::Indexed, BitDepth::Eight),
        (257, ColorType::Rgb, BitDepth::Eight),
    ] {
        for clear in [255, 128, 0] {
            let drawn = coloured(count, clear);
            let rendered = render(&bmp_or_png(&drawn, clear), &as_png(40)).unwrap();
            let reader = png::Decoder::new(Cursor::new(&rendered.bytes));
            let info = reader.read_info().unwrap();
            let kind = match kind {
                ColorType::Rgb if clear < 255 => ColorType::Rgba,
                kind => kind,
            };
            assert_eq!(
                (info.info().color_type, info.info().bit_depth),
                (kind, bits)
            );
            let again = image::load_from_memory(&rendered.bytes)
                .unwrap()
                .into_rgba8();
            for (is, was) in again.pixels().zip(drawn.pixels()) {
                // What cannot be seen has no colour.
                assert!(is == was || (is[3], was[3]) == (0, 0), "{is:?} {was:?}");
            }
        }
    }
}

fn bmp_or_png(drawn: &RgbaImage, clear: u8) -> Vec<u8> {
    if clear == 255 { bmp(drawn) } else { png(drawn) }
}

#[test]
fn a_resized_palette_png_stays_small_and_a_photograph_keeps_its_colours() {
    // A drawing of a few flat colours with slanted edges.
    let drawing = RgbaImage::from_fn(600, 400, |x, y| {
        image::Rgba(match (x * 2 + y * 3) / 170 % 5 {
            0 => [250, 250, 250, 255],
            1 => [30, 60, 140, 255],
            2 => [220, 70, 40, 255],
            3 => [20, 20, 20, 255],
            _ => [90, 170, 80, 255],
        })
    });
    let indexed = render(&bmp(&drawing), &as_png(600)).unwrap().bytes;
    let small = render(&indexed, &as_png(250)).unwrap().bytes;
    let in_colours = render(&bmp(&drawing), &as_png(250)).unwrap().bytes;
    assert!(
        small.len() <= in_colours.len(),
        "{} {}",
        small.len(),
        in_colours.len()
    );
    let seen = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().into_rgba8();
    let apart = seen(&small)
        .iter()
        .zip(seen(&in_colours).iter())
        .map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2))
        .sum::<u64>() as f64;
    assert!(apart / f64::from(250 * 167 * 4) <= 4.0, "{apart}");

    // Noise in a palette cannot be resized into a palette without anybody seeing it.
    let grain = noise(300, 200);
    let coarse = RgbaImage::from_fn(300, 200, |x, y| {
        let [r, g, b, _] = grain.get_pixel(x, y).0;
        image::Rgba([r & 0xC0, g & 0xC0, b & 0xC0, 255])
    });
    let indexed = render(&bmp(&coarse), &as_png(300)).unwrap().bytes;
    let rendered = render(&indexed, &as_png(100)).unwrap().bytes;
    let reader = png::Decoder::new(Cursor::new(&rendered))
        .read_info()
        .unwrap();
    assert_eq!(reader.info().color_type, ColorType::Rgb);
}
