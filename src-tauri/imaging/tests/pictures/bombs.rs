//! Small files that would be large work: answered within a second, whatever the answer is.

use std::time::{Duration, Instant};

use imaging::{Error, Format, OutputFormat, Transform};

use crate::fixtures::*;

/// Everything at once. A second is what a reader waits; tests run unoptimised and several at a time.
#[track_caller]
fn quickly(bytes: &[u8]) -> Result<imaging::RenderedImage, Error> {
    let begin = Instant::now();
    let _ = inspect(bytes);
    let _ = verify(bytes);
    let _ = imaging::strip_metadata(std::io::Cursor::new(bytes), std::io::sink());
    let rendered = render(
        bytes,
        &Transform {
            format: OutputFormat::Fixed(Format::WebP),
            ..Transform::to_width(20)
        },
    );
    assert!(
        begin.elapsed() < Duration::from_secs(3),
        "{:?}",
        begin.elapsed()
    );
    rendered
}

/// 64 MB of text in a few bytes.
fn texts() -> png::Info<'static> {
    let mut info = png::Info::with_size(8, 8);
    let text = " ".repeat(64 << 20);
    let mut plain = png::text_metadata::ITXtChunk::new("Comment", text.as_str());
    plain.compressed = true;
    plain.compress_text().unwrap();
    info.utf8_text.push(plain);
    let mut old = png::text_metadata::ZTXtChunk::new("Comment", text);
    old.compress_text().unwrap();
    info.compressed_latin1_text.push(old);
    info
}

#[test]
fn text_that_unpacks_to_much_is_not_unpacked() {
    let mut bytes = Vec::new();
    let mut writer = png::Encoder::with_info(&mut bytes, texts())
        .unwrap()
        .write_header()
        .unwrap();
    writer.write_image_data(&[7; 64]).unwrap();
    writer.finish().unwrap();
    assert!(bytes.len() < 1 << 20);
    quickly(&bytes).unwrap();
}

#[test]
fn pixels_that_unpack_to_more_than_the_header_says_are_not_unpacked() {
    let large = png_of(
        (8000, 8000),
        png::ColorType::Grayscale,
        png::BitDepth::Eight,
        &vec![0; 8000 * 8000],
        |_| {},
    );
    let header = [
        &4u32.to_be_bytes()[..],
        &4u32.to_be_bytes(),
        &[8, 0, 0, 0, 0],
    ]
    .concat();
    let bytes = [&large[..8], &chunk(b"IHDR", &header), &large[33..]].concat();
    assert_eq!(inspect(&bytes).unwrap().width, 4);
    let _ = quickly(&bytes);
}

#[test]
fn a_hundred_thousand_frames_are_one_picture() {
    let frame = gif::Frame::from_rgba(1, 1, &mut RED.clone());
    let gif = gif_of(3000, 3000, gif::Repeat::Infinite, &vec![frame; 100_000]);
    assert!(quickly(&gif).unwrap().first_frame_only);

    let webp = crate::animation::moving_webp();
    let first = webp.windows(4).position(|name| name == b"ANMF").unwrap();
    let mut body = webp[8..first].to_vec();
    let frame = {
        let len = u32::from_le_bytes(webp[first + 4..first + 8].try_into().unwrap());
        &webp[first..first + 8 + len as usize]
    };
    body.extend(frame.repeat(100_000));
    let webp = [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat();
    assert!(quickly(&webp).unwrap().first_frame_only);

    let control = chunk(b"fcTL", &[0; 26]);
    let png = with_chunk(&crate::animation::moving_png(), b"tEXt", b"a\0b");
    let png = [&png[..33], &control.repeat(100_000), &png[33..]].concat();
    let _ = quickly(&png);
}

#[test]
fn large_frames_count_in_a_small_animation() {
    let frame = gif::Frame::from_rgba(1500, 1500, &mut RED.repeat(1500 * 1500));
    let gif = gif_of(2, 2, gif::Repeat::Infinite, &vec![frame; 500]);
    assert!(quickly(&gif).unwrap().first_frame_only);
}

#[test]
fn bmps_with_impossible_sizes_are_refused() {
    let bytes = bmp(&quarters(16, 16));
    let sized = |width: i32, height: i32| {
        let mut bytes = bytes.clone();
        bytes[18..22].copy_from_slice(&width.to_le_bytes());
        bytes[22..26].copy_from_slice(&height.to_le_bytes());
        bytes
    };
    for (width, height) in [
        (-16, 16),
        (i32::MIN, i32::MIN),
        (16, i32::MIN),
        (i32::MAX, i32::MAX),
        (0, 16),
        (16, 0),
        (65_536, 65_537),
    ] {
        assert!(
            quickly(&sized(width, height)).is_err(),
            "{width} × {height}"
        );
    }
    // Rows from the top are no mistake.
    assert_eq!(inspect(&sized(16, -16)).unwrap().height, 16);
    // Colours that the file has no room for, and rows that begin at its end.
    for (at, with) in [(46, u32::MAX), (10, u32::MAX), (10, 0)] {
        let mut bytes = bytes.clone();
        bytes[at..at + 4].copy_from_slice(&with.to_le_bytes());
        let _ = quickly(&bytes);
    }
}

#[test]
fn tiffs_that_lead_in_circles_or_claim_endless_strips_are_survived() {
    let bytes = tiff_turned(&quarters(16, 16), 1);
    let next = 8 + 2 + 10 * 12;
    let mut circle = bytes.clone();
    circle[next..next + 4].copy_from_slice(&8u32.to_le_bytes());
    let _ = quickly(&circle);
    // Strips, their lengths and bits: how many of each, and where.
    for entry in [2, 5, 9] {
        for at in [4, 8] {
            let mut claims = bytes.clone();
            let at = 10 + entry * 12 + at;
            claims[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
            assert!(quickly(&claims).is_err());
        }
    }
}

#[test]
fn avif_boxes_that_claim_endless_items_are_survived() {
    let bytes = crate::avif::avif(&quarters(16, 16));
    let name = |name: &[u8; 4]| bytes.windows(4).position(|four| four == name).unwrap();
    for (at, with) in [
        (name(b"iloc") + 8, [0, 0, 0xFF, 0xFF]),
        (name(b"ipma") + 8, [0xFF; 4]),
        (name(b"meta") - 4, [0x7F, 0xFF, 0xFF, 0xFF]),
        (name(b"meta") - 4, [0; 4]),
        (name(b"iinf") - 4, [0, 0, 0, 1]),
    ] {
        let mut claims = bytes.clone();
        claims[at..at + 4].copy_from_slice(&with);
        let _ = quickly(&claims);
    }
    // The same item a hundred thousand times, and boxes without a body.
    let many = [
        &bytes[..32],
        &b"\0\0\0\x08free".repeat(100_000),
        &bytes[32..],
    ]
    .concat();
    assert!(quickly(&many).is_err());
}
