//! AVIF in and out: alpha, turning, ranges and matrices, and containers that lie.

use image::RgbaImage;
use imaging::{Error, Format, OutputFormat, Transform};

use crate::fixtures::*;

fn to_avif(width: u32) -> Transform {
    Transform {
        format: OutputFormat::Fixed(Format::Avif),
        quality: Some(95),
        ..Transform::to_width(width)
    }
}

fn as_png(width: u32) -> Transform {
    Transform {
        format: OutputFormat::Fixed(Format::Png),
        ..Transform::to_width(width)
    }
}

pub fn avif(picture: &RgbaImage) -> Vec<u8> {
    render(&png(picture), &to_avif(picture.width()))
        .unwrap()
        .bytes
}

pub fn boxed(kind: &[u8; 4], body: &[&[u8]]) -> Vec<u8> {
    let body = body.concat();
    let len = (body.len() as u32 + 8).to_be_bytes();
    [&len, kind.as_slice(), &body].concat()
}

/// The AV1 data of an AVIF without alpha.
pub fn payload(avif: &[u8]) -> &[u8] {
    let at = avif.windows(4).position(|name| name == b"mdat").unwrap();
    &avif[at + 4..]
}

/// A container of one's own around AV1 data; `kind` is what the item is said to be.
fn container(
    payload: &[u8],
    kind: &[u8; 4],
    (width, height): (u32, u32),
    more: &[Vec<u8>],
) -> Vec<u8> {
    let size = [[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat();
    let mut properties = vec![boxed(b"ispe", &[&size])];
    properties.extend_from_slice(more);
    let count = properties.len() as u8;
    let indices: Vec<u8> = (1..=count).collect();
    let file_type = boxed(b"ftyp", &[b"avif\0\0\0\0avifmif1"]);
    let meta = |offset: u32| {
        boxed(
            b"meta",
            &[
                &[0; 4],
                &boxed(b"pitm", &[&[0, 0, 0, 0, 0, 1]]),
                &boxed(
                    b"iloc",
                    &[
                        &[0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1],
                        &offset.to_be_bytes(),
                        &(payload.len() as u32).to_be_bytes(),
                    ],
                ),
                &boxed(
                    b"iinf",
                    &[
                        &[0, 0, 0, 0, 0, 1],
                        &boxed(b"infe", &[&[2, 0, 0, 0, 0, 1, 0, 0], kind, &[0]]),
                    ],
                ),
                &boxed(
                    b"iprp",
                    &[
                        &boxed(b"ipco", &[&properties.concat()]),
                        &boxed(b"ipma", &[&[0, 0, 0, 0, 0, 0, 0, 1, 0, 1, count], &indices]),
                    ],
                ),
            ],
        )
    };
    let start = file_type.len() + meta(0).len() + 8;
    [file_type, meta(start as u32), boxed(b"mdat", &[payload])].concat()
}

/// A container around a grid of tiles, each `tile` large, that shows as much of them as `size` says.
fn grid(
    tiles: &[Vec<u8>],
    columns: u8,
    tile: (u32, u32),
    size: (u16, u16),
    more: &[Vec<u8>],
) -> Vec<u8> {
    let count = tiles.len() as u16;
    let rows = (tiles.len() / usize::from(columns)) as u8;
    let sides = |(width, height): (u32, u32)| {
        boxed(
            b"ispe",
            &[&[0; 4], &width.to_be_bytes(), &height.to_be_bytes()],
        )
    };
    let head = [0, 0, rows - 1, columns - 1];
    let head = [&head[..], &size.0.to_be_bytes(), &size.1.to_be_bytes()].concat();
    let data: Vec<&[u8]> = std::iter::once(&head[..])
        .chain(tiles.iter().map(Vec::as_slice))
        .collect();
    let whole = (u32::from(size.0), u32::from(size.1));
    let properties = [&[sides(whole), sides(tile)], more].concat().concat();
    let number = |item: u16| item.to_be_bytes();
    let items = || (1..=count + 1).map(number);
    let infos: Vec<u8> = items()
        .map(|item| {
            let kind: &[u8] = if item == [0, 1] { b"grid" } else { b"av01" };
            boxed(b"infe", &[&[2, 0, 0, 0], &item, &[0, 0], kind, &[0]])
        })
        .collect::<Vec<_>>()
        .concat();
    let tile_numbers: Vec<u8> = items().skip(1).flatten().collect();
    let made_of = boxed(b"dimg", &[&[0, 1], &number(count), &tile_numbers]);
    let own: Vec<u8> = std::iter::once(1)
        .chain((0..more.len() as u8).map(|at| at + 3))
        .collect();
    let associations: Vec<u8> = items()
        .flat_map(|item| match item {
            [0, 1] => [&item[..], &[own.len() as u8], &own].concat(),
            _ => [&item[..], &[1, 2]].concat(),
        })
        .collect();
    let file_type = boxed(b"ftyp", &[b"avif\0\0\0\0avifmif1"]);
    let meta = |start: u32| {
        let mut at = start;
        let mut places = Vec::new();
        for (item, data) in items().zip(&data) {
            let len = data.len() as u32;
            places.extend(
                [
                    &item[..],
                    &[0, 0, 0, 1],
                    &at.to_be_bytes(),
                    &len.to_be_bytes(),
                ]
                .concat(),
            );
            at += len;
        }
        boxed(
            b"meta",
            &[
                &[0; 4],
                &boxed(b"pitm", &[&[0, 0, 0, 0, 0, 1]]),
                &boxed(
                    b"iloc",
                    &[&[0, 0, 0, 0, 0x44, 0], &number(count + 1), &places],
                ),
                &boxed(b"iinf", &[&[0; 4], &number(count + 1), &infos]),
                &boxed(b"iref", &[&[0; 4], &made_of]),
                &boxed(
                    b"iprp",
                    &[
                        &boxed(b"ipco", &[&properties]),
                        &boxed(b"ipma", &[&[0; 6], &number(count + 1), &associations]),
                    ],
                ),
            ],
        )
    };
    let start = file_type.len() + meta(0).len() + 8;
    [file_type, meta(start as u32), boxed(b"mdat", &data)].concat()
}

/// The pieces of a drawing, coded one by one; what lies outside of it repeats its edge.
fn tiles(drawing: &RgbaImage, columns: u32, rows: u32, tile: (u32, u32)) -> Vec<Vec<u8>> {
    let (right, bottom) = (drawing.width() - 1, drawing.height() - 1);
    let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
    places
        .map(|(column, row)| {
            let piece = RgbaImage::from_fn(tile.0, tile.1, |x, y| {
                let (x, y) = (column * tile.0 + x, row * tile.1 + y);
                *drawing.get_pixel(x.min(right), y.min(bottom))
            });
            payload(&avif(&piece)).to_vec()
        })
        .collect()
}

#[test]
fn a_picture_of_tiles_is_put_together() {
    for (columns, rows, tile) in [(2, 2, (40, 20)), (3, 1, (22, 32)), (1, 1, (64, 32))] {
        let pieces = tiles(&quarters(64, 32), columns, rows, tile);
        let bytes = grid(&pieces, columns as u8, tile, (64, 32), &[]);
        let info = inspect(&bytes).unwrap();
        assert_eq!((info.width, info.height), (64, 32));
        assert!(info.is_complete);
        verify(&bytes).unwrap();
        crate::orientation::assert_turned(&bytes, 1);
        assert!(!inspect(&bytes[..bytes.len() - 9]).unwrap().is_complete);
        let turned = grid(
            &pieces,
            columns as u8,
            tile,
            (64, 32),
            &[boxed(b"irot", &[&[3]])],
        );
        crate::orientation::assert_turned(&turned, 6);
    }
}

#[test]
fn tiles_that_do_not_make_the_picture_are_refused() {
    let pieces = tiles(&quarters(64, 32), 2, 2, (40, 20));
    let refused = |bytes: &[u8]| match render(bytes, &as_png(8)) {
        Err(Error::Broken(_)) => assert!(verify(bytes).is_err()),
        other => panic!("{other:?}"),
    };
    let with = |count: usize, columns, tile, size| grid(&pieces[..count], columns, tile, size, &[]);
    refused(&with(4, 2, (40, 20), (81, 32)));
    refused(&with(4, 2, (40, 20), (40, 20)));
    refused(&with(4, 2, (39, 20), (64, 32)));
    refused(&with(2, 2, (40, 20), (64, 32)));
    refused(&with(4, 2, (0, 0), (64, 32)));
    refused(&with(4, 2, (12_000, 20), (12_001, 32)));
    // One tile that is a thousand times the picture, and a grid of more tiles than anybody makes.
    refused(&with(1, 1, (16_000, 16_000), (64, 32)));
    let tiny = payload(&avif(&quarters(8, 8))).to_vec();
    refused(&grid(&vec![tiny; 255 * 40], 255, (8, 8), (2040, 320), &[]));
    crate::hostile::assert_refused_for_size(
        "tiles",
        &with(4, 2, (32_000, 32_000), (64_000, 64_000)),
    );
}

#[test]
fn a_picture_comes_through_avif_as_it_was() {
    let source = quarters(64, 48);
    let bytes = avif(&source);
    let info = inspect(&bytes).unwrap();
    assert_eq!(
        (info.format, info.width, info.height),
        (Format::Avif, 64, 48)
    );
    assert!(info.is_complete && !info.animated);
    verify(&bytes).unwrap();
    for width in [64, 32] {
        let picture = seen(&bytes, &as_png(width));
        let at = |x: u32, y: u32| picture.get_pixel(x * width / 64, y * width / 64).0;
        assert_near(at(8, 8), RED, 6);
        assert_near(at(56, 8), GREEN, 6);
        assert_near(at(8, 40), BLUE, 6);
        assert_near(at(56, 40), WHITE, 6);
    }
}

#[test]
fn avif_stays_avif_and_quality_costs_bytes() {
    let bytes = avif(&noise(96, 64));
    let at = |quality| {
        let transform = Transform {
            quality: Some(quality),
            ..Transform::to_width(48)
        };
        let rendered = render(&bytes, &transform).unwrap();
        assert_eq!(rendered.format, Format::Avif);
        rendered.bytes.len()
    };
    assert!(at(20) < at(60) && at(60) < at(95));
}

#[test]
fn transparency_comes_through_avif() {
    let source = RgbaImage::from_fn(40, 40, |x, _| {
        image::Rgba([200, 30, 60, if x < 20 { 0 } else { 160 }])
    });
    let picture = seen(&avif(&source), &as_png(40));
    assert!(picture.get_pixel(5, 20).0[3] < 4);
    assert_near(picture.get_pixel(34, 20).0, [200, 30, 60, 160], 8);
}

#[test]
fn odd_and_tiny_sizes_are_written_and_read() {
    for (width, height) in [(1, 1), (1, 7), (3, 1), (33, 17), (17, 65)] {
        let source = RgbaImage::from_pixel(width, height, image::Rgba([40, 160, 220, 255]));
        let bytes = avif(&source);
        let picture = seen(&bytes, &as_png(width));
        assert_eq!(picture.dimensions(), (width, height));
        for pixel in picture.pixels() {
            assert_near(pixel.0, [40, 160, 220, 255], 5);
        }
    }
}

#[test]
fn avifs_are_turned_as_their_boxes_say() {
    let whole = avif(&quarters(64, 32));
    let data = payload(&whole);
    let turn = |angle: u8| boxed(b"irot", &[&[angle]]);
    let mirror = |axis: u8| boxed(b"imir", &[&[axis]]);
    for (exif, more) in [
        (1, vec![]),
        (2, vec![mirror(1)]),
        (3, vec![turn(2)]),
        (4, vec![mirror(0)]),
        (5, vec![turn(1), mirror(0)]),
        (6, vec![turn(3)]),
        (7, vec![turn(3), mirror(0)]),
        (8, vec![turn(1)]),
    ] {
        let bytes = container(data, b"av01", (64, 32), &more);
        crate::orientation::assert_turned(&bytes, exif);
    }
}

#[test]
fn the_container_says_how_colours_are_coded() {
    let whole = avif(&RgbaImage::from_pixel(
        16,
        16,
        image::Rgba([128, 128, 128, 255]),
    ));
    let data = payload(&whole);
    let coded = |primaries: u8, transfer: u8, matrix: u8, full: u8| {
        boxed(
            b"colr",
            &[b"nclx", &[0, primaries, 0, transfer, 0, matrix, full << 7]],
        )
    };
    let pixel = |more: &[Vec<u8>]| {
        let bytes = container(data, b"av01", (16, 16), more);
        seen(&bytes, &as_png(16)).get_pixel(8, 8).0
    };
    assert_near(pixel(&[coded(1, 13, 6, 1)]), [128, 128, 128, 255], 2);
    // 16 is black and 235 is white.
    assert_near(pixel(&[coded(1, 13, 6, 0)]), [130, 130, 130, 255], 2);
    // Differences of 128 are green, blue and red of a half.
    assert_near(pixel(&[coded(1, 13, 0, 1)]), [128, 128, 128, 255], 2);
    // Grey is grey in a wider gamut too.
    assert_near(pixel(&[coded(12, 13, 6, 1)]), [128, 128, 128, 255], 2);

    let red = avif(&RgbaImage::from_pixel(
        16,
        16,
        image::Rgba([200, 100, 100, 255]),
    ));
    let wide = container(payload(&red), b"av01", (16, 16), &[coded(12, 13, 6, 1)]);
    let [r, g, ..] = seen(&wide, &as_png(16)).get_pixel(8, 8).0;
    assert!(r > 204 && g < 98, "Display P3 is redder than sRGB: {r} {g}");
}

#[test]
fn a_container_that_lies_is_refused() {
    let whole = avif(&noise(64, 32));
    let data = payload(&whole);
    let refused = |bytes: &[u8]| match render(bytes, &as_png(8)) {
        Err(Error::Broken(_)) => assert!(verify(bytes).is_err()),
        other => panic!("{other:?}"),
    };
    refused(&container(data, b"av01", (65, 32), &[]));
    refused(&container(data, b"av01", (16, 16), &[]));
    refused(&container(data, b"hvc1", (64, 32), &[]));
    refused(&container(&[], b"av01", (64, 32), &[]));
    refused(&container(&data.repeat(20), b"av01", (64, 32), &[]));
    // A grid without tiles.
    refused(&container(
        &[0, 0, 0, 0, 0, 64, 0, 32],
        b"grid",
        (64, 32),
        &[],
    ));
    crate::hostile::assert_refused_for_size(
        "avif",
        &container(data, b"av01", (60_000, 60_000), &[]),
    );
}
