//! `GET /{id}/{width}`: every width, right and wrong, and the pixels that come back.

use image::AnimationDecoder;
use tests::{Vitrine, picture};

const WRONG_WIDTH: &str = "Width must be between 1 and 2400";

#[test]
fn a_width_is_a_whole_number_from_1_to_2400() {
    let vitrine = Vitrine::start();
    let id = vitrine.upload("a.png", &picture::png(500, 250));
    let wrong = [
        "0",
        "2401",
        "abc",
        "-5",
        "400.5",
        "1e3",
        "99999999999999999999999",
        "4294967696",
        "18446744073709552016",
        "+400",
        "400px",
        "0x190",
        "000",
        "4%200",
        "%20400",
        "400%00",
        "NaN",
        "Original",
        "\u{664}\u{660}\u{660}",
    ];
    for width in wrong {
        let width: String = width
            .bytes()
            .map(|byte| {
                if byte.is_ascii() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect();
        let answer = vitrine.get(&format!("/{id}/{width}"));
        assert_eq!(answer.status, 400, "{width}: {answer}");
        answer.refuses(400, WRONG_WIDTH);
    }
    for (width, shown) in [
        ("1", 1),
        ("0400", 400),
        ("499", 499),
        ("500", 500),
        ("501", 500),
        ("2400", 500),
    ] {
        assert_eq!(
            vitrine
                .get(&format!("/{id}/{width}"))
                .is(200)
                .picture()
                .width(),
            shown,
            "{width}"
        );
    }
}

#[test]
fn the_width_is_looked_at_before_the_image() {
    let vitrine = Vitrine::start();
    vitrine.get("/aaaaaaaaaa/0").refuses(400, WRONG_WIDTH);
    vitrine
        .get("/aaaaaaaaaa/400")
        .refuses(404, "Image not found");
}

#[test]
fn the_ratio_is_kept_rounded_and_never_below_one_row() {
    let vitrine = Vitrine::start();
    let size = |bytes: &[u8], width: u32| {
        let id = vitrine.upload("a.png", bytes);
        let shown = vitrine.get(&format!("/{id}/{width}")).is(200).picture();
        (shown.width(), shown.height())
    };
    assert_eq!(size(&picture::png(1000, 333), 100), (100, 33));
    assert_eq!(size(&picture::png(1000, 335), 100), (100, 34));
    assert_eq!(size(&picture::png(3, 2), 2), (2, 1));
    assert_eq!(size(&picture::png(1000, 1), 10), (10, 1));
    assert_eq!(size(&picture::png(1, 1000), 1), (1, 1000));
}

#[test]
fn a_width_beyond_the_picture_gives_the_same_bytes_as_no_width() {
    let vitrine = Vitrine::start();
    let bytes = picture::jpeg(300, 200);
    let id = vitrine.upload("a.jpg", &bytes);
    for width in [300, 301, 2400] {
        assert!(
            vitrine.get(&format!("/{id}/{width}")).is(200).body == bytes,
            "{width}"
        );
    }
}

#[test]
fn a_picture_wider_than_2400_is_capped_and_its_original_is_one_link_away() {
    let vitrine = Vitrine::start();
    for (media_type, bytes) in [
        ("image/jpeg", picture::jpeg(3000, 100)),
        ("image/png", picture::png(3000, 100)),
    ] {
        let id = vitrine.upload("wide", &bytes);
        let shown = vitrine.get(&format!("/{id}")).is(200);
        assert_eq!(shown.header("content-type"), media_type);
        assert_eq!(
            (shown.picture().width(), shown.picture().height()),
            (2400, 80)
        );
        assert!(vitrine.get(&format!("/{id}/2400")).is(200).body == shown.body);
        let original = vitrine.get(&format!("/{id}/original")).is(200);
        assert!(original.body == bytes);
        assert_eq!(
            original.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(original.header("content-type"), media_type);
    }
}

#[test]
fn every_format_stays_what_it_is_at_a_width() {
    let vitrine = Vitrine::start();
    let cases = [
        (
            "image/jpeg",
            image::ImageFormat::Jpeg,
            picture::jpeg(400, 200),
        ),
        ("image/png", image::ImageFormat::Png, picture::png(400, 200)),
        (
            "image/webp",
            image::ImageFormat::WebP,
            picture::webp(400, 200),
        ),
        ("image/gif", image::ImageFormat::Gif, picture::gif(400, 200)),
    ];
    for (media_type, format, bytes) in cases {
        let id = vitrine.upload("a", &bytes);
        let shown = vitrine.get(&format!("/{id}/100")).is(200);
        assert_eq!(shown.header("content-type"), media_type);
        assert_eq!(image::guess_format(&shown.body).ok(), Some(format));
        let pixels = shown.picture().to_rgb8();
        assert_eq!(pixels.dimensions(), (100, 50));
        let (corner, middle) = (pixels.get_pixel(4, 4), pixels.get_pixel(95, 45));
        assert!(
            corner[2] > 150 && corner[0] < 80,
            "{media_type}: {corner:?}"
        );
        assert!(
            middle[2] < 100 && middle[0] > 170 && middle[1] > 150,
            "{media_type}: {middle:?}"
        );
    }
}

#[test]
fn transparency_stays_transparent() {
    let vitrine = Vitrine::start();
    let id = vitrine.upload("a.png", &picture::png_with_alpha(200, 100));
    let shown = vitrine
        .get(&format!("/{id}/100"))
        .is(200)
        .picture()
        .to_rgba8();
    assert_eq!(shown.get_pixel(10, 25).0, [200, 30, 30, 255]);
    assert_eq!(shown.get_pixel(90, 25)[3], 0);
}

#[test]
fn an_animation_keeps_moving_at_a_width() {
    let vitrine = Vitrine::start();
    let id = vitrine.upload("a.gif", &picture::gif_animated(120, 60, 5));
    let shown = vitrine.get(&format!("/{id}/40")).is(200);
    assert_eq!(shown.header("content-type"), "image/gif");
    let decoder =
        image::codecs::gif::GifDecoder::new(std::io::Cursor::new(&shown.body)).expect("a GIF");
    let frames = decoder
        .into_frames()
        .collect_frames()
        .expect("whole frames");
    assert_eq!(frames.len(), 5);
    for (number, frame) in frames.iter().enumerate() {
        assert_eq!(frame.delay().numer_denom_ms(), (100, 1));
        assert_eq!(frame.buffer().dimensions(), (40, 20));
        let pixel = frame.buffer().get_pixel(20, 10);
        let brightest = (0..3)
            .max_by_key(|channel| pixel[*channel])
            .expect("three channels");
        assert_eq!(brightest, number % 3, "frame {number}: {pixel:?}");
    }
}

#[test]
fn a_rotated_photo_is_upright_at_a_width() {
    let vitrine = Vitrine::start();
    for orientation in 1..=8 {
        let bytes = picture::jpeg_turned(400, 200, orientation);
        let id = vitrine.upload("photo.jpg", &bytes);
        assert!(
            vitrine.get(&format!("/{id}")).is(200).body == bytes,
            "the original is verbatim"
        );
        let shown = vitrine
            .get(&format!("/{id}/100"))
            .is(200)
            .picture()
            .to_rgb8();
        let expected = if orientation < 5 {
            (100, 50)
        } else {
            (100, 200)
        };
        assert_eq!(shown.dimensions(), expected, "orientation {orientation}");
        // Where the stored picture's blue top left quarter is seen.
        let (right, bottom) = match orientation {
            1 | 5 => (false, false),
            2 | 6 => (true, false),
            3 | 7 => (true, true),
            _ => (false, true),
        };
        for (x_right, y_bottom) in [(false, false), (true, false), (true, true), (false, true)] {
            let x = shown.width() * if x_right { 3 } else { 1 } / 4;
            let y = shown.height() * if y_bottom { 3 } else { 1 } / 4;
            let blue = shown.get_pixel(x, y)[2] > 128;
            assert_eq!(
                blue,
                (x_right, y_bottom) == (right, bottom),
                "orientation {orientation} at {x},{y}"
            );
        }
    }
}
