//! Pictures that stay in planes from one format to the other: the same picture comes out as by way of colours.

use image::RgbaImage;
use image::imageops::FilterType;
use imaging::{Error, Fit, Format, Limits, NeverCancelled, OutputFormat, RenderedImage, Transform};
use turbojpeg::Subsamp;

use crate::fixtures::*;

/// Waves of all lengths and a few edges, in soft colours.
pub fn scene(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        let (fx, fy) = (f64::from(x), f64::from(y));
        let waves: f64 = [7.0, 19.0, 53.0, 160.0]
            .iter()
            .map(|length| ((fx + fy * 0.6) / length).sin() * 14.0)
            .sum();
        let edge = if (x / 90 + y / 70) % 2 == 0 {
            40.0
        } else {
            0.0
        };
        let level = |base: f64| (base + waves + edge).clamp(0.0, 255.0) as u8;
        let tint = (fx / 111.0).sin() * 30.0;
        image::Rgba([level(110.0 + tint), level(100.0), level(95.0 - tint), 255])
    })
}

fn subsampled(picture: &RgbaImage, subsampling: Subsamp) -> Vec<u8> {
    jpeg_with(picture, |compressor| {
        compressor.set_subsamp(subsampling).unwrap();
    })
}

fn into(format: Format, transform: Transform) -> Transform {
    Transform {
        format: OutputFormat::Fixed(format),
        quality: Some(97),
        ..transform
    }
}

/// The mean and the largest difference of two pictures' channels.
#[track_caller]
fn difference(one: &RgbaImage, other: &RgbaImage) -> (f64, u8) {
    assert_eq!(one.dimensions(), other.dimensions());
    let channels = one.as_raw().iter().zip(other.as_raw());
    let each = channels.map(|(one, other)| one.abs_diff(*other));
    let sum: u64 = each.clone().map(u64::from).sum();
    (
        sum as f64 / (one.as_raw().len() as f64),
        each.max().unwrap_or(0),
    )
}

#[test]
fn planes_and_colours_give_the_same_picture() {
    let picture = scene(333, 217);
    for subsampling in [
        Subsamp::None,
        Subsamp::Sub2x1,
        Subsamp::Sub1x2,
        Subsamp::Sub2x2,
        Subsamp::Sub4x1,
        Subsamp::Gray,
    ] {
        let stored = subsampled(&picture, subsampling);
        for turned in 1..=8 {
            let body = [b"Exif\0\0".as_slice(), &exif(turned)].concat();
            let bytes = with_segment(&stored, 0xE1, &body);
            for transform in [
                Transform::to_width(1000),
                Transform::to_width(150),
                Transform::to_width(101),
                Transform::to_width(17),
                Transform {
                    height: Some(61),
                    fit: Fit::Cover,
                    ..Transform::to_width(61)
                },
            ] {
                let colours = seen(&bytes, &into(Format::Png, transform));
                for format in [Format::Jpeg, Format::WebP] {
                    let planes = seen(&bytes, &into(format, transform));
                    let (mean, _) = difference(&planes, &colours);
                    assert!(
                        mean < 2.2,
                        "{subsampling:?} turned {turned} to {format:?} {transform:?}: {mean}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_colour_of_the_last_odd_column_is_its_own() {
    // Left half red, right half blue: flipped or not, colours end where brightness does.
    let halves = RgbaImage::from_fn(404, 300, |x, _| {
        image::Rgba(if x < 202 { RED } else { BLUE })
    });
    let stored = jpeg(&halves);
    for (turned, first, last) in [
        (1, RED, BLUE),
        (2, BLUE, RED),
        (3, BLUE, RED),
        (4, RED, BLUE),
    ] {
        let body = [b"Exif\0\0".as_slice(), &exif(turned)].concat();
        let bytes = with_segment(&stored, 0xE1, &body);
        for width in [100, 101, 77] {
            let small = seen(&bytes, &into(Format::Jpeg, Transform::to_width(width)));
            assert_near(small.get_pixel(0, 20).0, first, 12);
            assert_near(small.get_pixel(width - 1, 20).0, last, 12);
            let reds = (0..width).map(|x| f64::from(small.get_pixel(x, 30).0[0]) / 254.0);
            let sum: f64 = reds.sum();
            let wanted = f64::from(width) / 2.0;
            assert!((sum - wanted).abs() < 0.8, "{turned} at {width}: {sum}");
        }
    }
}

#[test]
fn a_width_of_500_and_of_501_look_alike() {
    // For 1400 the decoder's factor changes after each multiple of 125.
    let picture = scene(1400, 900);
    let bytes = jpeg(&picture);
    for format in [Format::Jpeg, Format::WebP, Format::Png] {
        for width in [125, 250, 375, 500, 625, 750, 875] {
            let off = |width: u32| {
                let small = seen(&bytes, &into(format, Transform::to_width(width)));
                let (wide, tall) = small.dimensions();
                let ideal = image::imageops::resize(&picture, wide, tall, FilterType::Lanczos3);
                difference(&small, &ideal).0
            };
            let (here, after) = (off(width), off(width + 1));
            assert!(
                here < 2.0 && after < 2.0 && (here - after).abs() < 0.7,
                "{format:?}, {width} and one more: {here} and {after}"
            );
        }
    }
}

#[test]
fn profiles_that_only_say_srgb_change_nothing_and_others_do() {
    let picture = scene(200, 150);
    let with = |profile: &moxcms::ColorProfile| {
        let body = [
            b"ICC_PROFILE\0\x01\x01".as_slice(),
            &profile.encode().unwrap(),
        ]
        .concat();
        with_segment(&jpeg(&picture), 0xE2, &body)
    };
    let small = |bytes: &[u8], format| seen(bytes, &into(format, Transform::to_width(90)));
    let srgb = with(&moxcms::ColorProfile::new_srgb());
    assert_eq!(
        difference(
            &small(&srgb, Format::Jpeg),
            &small(&jpeg(&picture), Format::Jpeg)
        ),
        (0.0, 0)
    );
    let wide = with(&moxcms::ColorProfile::new_display_p3());
    let (converted, _) = difference(&small(&wide, Format::Jpeg), &small(&wide, Format::Png));
    assert!(converted < 2.0, "{converted}");
    let (apart, _) = difference(&small(&wide, Format::Jpeg), &small(&srgb, Format::Jpeg));
    assert!(apart > 2.5, "{apart}");
}

fn all(bytes: &[u8], transforms: &[Transform]) -> Vec<(usize, Result<RenderedImage, Error>)> {
    let mut made = Vec::new();
    let each = |at, rendered| made.push((at, rendered));
    imaging::render_all(bytes, transforms, &Limits::default(), &NeverCancelled, each).unwrap();
    made
}

#[test]
fn several_sizes_of_one_decode_look_like_each_alone() {
    let picture = scene(1000, 700);
    let turned = [b"Exif\0\0".as_slice(), &exif(6)].concat();
    for bytes in [
        jpeg(&picture),
        with_segment(&jpeg(&picture), 0xE1, &turned),
        png(&picture),
        gif(&quarters(500, 300)),
    ] {
        for format in [Format::Jpeg, Format::Png, Format::WebP] {
            let square = Transform {
                height: Some(64),
                fit: Fit::Cover,
                ..Transform::to_width(64)
            };
            let widths = [40, 333, 80, 160].map(Transform::to_width);
            let transforms = [&widths[..], &[square]].concat();
            let transforms: Vec<_> = transforms.iter().map(|it| into(format, *it)).collect();
            let made = all(&bytes, &transforms);
            let order: Vec<_> = made.iter().map(|(at, _)| *at).collect();
            assert_eq!(order[0], 1, "the largest first");
            assert_eq!(order.len(), transforms.len());
            for (at, rendered) in made {
                let together = image::load_from_memory(&rendered.unwrap().bytes)
                    .unwrap()
                    .into_rgba8();
                let alone = seen(&bytes, &transforms[at]);
                let (mean, _) = difference(&together, &alone);
                assert!(mean < 2.5, "{format:?} {at}: {mean}");
            }
        }
    }
}

#[test]
fn a_size_that_cannot_be_made_does_not_hold_up_the_others() {
    let bytes = png(&scene(300, 200));
    let transforms = [
        Transform::to_width(100),
        into(Format::Tiff, Transform::to_width(50)),
        Transform::to_width(20),
    ];
    let made = all(&bytes, &transforms);
    assert_eq!(made.len(), 3);
    for (at, rendered) in made {
        match (at, rendered) {
            (1, Err(Error::CannotEncode(Format::Tiff))) => {}
            (0 | 2, Ok(rendered)) => assert_eq!(rendered.width, transforms[at].width.unwrap()),
            (at, other) => panic!("{at}: {other:?}"),
        }
    }
}

#[test]
fn several_sizes_stop_between_two_when_asked() {
    let bytes = png(&scene(300, 200));
    let transforms = [200, 100, 50].map(Transform::to_width);
    let made = std::sync::atomic::AtomicUsize::new(0);
    let enough = || made.load(std::sync::atomic::Ordering::Relaxed) >= 1;
    let ended = imaging::render_all(&bytes, &transforms, &Limits::default(), &enough, |_, _| {
        made.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    });
    assert!(matches!(ended, Err(Error::Cancelled)));
    assert_eq!(made.into_inner(), 1);
}
