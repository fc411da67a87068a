//! Icons: the largest of several pictures, whatever it is stored as.

use imaging::{Error, Format, Transform};

use crate::fixtures::*;

#[test]
fn the_largest_picture_of_an_icon_comes_out_as_png() {
    let bytes = ico_of(&[
        (16, png(&quarters(16, 16))),
        (0, png(&quarters(256, 256))),
        (32, icon_bmp(&quarters(32, 32))),
    ]);
    let info = inspect(&bytes).unwrap();
    assert_eq!(
        (info.format, info.width, info.height),
        (Format::Ico, 256, 256)
    );
    let rendered = render(&bytes, &Transform::to_width(64)).unwrap();
    assert_eq!((rendered.format, rendered.width), (Format::Png, 64));
    assert_near(
        seen(&bytes, &Transform::to_width(64)).get_pixel(8, 8).0,
        RED,
        2,
    );
}

#[test]
fn an_icon_stored_as_bmp_keeps_colours_and_transparency() {
    let mut picture = quarters(48, 48);
    picture.put_pixel(1, 1, image::Rgba([10, 20, 30, 0]));
    let bytes = ico_of(&[(48, icon_bmp(&picture)), (16, png(&quarters(16, 16)))]);
    let out = seen(&bytes, &Transform::to_width(48));
    assert_eq!(out.get_pixel(40, 5).0, GREEN);
    assert_eq!(out.get_pixel(5, 40).0, BLUE);
    assert_eq!(out.get_pixel(1, 1).0[3], 0);
}

#[test]
fn an_icon_with_a_bomb_inside_is_refused() {
    let mut bomb = png(&quarters(16, 16));
    bomb[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
    let bytes = ico_of(&[(0, bomb)]);
    assert!(matches!(
        inspect(&bytes),
        Err(Error::DimensionTooLarge { .. })
    ));
    let mut claims = icon_bmp(&quarters(16, 16));
    claims[4..12].fill(0x7F);
    assert!(inspect(&ico_of(&[(16, claims)])).is_err());
    // A list that points at itself, and one of nothing.
    let mut circle = ico_of(&[(16, png(&quarters(16, 16)))]);
    circle[18..22].fill(0);
    assert!(verify(&circle).is_err());
    assert!(
        inspect(b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF")
            .is_err()
    );
}
