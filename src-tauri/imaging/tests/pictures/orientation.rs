//! The eight orientations, in every format that can say one.

use imaging::{Fit, Format, Gravity, OutputFormat, Transform};

use crate::fixtures::*;

/// The displayed corners of `quarters`: top left, top right, bottom left, bottom right.
const CORNERS: [[[u8; 4]; 4]; 8] = [
    [RED, GREEN, BLUE, WHITE],
    [GREEN, RED, WHITE, BLUE],
    [WHITE, BLUE, GREEN, RED],
    [BLUE, WHITE, RED, GREEN],
    [RED, BLUE, GREEN, WHITE],
    [BLUE, RED, WHITE, GREEN],
    [WHITE, GREEN, BLUE, RED],
    [GREEN, WHITE, RED, BLUE],
];

#[track_caller]
pub fn assert_turned(bytes: &[u8], orientation: u8) {
    let info = inspect(bytes).unwrap();
    assert_eq!(info.orientation.exif_value(), orientation);
    let shown = if orientation < 5 { (64, 32) } else { (32, 64) };
    assert_eq!((info.width, info.height), shown);
    for width in [shown.0, shown.0 / 2] {
        for format in [OutputFormat::Source, OutputFormat::Fixed(Format::Png)] {
            let transform = Transform {
                format,
                ..Transform::to_width(width)
            };
            let picture = seen(bytes, &transform);
            let (width, height) = (width, shown.1 * width / shown.0);
            assert_eq!(picture.dimensions(), (width, height));
            let corners = [
                (width / 8, height / 8),
                (width - width / 8, height / 8),
                (width / 8, height - height / 8),
                (width - width / 8, height - height / 8),
            ];
            for ((x, y), wanted) in corners
                .into_iter()
                .zip(CORNERS[usize::from(orientation) - 1])
            {
                assert_near(picture.get_pixel(x, y).0, wanted, 24);
            }
            let rendered = render(bytes, &transform).unwrap();
            assert_eq!(
                inspect(&rendered.bytes).unwrap().orientation.exif_value(),
                1,
                "the tag is gone"
            );
        }
    }
}

#[test]
fn jpegs_are_turned_upright() {
    let body = |orientation| [b"Exif\0\0".as_slice(), &exif(orientation)].concat();
    for orientation in 1..=8 {
        assert_turned(
            &with_segment(&jpeg(&quarters(64, 32)), 0xE1, &body(orientation)),
            orientation,
        );
    }
}

#[test]
fn pngs_are_turned_upright() {
    for orientation in 1..=8 {
        assert_turned(
            &with_chunk(&png(&quarters(64, 32)), b"eXIf", &exif(orientation)),
            orientation,
        );
    }
}

#[test]
fn webps_are_turned_upright() {
    for orientation in 1..=8 {
        assert_turned(
            &webp_with_exif(&quarters(64, 32), &exif(orientation)),
            orientation,
        );
    }
}

#[test]
fn tiffs_are_turned_upright() {
    for orientation in 1..=8 {
        assert_turned(&tiff_turned(&quarters(64, 32), orientation), orientation);
    }
}

#[test]
fn a_box_is_cut_from_the_displayed_side_that_was_asked_for() {
    // Of four corners: which two are left when the longer side is cut to the shorter one.
    let (left, right) = ([0, 0, 2, 2], [1, 1, 3, 3]);
    let (top, bottom) = ([0, 1, 0, 1], [2, 3, 2, 3]);
    let all = [0, 1, 2, 3];
    for orientation in 1..=8 {
        let exif_of_jpeg = [b"Exif\0\0".as_slice(), &exif(orientation)].concat();
        let wide = orientation < 5;
        for bytes in [
            with_segment(&jpeg(&quarters(64, 32)), 0xE1, &exif_of_jpeg),
            with_chunk(&png(&quarters(64, 32)), b"eXIf", &exif(orientation)),
        ] {
            for (gravity, of_wide, of_tall) in [
                (Gravity::Centre, all, all),
                (Gravity::North, all, top),
                (Gravity::NorthEast, right, top),
                (Gravity::East, right, all),
                (Gravity::SouthEast, right, bottom),
                (Gravity::South, all, bottom),
                (Gravity::SouthWest, left, bottom),
                (Gravity::West, left, all),
                (Gravity::NorthWest, left, top),
            ] {
                for format in [OutputFormat::Source, OutputFormat::Fixed(Format::Gif)] {
                    let square = Transform {
                        height: Some(16),
                        fit: Fit::Cover,
                        gravity,
                        format,
                        ..Transform::to_width(16)
                    };
                    let picture = seen(&bytes, &square);
                    assert_eq!(picture.dimensions(), (16, 16));
                    let kept = if wide { of_wide } else { of_tall };
                    let corners = CORNERS[usize::from(orientation) - 1];
                    for ((x, y), corner) in [(2, 2), (13, 2), (2, 13), (13, 13)].iter().zip(kept) {
                        assert_near(picture.get_pixel(*x, *y).0, corners[corner], 24);
                    }
                }
            }
        }
    }
}

#[test]
fn a_senseless_orientation_is_upright() {
    for orientation in [0, 9, 255] {
        let bytes = with_chunk(&png(&quarters(64, 32)), b"eXIf", &exif(orientation));
        assert_eq!(inspect(&bytes).unwrap().orientation.exif_value(), 1);
    }
}
