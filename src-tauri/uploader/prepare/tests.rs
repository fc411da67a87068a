//! What goes out, for pictures of every sort.

use std::io::Cursor;
use std::path::PathBuf;

use image::{DynamicImage, ImageFormat, RgbImage};
use jiff::Timestamp;

use super::*;

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

struct Scratch(tempfile::TempDir);

impl Scratch {
    fn new() -> Scratch {
        Scratch(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// What is made of these bytes, and of what they told.
    fn apply(&self, preparation: &Preparation, bytes: &[u8]) -> (Vec<u8>, PrepareOutcome) {
        let path = self.file("given", bytes);
        let into = self.0.path().join("made");
        let prepared = preparation
            .apply(&Picture::inspect(&path, "given").unwrap(), &into)
            .unwrap();
        assert_eq!(into.exists(), prepared.changed);
        let sent = if prepared.changed { into } else { path };
        (fs::read(sent).unwrap(), prepared)
    }
}

fn encode_picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([x as u8, y as u8, (x * y) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture)
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

/// A JPEG with EXIF that says an orientation and where it was taken.
fn jpeg_with_exif(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let plain = encode_picture(width, height, ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0]);
    // A camera's name, which is what a stranger would read.
    exif.extend(b"\x01\x0f\0\x02\0\0\0\x04CAM\0\0\0\0\0");
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&plain[2..]);
    bytes
}

fn pixels(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes).unwrap().to_rgb8()
}

fn contains_bytes(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

fn format_and_size(bytes: &[u8]) -> (Format, u32, u32) {
    let info = imaging::inspect(Cursor::new(bytes), &Limits::default()).unwrap();
    (info.format, info.width, info.height)
}

#[test]
fn a_picture_without_metadata_is_sent_unchanged() {
    let world = Scratch::new();
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let bytes = encode_picture(40, 30, format);
        let (sent, prepared) = world.apply(&Preparation::default(), &bytes);
        assert!(sent == bytes, "{format:?}");
        assert_eq!(prepared.metadata, MetadataOutcome::None, "{format:?}");
    }
}

#[test]
fn metadata_is_removed_and_pixels_and_orientation_stay() {
    let world = Scratch::new();
    let bytes = jpeg_with_exif(40, 30, 6);
    assert!(contains_bytes(&bytes, b"CAM"));
    let (sent, prepared) = world.apply(&Preparation::default(), &bytes);
    assert_eq!(prepared.metadata, MetadataOutcome::Removed);
    assert!(!contains_bytes(&sent, b"CAM"));
    assert!(pixels(&sent) == pixels(&bytes));
    assert_eq!(
        format_and_size(&sent),
        (Format::Jpeg, 30, 40),
        "still on its side"
    );
}

#[test]
fn metadata_is_kept_when_stripping_is_off() {
    let world = Scratch::new();
    let keep = Preparation {
        strip: false,
        ..Preparation::default()
    };
    let bytes = jpeg_with_exif(40, 30, 1);
    let (sent, prepared) = world.apply(&keep, &bytes);
    assert!(sent == bytes);
    assert_eq!(prepared.metadata, MetadataOutcome::Kept);
}

#[test]
fn a_format_that_cannot_be_stripped_is_reported_as_unknown() {
    let world = Scratch::new();
    let bytes = encode_picture(4, 4, ImageFormat::Bmp);
    let (sent, prepared) = world.apply(&Preparation::default(), &bytes);
    assert!(sent == bytes);
    assert_eq!(prepared.metadata, MetadataOutcome::Unknown);
}

#[test]
fn the_longest_side_is_limited_upright_or_not_and_never_made_longer() {
    let world = Scratch::new();
    let limited = Preparation {
        longest: Some(100),
        ..Preparation::default()
    };
    let cases = [
        ((200, 50), (100, 25)),
        ((50, 200), (25, 100)),
        ((100, 100), (100, 100)),
        ((20, 10), (20, 10)),
    ];
    for ((width, height), expected) in cases {
        let bytes = encode_picture(width, height, ImageFormat::Png);
        let (sent, _) = world.apply(&limited, &bytes);
        let (format, width, height) = format_and_size(&sent);
        assert_eq!((format, (width, height)), (Format::Png, expected));
    }
    // As it is displayed, which is not as it is stored.
    let (sent, _) = world.apply(&limited, &jpeg_with_exif(200, 50, 6));
    assert_eq!(format_and_size(&sent), (Format::Jpeg, 25, 100));
    assert!(!contains_bytes(&sent, b"CAM"));
}

#[test]
fn pictures_are_converted_unless_they_have_that_format_already() {
    let world = Scratch::new();
    for (convert, format) in [
        (ConversionFormat::Webp, Format::WebP),
        (ConversionFormat::Jpeg, Format::Jpeg),
        (ConversionFormat::Png, Format::Png),
    ] {
        let wish = Preparation {
            convert: Some(convert),
            ..Preparation::default()
        };
        for given in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Bmp] {
            let bytes = encode_picture(60, 20, given);
            let (sent, prepared) = world.apply(&wish, &bytes);
            assert_eq!(
                format_and_size(&sent),
                (format, 60, 20),
                "{given:?} {convert:?}"
            );
            assert_eq!(prepared.changed, format_and_size(&bytes).0 != format);
        }
    }
}

#[test]
fn a_lower_quality_makes_a_smaller_file() {
    let world = Scratch::new();
    let at = |quality| Preparation {
        convert: Some(ConversionFormat::Jpeg),
        quality: Some(quality),
        ..Preparation::default()
    };
    let bytes = encode_picture(300, 300, ImageFormat::Png);
    let (small, _) = world.apply(&at(20), &bytes);
    let (large, _) = world.apply(&at(95), &bytes);
    assert!(small.len() * 2 < large.len());
    // Nonsense is what comes nearest to it.
    world.apply(&at(0), &bytes);
    world.apply(&at(255), &bytes);
}

#[test]
fn an_animation_stays_an_animation() {
    let world = Scratch::new();
    let mut bytes = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        for shade in [0, 255] {
            let frame = image::RgbaImage::from_pixel(8, 8, image::Rgba([shade, 0, 0, 255]));
            encoder.encode_frame(image::Frame::new(frame)).unwrap();
        }
    }
    let to = |convert| Preparation {
        convert: Some(convert),
        ..Preparation::default()
    };
    let (sent, _) = world.apply(&to(ConversionFormat::Jpeg), &bytes);
    assert!(
        sent == bytes,
        "a JPEG of its first frame is not the picture"
    );
    let (sent, _) = world.apply(&to(ConversionFormat::Webp), &bytes);
    let info = imaging::inspect(Cursor::new(sent), &Limits::default()).unwrap();
    assert_eq!((info.format, info.animated), (Format::WebP, true));
}

#[test]
fn a_picture_without_an_end_mark_is_prepared_too() {
    let world = Scratch::new();
    let whole = jpeg_with_exif(40, 30, 1);
    let (sent, prepared) = world.apply(&Preparation::default(), &whole[..whole.len() - 2]);
    assert_eq!(prepared.metadata, MetadataOutcome::Removed);
    assert!(!contains_bytes(&sent, b"CAM"));
    assert!(pixels(&sent) == pixels(&whole));
}

#[test]
fn the_preview_is_what_is_sent() {
    let world = Scratch::new();
    let bytes = jpeg_with_exif(400, 100, 6);
    let path = world.file("holiday.jpeg", &bytes);
    let preparation = Preparation {
        longest: Some(200),
        convert: Some(ConversionFormat::Webp),
        name: Some(Template::parse("{date}_{name}_{counter}_{w}x{h}").unwrap()),
        ..Preparation::default()
    };
    let preview = preparation.preview(&path, &FixedClock).unwrap();
    let (sent, prepared) = world.apply(&preparation, &bytes);
    let expected = Preview {
        name: "1970-01-01_holiday_1_50x200.webp".into(),
        format: "webp",
        width: 50,
        height: 200,
        bytes: sent.len() as u64,
        metadata: prepared.metadata,
    };
    assert_eq!(preview, expected);
    let info = Picture::inspect(&path, "holiday.jpeg").unwrap().info;
    assert_eq!(preparation.output_info(&info), (Format::WebP, 50, 200));
}

#[test]
fn a_name_changes_only_its_extension_with_the_format() {
    let info = |format| ImageInfo {
        format,
        ..Picture::from_reader("a", encode_picture(4, 4, ImageFormat::Png).as_slice())
            .unwrap()
            .info
    };
    let facts = |name: &str| NameContext {
        name: name.into(),
        added_at: jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0),
        digest: String::new(),
        counter: 1,
        width: 4,
        height: 4,
    };
    let to_webp = Preparation {
        convert: Some(ConversionFormat::Webp),
        ..Preparation::default()
    };
    let cases = [
        (Preparation::default(), Format::Jpeg, "a.JPEG", "a.JPEG"),
        (to_webp.clone(), Format::Jpeg, "a.b.jpeg", "a.b.webp"),
        (to_webp.clone(), Format::WebP, "a.webp", "a.webp"),
        (to_webp, Format::Png, "noending", "noending.webp"),
    ];
    for (preparation, format, name, expected) in cases {
        assert_eq!(
            preparation.output_name(&info(format), &facts(name)),
            expected
        );
    }
}

#[test]
fn missing_settings_mean_the_default() {
    let read: Preparation = serde_json::from_str("{}").unwrap();
    assert_eq!(read, Preparation::default());
    assert!(
        read.strip,
        "what a picture tells is taken out unless told otherwise"
    );
}
