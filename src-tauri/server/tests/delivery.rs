//! `GET /{id}`, `GET /{id}/{width}`, `GET /{id}/original`.

use image::ImageFormat;

use super::harness::{World, picture, png};
use crate::config::Config;

const FOR_GOOD: &str = "public, max-age=31536000, immutable";

#[tokio::test]
async fn an_original_is_served_verbatim_and_for_good() {
    let world = World::new();
    for (format, media_type) in [
        (ImageFormat::Png, "image/png"),
        (ImageFormat::Jpeg, "image/jpeg"),
        (ImageFormat::WebP, "image/webp"),
        (ImageFormat::Gif, "image/gif"),
        (ImageFormat::Bmp, "image/bmp"),
    ] {
        let file = picture(50, 20, format);
        let answer = world.get(&world.put(&file).await).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body[..]),
            (200, &file[..]),
            "{format:?}"
        );
        for (name, value) in [
            ("content-type", media_type),
            ("cache-control", FOR_GOOD),
            ("x-content-type-options", "nosniff"),
            ("access-control-allow-origin", "*"),
            ("cross-origin-resource-policy", "cross-origin"),
            ("accept-ranges", "bytes"),
            ("content-length", &file.len().to_string()),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
    }
}

#[tokio::test]
async fn a_width_is_made_once_and_kept() {
    let world = World::new();
    let path = format!("{}/100", world.put(&png(300, 200)).await);
    let made = world.get(&path).await;
    assert_eq!(made.picture(), (100, 67, ImageFormat::Png));
    assert_eq!(
        (made.header("content-type"), made.header("cache-control")),
        ("image/png", FOR_GOOD)
    );
    let kept = world.get(&format!("{path}?whatever")).await;
    assert_eq!(
        (&kept.body, kept.header("etag")),
        (&made.body, made.header("etag"))
    );
    assert_eq!(
        world.get(&path.replace("/100", "/0100")).await.body,
        made.body
    );
}

#[tokio::test]
async fn a_header_says_that_an_animation_was_stilled() {
    let moving = |frames| {
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        for tint in 0..frames {
            let frame = image::RgbaImage::from_pixel(8, 8, image::Rgba([tint as u8, 0, 0, 255]));
            encoder.encode_frame(image::Frame::new(frame)).unwrap();
        }
        drop(encoder);
        bytes
    };
    let world = World::new();
    // More frames than are rendered.
    let long = world.put(&moving(2_001)).await;
    for _ in ["made", "kept"] {
        let answer = world.get(&format!("{long}/4")).await;
        assert_eq!(answer.picture(), (4, 4, ImageFormat::Gif));
        assert_eq!(answer.header("vitrine-animation"), "first-frame");
    }
    assert_eq!(world.get(&long).await.header("vitrine-animation"), "");
    let short = world.put(&moving(3)).await;
    for path in [short.clone(), format!("{short}/4")] {
        assert_eq!(world.get(&path).await.header("vitrine-animation"), "");
    }
}

#[tokio::test]
async fn many_who_ask_for_a_new_width_at_once_are_one_job() {
    let world = World::set(Config {
        workers: 1,
        queue: 0,
        ..Config::default()
    });
    let path = format!("{}/100", world.put(&png(300, 200)).await);
    let answers = futures_util::future::join_all((0..50).map(|_| world.get(&path))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
}

#[tokio::test]
async fn beyond_the_queue_the_client_is_told_when_to_come_back() {
    let world = World::set(Config {
        workers: 1,
        queue: 0,
        ..Config::default()
    });
    let path = world.put(&png(300, 200)).await;
    let _working = world.app.limiter.acquire(1).await.unwrap();
    let refused = world.get(&format!("{path}/100")).await;
    refused.refuses(503, "Server is busy");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    assert_eq!(world.get(&path).await.status, 200);
}

#[tokio::test]
async fn a_picture_is_never_enlarged() {
    let world = World::new();
    let file = picture(300, 200, ImageFormat::Jpeg);
    let path = world.put(&file).await;
    for width in [300, 301, 2400] {
        assert_eq!(world.get(&format!("{path}/{width}")).await.body, file);
    }
}

#[tokio::test]
async fn a_wide_picture_is_shown_at_2400_and_kept_whole() {
    let world = World::new();
    let file = png(2500, 10);
    let path = world.put(&file).await;
    assert_eq!(
        world.get(&path).await.picture(),
        (2400, 10, ImageFormat::Png)
    );
    assert_eq!(world.get(&format!("{path}/original")).await.body, file);
    assert_eq!(
        world.get(&format!("{path}/2400")).await.body,
        world.get(&path).await.body
    );
}

#[tokio::test]
async fn tiff_is_shown_as_png_and_bmp_becomes_png_at_a_width() {
    let world = World::new();
    let (tiff, bmp) = (
        picture(90, 60, ImageFormat::Tiff),
        picture(90, 60, ImageFormat::Bmp),
    );
    let path = world.put(&tiff).await;
    assert_eq!(world.get(&path).await.picture(), (90, 60, ImageFormat::Png));
    assert_eq!(
        world.get(&format!("{path}/30")).await.picture(),
        (30, 20, ImageFormat::Png)
    );
    assert_eq!(
        world.get(&format!("{path}/200")).await.picture(),
        (90, 60, ImageFormat::Png)
    );
    let original = world.get(&format!("{path}/original")).await;
    assert_eq!(
        (&original.body[..], original.header("content-type")),
        (&tiff[..], "image/tiff")
    );
    let path = world.put(&bmp).await;
    assert_eq!(world.get(&path).await.body, bmp);
    assert_eq!(
        world.get(&format!("{path}/30")).await.picture(),
        (30, 20, ImageFormat::Png)
    );
    assert_eq!(
        world.get(&format!("{path}/90")).await.picture(),
        (90, 60, ImageFormat::Png)
    );
}

#[tokio::test]
async fn the_width_is_judged_before_the_image_is_looked_for() {
    let world = World::new();
    let path = world.put(&png(300, 200)).await;
    for width in [
        "0",
        "2401",
        "abc",
        "-5",
        "+400",
        "400.5",
        "1e3",
        "99999999999999999999",
        "%20400",
        "Original",
    ] {
        world
            .get(&format!("{path}/{width}"))
            .await
            .refuses(400, "Width must be between 1 and 2400");
        world
            .get(&format!("/a7xK9mPq2w/{width}"))
            .await
            .refuses(400, "Width must be between 1 and 2400");
    }
    for unknown in [
        "/a7xK9mPq2w",
        "/a7xK9mPq2w/400",
        "/a7xK9mPq2w/original",
        "/wp-login.php",
        "/some/thing",
        "/%ff",
        "/%ff/400",
    ] {
        world.get(unknown).await.refuses(404, "Image not found");
    }
}

#[tokio::test]
async fn a_width_of_what_cannot_be_decoded_is_the_picture_s_fault() {
    let world = World::new();
    let mut file = png(300, 200);
    let middle = file.len() / 2;
    file[middle..middle + 40].fill(0xff);
    let path = world.put(&file).await;
    world
        .get(&format!("{path}/100"))
        .await
        .refuses(400, "Invalid image file");
    assert_eq!(world.get(&path).await.body, file);
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let world = World::new();
    let path = world.put(&png(300, 200)).await;
    for path in [path.clone(), format!("{path}/77")] {
        let etag = world.get(&path).await.header("etag").to_owned();
        let unchanged = world
            .get_with(&path, &[("if-none-match", &format!("\"x\", W/{etag}"))])
            .await;
        assert_eq!((unchanged.status.as_u16(), unchanged.body.len()), (304, 0));
        assert_eq!(
            (unchanged.header("etag"), unchanged.header("cache-control")),
            (&etag[..], FOR_GOOD)
        );
        let since = unchanged.header("last-modified");
        assert_eq!(
            world
                .get_with(&path, &[("if-modified-since", since)])
                .await
                .status,
            304
        );
        assert_eq!(
            world
                .get_with(&path, &[("if-none-match", "\"x\"")])
                .await
                .status,
            200
        );
    }
}

#[tokio::test]
async fn a_304_for_a_width_costs_no_rendering() {
    let world = World::set(Config {
        workers: 1,
        queue: 0,
        ..Config::default()
    });
    let path = format!("{}/100", world.put(&png(300, 200)).await);
    let _working = world.app.limiter.acquire(1).await.unwrap();
    assert_eq!(
        world
            .get_with(&path, &[("if-none-match", "*")])
            .await
            .status,
        304
    );
}

#[tokio::test]
async fn parts_of_an_original_are_served_small_or_large() {
    let world = World::new();
    let mut large = png(30, 20);
    large.resize(700_000, 7);
    for file in [png(30, 20), large] {
        let path = world.put(&file).await;
        let last = file.len() - 1;
        for (range, from, to) in [
            ("bytes=0-0", 0, 0),
            ("bytes=10-19", 10, 19),
            ("bytes=-5", last - 4, last),
            ("bytes=7-", 7, last),
        ] {
            let part = world.get_with(&path, &[("range", range)]).await;
            assert_eq!(part.status, 206);
            assert_eq!(part.body, file[from..=to]);
            assert_eq!(
                part.header("content-range"),
                format!("bytes {from}-{to}/{}", file.len())
            );
            assert_eq!(part.header("content-length"), part.body.len().to_string());
        }
        let outside = world
            .get_with(&path, &[("range", "bytes=999999999-")])
            .await;
        outside.refuses(416, "Range not satisfiable");
        assert_eq!(
            outside.header("content-range"),
            format!("bytes */{}", file.len())
        );
        assert_eq!(
            world
                .get_with(&path, &[("range", "bytes=0-0,2-3")])
                .await
                .body,
            file
        );
        assert_eq!(
            world
                .get_with(&path, &[("range", "bytes=0-0"), ("if-range", "\"x\"")])
                .await
                .body,
            file
        );
    }
}

#[tokio::test]
async fn head_says_what_get_would_without_the_bytes() {
    let world = World::new();
    let path = world.put(&png(300, 200)).await;
    for path in [
        path.clone(),
        format!("{path}/50"),
        format!("{path}/original"),
    ] {
        let (get, head) = (world.get(&path).await, world.ask("HEAD", &path).await);
        assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
        for name in ["content-type", "etag", "cache-control"] {
            assert_eq!(head.header(name), get.header(name));
        }
        assert_eq!(head.header("content-length"), get.body.len().to_string());
    }
}
