//! Files made to hurt: refused quickly, by name, without panics and without large allocations.

use imaging::{Error, Format, Limits, NeverCancelled, OutputFormat, Transform};

use crate::fixtures::*;

/// Everything at once; the answers do not matter, that they come does.
fn survive(bytes: &[u8]) {
    let _ = inspect(bytes);
    let _ = verify(bytes);
    // Into a format that is written quickly: what is hostile comes in.
    let _ = render(
        bytes,
        &Transform {
            format: OutputFormat::Fixed(Format::Gif),
            ..Transform::to_width(5)
        },
    );
}

#[track_caller]
pub fn assert_refused_for_size(name: &str, bytes: &[u8]) {
    let refused = |result: Result<(), Error>| match result {
        Err(Error::TooManyPixels { .. } | Error::DimensionTooLarge { .. }) => {}
        other => panic!("{name}: {other:?}"),
    };
    refused(inspect(bytes).map(drop));
    refused(verify(bytes));
    refused(render(bytes, &Transform::to_width(200)).map(drop));
}

#[test]
fn headers_that_claim_too_much_are_refused_before_decoding() {
    let picture = quarters(16, 16);
    let huge = 60_000u32;
    let patched = |mut bytes: Vec<u8>, at: usize, with: &[u8]| {
        bytes[at..at + with.len()].copy_from_slice(with);
        bytes
    };
    let sides_be = [huge.to_be_bytes(), huge.to_be_bytes()].concat();
    let sides_le = [huge.to_le_bytes(), huge.to_le_bytes()].concat();
    let short_le = [(huge as u16).to_le_bytes(), (huge as u16).to_le_bytes()].concat();
    let short_be = [(huge as u16).to_be_bytes(), (huge as u16).to_be_bytes()].concat();
    let bytes = jpeg(&picture);
    let frame = bytes
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .unwrap();
    assert_refused_for_size("jpeg", &patched(bytes, frame + 5, &short_be));
    assert_refused_for_size("png", &patched(png(&picture), 16, &sides_be));
    assert_refused_for_size("gif", &patched(gif(&picture), 6, &short_le));
    assert_refused_for_size("bmp", &patched(bmp(&picture), 18, &sides_le));
    let bytes = webp(&picture);
    let header = [0x2F, 0xFF, 0xFF, 0xFF, 0x0F];
    assert_refused_for_size("webp", &patched(bytes, 20, &header));
    let bytes = webp_with_exif(&picture, &exif(1));
    assert_refused_for_size(
        "extended webp",
        &patched(bytes, 24, &[0x5F, 0xEA, 0, 0x5F, 0xEA, 0]),
    );
    let bytes = patched(tiff_turned(&picture, 1), 18, &huge.to_le_bytes());
    assert_refused_for_size("tiff", &patched(bytes, 30, &huge.to_le_bytes()));
}

#[test]
fn a_long_thin_picture_is_refused_for_its_length() {
    let bytes = png(&image::RgbaImage::new(20_000, 1));
    assert!(matches!(
        inspect(&bytes),
        Err(Error::DimensionTooLarge {
            width: 20_000,
            height: 1,
            max: 16_384
        })
    ));
    let limits = Limits {
        max_pixels: 1_000_000,
        ..Limits::default()
    };
    let bytes = png(&image::RgbaImage::new(1001, 1000));
    let error = imaging::inspect(std::io::Cursor::new(&bytes), &limits).unwrap_err();
    assert!(
        matches!(
            error,
            Error::TooManyPixels {
                megapixels: 2,
                max: 1,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn files_cut_anywhere_and_files_of_one_changed_byte_are_survived() {
    for (_, bytes) in every_format() {
        for len in 0..bytes.len() {
            survive(&bytes[..len]);
        }
        for at in 0..bytes.len().min(400) {
            for change in [0x00, 0x7F, 0xFF, bytes[at] ^ 0x01, bytes[at] ^ 0x80] {
                let mut changed = bytes.clone();
                changed[at] = change;
                survive(&changed);
            }
        }
    }
}

#[test]
fn nonsense_after_a_valid_start_is_refused() {
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    for (_, bytes) in every_format() {
        for kept in [12, 26, 33, 60] {
            let mut nonsense = bytes[..kept.min(bytes.len())].to_vec();
            nonsense.extend((0..2000).map(|_| random()));
            survive(&nonsense);
            if kept == 12 {
                assert!(verify(&nonsense).is_err());
            }
        }
    }
}

#[test]
fn what_is_no_picture_is_called_that() {
    assert!(matches!(inspect(b""), Err(Error::Empty)));
    assert!(matches!(
        inspect(b"Dear Anna, this is a letter named .jpg"),
        Err(Error::NotAnImage)
    ));
    assert!(matches!(
        render(b"", &Transform::to_width(5)),
        Err(Error::Empty)
    ));
    assert!(matches!(verify(b"GIF89a"), Err(Error::Broken(_))));
}

#[test]
fn formats_that_are_not_decoded_are_refused_by_name_with_advice() {
    for (bytes, format) in [
        (
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(),
            Format::Heic,
        ),
        (b"\xFF\x0A\0\0\0", Format::JpegXl),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", Format::Svg),
    ] {
        let Err(error @ Error::Unsupported(named)) = inspect(bytes) else {
            panic!("{format:?}")
        };
        assert_eq!(named, format);
        assert!(
            error.to_string().contains(format.title()) && error.to_string().contains("first"),
            "{error}"
        );
    }
}

#[test]
fn thousands_of_scans_are_not_decoded() {
    let bytes = progressive(&noise(640, 640));
    let scans: Vec<usize> = (0..bytes.len() - 1)
        .filter(|at| bytes[*at..*at + 2] == [0xFF, 0xDA])
        .collect();
    let repeated = bytes[scans[scans.len() - 1]..bytes.len() - 2].repeat(300);
    let bomb = [&bytes[..bytes.len() - 2], &repeated, &[0xFF, 0xD9]].concat();
    assert!(matches!(
        render(&bomb, &Transform::to_width(50)),
        Err(Error::Broken(_))
    ));
}

#[test]
fn a_profile_that_unpacks_to_gigabytes_is_not_unpacked() {
    // A megabyte of zeros again and again: deflate's longest match is 258 bytes, so 8 MB pack a thousandfold.
    let mut info = png::Info::with_size(4, 4);
    info.icc_profile = Some(vec![0; 300 << 20].into());
    let mut bomb = Vec::new();
    let mut writer = png::Encoder::with_info(&mut bomb, info)
        .unwrap()
        .write_header()
        .unwrap();
    writer.write_image_data(&[0; 16]).unwrap();
    writer.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    survive(&bomb);
}

#[test]
fn a_picture_with_more_rows_than_it_says_is_survived() {
    let small = jpeg(&quarters(16, 16));
    let large = jpeg(&quarters(64, 64));
    survive(&[&small[..small.len() - 2], &large[2..]].concat());
}

#[test]
fn directories_that_lead_in_circles_lead_nowhere() {
    let circle = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x08\0\0\0".to_vec();
    assert!(inspect(&circle).is_err());
    let bytes = with_chunk(&png(&quarters(8, 8)), b"eXIf", &circle);
    assert_eq!(inspect(&bytes).unwrap().orientation.exif_value(), 6);
    let many = [b"II*\0\x08\0\0\0\xFF\xFF".as_slice(), &[0x41; 3000]].concat();
    survive(&many);
    let far = b"II*\0\xFF\xFF\xFF\xFF".to_vec();
    survive(&far);
    let limits = Limits::default();
    assert!(imaging::verify(&far, &limits, &NeverCancelled).is_err());
}

#[test]
fn webp_chunks_that_claim_more_than_the_file_or_the_limits_are_refused() {
    let whole = webp_with_exif(&quarters(16, 16), &exif(1));
    let profile = [&whole[..30], b"ICCP\xF0\xFF\xFF\xFF", &whole[30..]].concat();
    assert!(matches!(inspect(&profile), Err(Error::Broken(_))));
    // The canvas is small, the pixels' own header says 16 384 × 16 384.
    let mut large = whole.clone();
    large[38..43].copy_from_slice(&[0x2F, 0xFF, 0xFF, 0xFF, 0x0F]);
    assert_refused_for_size("webp inside a canvas", &large);
}

/// Found by fuzzing: the extended header was read from a chunk too short for it, and stripping then left that out.
#[test]
fn a_webp_whose_extended_header_is_too_short_is_refused() {
    let bytes = include_bytes!("findings/a-header-shorter-than-its-fields.webp").as_slice();
    assert!(inspect(bytes).is_err());
    let whole = webp_with_exif(&quarters(16, 16), &exif(1));
    let mut short = whole;
    short[16..20].copy_from_slice(&9_u32.to_le_bytes());
    assert!(inspect(&short).is_err());
}

/// Found by fuzzing: the size was read from behind a chunk that had no room for it.
#[test]
fn a_webp_whose_pixels_have_no_length_is_refused() {
    let picture = quarters(16, 16);
    for mut bytes in [webp(&picture), lossy_webp(&picture)] {
        assert!(inspect(&bytes).is_ok());
        bytes[16..20].copy_from_slice(&0_u32.to_le_bytes());
        assert!(inspect(&bytes).is_err());
    }
}

/// Found by fuzzing: what plays an animation forgave what the decoder of its first frame does not.
#[test]
fn an_animation_that_is_called_whole_can_be_shown_still_too() {
    let bytes = include_bytes!("findings/a-frame-shorter-than-its-picture.webp").as_slice();
    let whole = verify(bytes);
    let still = Transform {
        format: OutputFormat::Fixed(Format::Jpeg),
        ..Transform::to_width(16)
    };
    let shown = render(bytes, &still);
    assert!(whole.is_err() || shown.is_ok(), "{whole:?}");
}
