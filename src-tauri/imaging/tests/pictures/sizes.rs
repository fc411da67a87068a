//! How large the result is, and that every odd shape survives.

use image::RgbaImage;
use imaging::{Fit, Format, Limits, OutputFormat, Transform, estimate_memory};

use crate::fixtures::*;

fn plain(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_pixel(width, height, image::Rgba([200, 100, 50, 255]))
}

#[test]
fn nothing_is_enlarged() {
    let small = jpeg(&quarters(60, 40));
    assert_eq!(
        seen(&small, &Transform::to_width(800)).dimensions(),
        (60, 40)
    );
    let enlarged = Transform {
        enlarge: true,
        ..Transform::to_width(120)
    };
    assert_eq!(seen(&small, &enlarged).dimensions(), (120, 80));
}

#[test]
fn odd_shapes_survive_in_every_format() {
    for (width, height, to, wanted) in [
        (1, 1, 200, (1, 1)),
        (1, 5000, 200, (1, 5000)),
        (1, 16384, 1, (1, 16384)),
        (5000, 1, 200, (200, 1)),
        (16384, 1, 200, (200, 1)),
        (3, 5000, 2, (2, 3333)),
        (17, 9, 13, (13, 7)),
    ] {
        let picture = plain(width, height);
        let mut files = vec![
            jpeg(&picture),
            png(&picture),
            bmp(&picture),
            tiff(&picture),
            gif(&picture),
        ];
        if height < 16384 && width < 16384 {
            files.push(webp(&picture));
        }
        for file in files {
            let small = seen(&file, &Transform::to_width(to));
            assert_eq!(small.dimensions(), wanted);
            let middle = small.get_pixel(wanted.0 / 2, wanted.1 / 2).0;
            assert_near(middle, [200, 100, 50, 255], 6);
        }
    }
}

#[test]
fn formats_follow_the_source_where_they_are_written() {
    let picture = quarters(32, 32);
    for (bytes, format) in [
        (jpeg(&picture), Format::Jpeg),
        (png(&picture), Format::Png),
        (webp(&picture), Format::WebP),
        (gif(&picture), Format::Gif),
        (bmp(&picture), Format::Png),
        (tiff(&picture), Format::Png),
    ] {
        let transform = Transform::to_width(16);
        let info = inspect(&bytes).unwrap();
        assert_eq!(transform.resolve_output(&info), (format, 16, 16));
        let rendered = render(&bytes, &transform).unwrap();
        assert_eq!(
            (rendered.format, rendered.width, rendered.height),
            (format, 16, 16)
        );
        assert_eq!(Format::sniff(&rendered.bytes), Some(format));
        let again = inspect(&rendered.bytes).unwrap();
        assert!(again.is_complete && (again.width, again.height) == (16, 16));
    }
}

#[test]
fn a_bmp_is_written_when_asked_for_and_lies_on_white() {
    let to_bmp = Transform {
        format: OutputFormat::Fixed(Format::Bmp),
        ..Transform::to_width(17)
    };
    let clear = RgbaImage::from_fn(34, 20, |x, _| image::Rgba(if x < 17 { CLEAR } else { RED }));
    for bytes in [png(&clear), webp(&clear)] {
        let rendered = render(&bytes, &to_bmp).unwrap();
        assert_eq!(Format::sniff(&rendered.bytes), Some(Format::Bmp));
        assert!(inspect(&rendered.bytes).unwrap().is_complete);
        let picture = seen(&bytes, &to_bmp);
        assert_near(picture.get_pixel(2, 5).0, WHITE, 2);
        assert_near(picture.get_pixel(14, 5).0, RED, 2);
    }
    let photograph = seen(&jpeg(&quarters(64, 64)), &to_bmp);
    assert_near(photograph.get_pixel(3, 3).0, RED, 8);
}

#[test]
fn a_box_is_covered_from_the_middle_and_padded_around_it() {
    let boxed = |fit| Transform {
        height: Some(20),
        fit,
        ..Transform::to_width(20)
    };
    let wide = RgbaImage::from_fn(120, 40, |x, _| {
        image::Rgba(if (40..80).contains(&x) { GREEN } else { RED })
    });
    let cover = seen(&png(&wide), &boxed(Fit::Cover));
    assert_eq!(cover.dimensions(), (20, 20));
    for (x, y) in [(2, 2), (17, 2), (10, 10), (17, 17)] {
        assert_near(cover.get_pixel(x, y).0, GREEN, 8);
    }
    let contain = seen(&png(&wide), &boxed(Fit::Contain));
    assert_eq!(contain.dimensions(), (20, 20));
    assert_eq!(contain.get_pixel(10, 0).0, CLEAR);
    assert_near(contain.get_pixel(10, 10).0, GREEN, 8);
    let on_white = Transform {
        format: OutputFormat::Fixed(Format::Jpeg),
        ..boxed(Fit::Contain)
    };
    assert_near(seen(&png(&wide), &on_white).get_pixel(10, 0).0, WHITE, 24);
    let turned = with_chunk(&png(&wide), b"eXIf", &exif(6));
    let tall = Transform {
        height: Some(30),
        fit: Fit::Cover,
        ..Transform::to_width(10)
    };
    assert_eq!(seen(&turned, &tall).dimensions(), (10, 30));
}

#[test]
fn a_scaled_decode_is_not_shifted() {
    // A sharp edge in the exact middle stays there whatever the decoder's factor and rounding.
    let edge = RgbaImage::from_fn(1362, 90, |x, _| {
        image::Rgba(if x < 681 { [0, 0, 0, 255] } else { WHITE })
    });
    let bytes = jpeg(&edge);
    for width in [100, 200, 320, 500, 502, 700, 1000, 1360] {
        let picture = seen(&bytes, &Transform::to_width(width));
        let row: f64 = (0..width)
            .map(|x| f64::from(picture.get_pixel(x, 5).0[0]) / 255.0)
            .sum();
        assert!(
            (row - f64::from(width) / 2.0).abs() < 0.15,
            "at {width}: {row}"
        );
    }
}

#[test]
fn the_estimate_grows_with_the_picture_and_shrinks_with_nothing() {
    let info = inspect(&png(&plain(100, 100))).unwrap();
    let (small, large) = (
        Transform::to_width(10),
        Transform {
            enlarge: true,
            ..Transform::to_width(5000)
        },
    );
    let estimate = |transform| estimate_memory(std::io::empty(), &info, &[transform]);
    assert!(estimate(small) >= 100 * 100 * 4);
    assert!(estimate(large) >= 5000 * 5000 * 4);
    assert!(estimate(large) > estimate(small));
}

#[test]
fn a_baseline_jpeg_is_known_to_cost_less_than_a_progressive_one() {
    let picture = noise(2400, 1600);
    let estimate = |bytes: Vec<u8>| {
        let info = inspect(&bytes).unwrap();
        let (whole, small) = (bytes.len() as u64, [Transform::to_width(200)]);
        let mut source = std::io::Cursor::new(bytes);
        let estimate = estimate_memory(&mut source, &info, &small);
        assert!(source.position() < whole, "only its head is read");
        estimate
    };
    let (baseline, slow) = (estimate(jpeg(&picture)), estimate(progressive(&picture)));
    assert!(slow > 2400 * 1600 * 6, "{slow}");
    assert!(baseline < slow / 3, "{baseline} of {slow}");
}

#[test]
fn an_output_longer_than_its_format_can_say_is_refused_by_name() {
    let tall = png(&plain(1, 16384));
    let webp = Transform {
        format: OutputFormat::Fixed(Format::WebP),
        ..Transform::to_width(1)
    };
    let error = render(&tall, &webp).unwrap_err();
    assert!(matches!(
        error,
        imaging::Error::DimensionTooLargeForOutput {
            format: Format::WebP,
            max: 16_383
        }
    ));
    let error = render(
        &tall,
        &Transform {
            format: OutputFormat::Fixed(Format::Tiff),
            ..webp
        },
    )
    .unwrap_err();
    assert!(matches!(error, imaging::Error::CannotEncode(Format::Tiff)));
}

#[test]
fn work_stops_when_asked() {
    let bytes = png(&plain(64, 64));
    let limits = Limits::default();
    let stopped = imaging::render(&bytes, &Transform::to_width(8), &limits, &|| true);
    assert!(matches!(stopped, Err(imaging::Error::Cancelled)));
    assert!(matches!(
        imaging::verify(&bytes, &limits, &|| true),
        Err(imaging::Error::Cancelled)
    ));
}
