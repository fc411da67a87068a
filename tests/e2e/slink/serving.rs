//! `GET /image/{id}.{ext}`: sizes, formats, headers, views.

use super::*;

#[track_caller]
fn size(slink: &Slink, path: &str) -> (u32, u32) {
    let shown = slink.vitrine.get(path).is(200).picture();
    (shown.width(), shown.height())
}

#[test]
fn both_addresses_serve_the_same_to_everybody() {
    let slink = Slink::start();
    let bytes = picture::png(50, 40);
    let id = slink.upload(&bytes);
    for path in [
        format!("/image/{id}.png"),
        format!("/api/image/{id}.png"),
        format!("//api/image/{id}.png"),
    ] {
        let shown = slink.vitrine.get(&path).is(200);
        assert_eq!(shown.header("content-type"), "image/png");
        assert_eq!(
            shown.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(shown.header("access-control-allow-origin"), "*");
        assert_eq!(shown.header("cross-origin-resource-policy"), "cross-origin");
        assert_eq!(shown.header("x-content-type-options"), "nosniff");
        assert_eq!(shown.header("accept-ranges"), "bytes");
        assert!(shown.body == bytes);
    }
    let upper = format!("/image/{}.PNG", id.to_uppercase());
    assert!(slink.vitrine.get(&upper).is(200).body == bytes);
}

#[test]
fn a_box_holds_the_whole_picture_and_nothing_is_enlarged() {
    let slink = Slink::start();
    let id = slink.upload(&picture::png(400, 200));
    for (query, expected) in [
        ("w=100&h=100", (100, 50)),
        ("width=100&height=100", (100, 50)),
        ("w=100&width=300", (100, 50)),
        ("w=100", (100, 50)),
        ("h=100", (200, 100)),
        ("h=50&w=300", (100, 50)),
        ("w=1000", (400, 200)),
        ("w=1000&h=100", (200, 100)),
        ("w=9999999999999999999999", (400, 200)),
        ("w=100&crop=false", (100, 50)),
        ("w=100&crop=nonsense", (100, 50)),
        ("w=100&s=signature&filter=sepia", (100, 50)),
        ("", (400, 200)),
    ] {
        assert_eq!(
            size(&slink, &format!("/image/{id}.png?{query}")),
            expected,
            "{query}"
        );
    }
}

#[test]
fn a_crop_fills_the_box_from_the_centre_and_shrinks_where_the_picture_is_smaller() {
    let slink = Slink::start();
    let id = slink.upload(&picture::png(400, 200));
    for (query, expected) in [
        ("w=100&h=100&crop=true", (100, 100)),
        ("w=100&h=50&crop=1", (100, 50)),
        ("w=50&h=150&crop=on", (50, 150)),
        ("w=80&crop=yes", (80, 80)),
        ("h=80&crop=true", (80, 80)),
        ("w=800&h=400&crop=true", (400, 200)),
        ("w=800&h=800&crop=true", (200, 200)),
        ("w=300&h=300&crop=true", (200, 200)),
        ("crop=true", (400, 200)),
    ] {
        assert_eq!(
            size(&slink, &format!("/image/{id}.png?{query}")),
            expected,
            "{query}"
        );
    }
    // The ramp grows redder to the right: the middle of a square is the middle of the whole.
    let square = slink
        .vitrine
        .get(&format!("/image/{id}.png?w=100&crop=true"))
        .is(200)
        .picture()
        .to_rgb8();
    let red = |x: u32| i32::from(square.get_pixel(x, 99)[0]);
    assert!(
        (red(0) - 64).abs() < 6 && (red(99) - 191).abs() < 6,
        "{} {}",
        red(0),
        red(99)
    );
}

#[test]
fn a_thumbnail_is_a_square_of_300() {
    let slink = Slink::start();
    let id = slink.upload(&picture::jpeg(900, 600));
    let small = slink.upload(&picture::jpeg(120, 80));
    for prefix in ["/image", "/api/image"] {
        assert_eq!(
            size(&slink, &format!("{prefix}/{id}_thumbnail.jpg")),
            (300, 300)
        );
        assert_eq!(
            size(&slink, &format!("{prefix}/{id}_thumbnail.webp?w=20")),
            (300, 300)
        );
        assert_eq!(
            size(&slink, &format!("{prefix}/{small}_thumbnail.jpg")),
            (80, 80)
        );
    }
}

#[test]
fn a_size_that_is_no_number_of_pixels_is_refused() {
    let slink = Slink::start();
    let id = slink.upload(&picture::png(40, 20));
    for query in [
        "w=0",
        "h=0",
        "w=-1",
        "w=abc",
        "w=",
        "width=1.5",
        "height=%20",
        "quality=0",
        "quality=101",
        "quality=x",
    ] {
        let error = refusal(slink.vitrine.get(&format!("/image/{id}.png?{query}")), 400);
        assert_eq!(
            error["title"], "Symfony.Component.HttpKernel.Exception.BadRequestHttpException",
            "{query}"
        );
    }
}

#[test]
fn another_ending_is_another_format() {
    let slink = Slink::start();
    let id = slink.upload(&picture::png(40, 20));
    for (extension, media_type) in [
        ("jpg", "image/jpeg"),
        ("jpeg", "image/jpeg"),
        ("png", "image/png"),
        ("webp", "image/webp"),
        ("gif", "image/gif"),
        ("avif", "image/avif"),
        ("bmp", "image/bmp"),
    ] {
        for query in ["", "?w=20"] {
            let shown = slink
                .vitrine
                .get(&format!("/image/{id}.{extension}{query}"))
                .is(200);
            assert_eq!(shown.header("content-type"), media_type, "{extension}");
            if extension != "avif" {
                let width = if query.is_empty() { 40 } else { 20 };
                assert_eq!(shown.picture().width(), width, "{extension}");
            }
        }
    }
    for extension in ["xyz", "tiff", "svg", "ico", "heic", "pdf"] {
        finds_nothing(slink.vitrine.get(&format!("/api/image/{id}.{extension}")));
    }
    let jpeg = slink.upload(&picture::jpeg(40, 20));
    let kept = slink.vitrine.get(&format!("/image/{jpeg}.jpg")).is(200);
    assert!(
        slink
            .vitrine
            .get(&format!("/image/{jpeg}.jpeg"))
            .is(200)
            .body
            == kept.body
    );
    let bmp = slink.upload(&picture::bmp(40, 20));
    let small = slink.vitrine.get(&format!("/image/{bmp}.bmp?w=20")).is(200);
    assert_eq!(small.header("content-type"), "image/bmp");
}

#[test]
fn quality_makes_smaller_files_where_the_format_has_one() {
    let slink = Slink::start();
    let id = slink.upload(&picture::jpeg(300, 200));
    let length = |path: &str| slink.vitrine.get(path).is(200).body.len();
    for extension in ["jpg", "webp", "avif"] {
        let path = format!("/image/{id}.{extension}?w=200&quality");
        assert!(
            length(&format!("{path}=5")) < length(&format!("{path}=95")),
            "{extension}"
        );
    }
    assert!(length(&format!("/image/{id}.jpg?quality=5")) < length(&format!("/image/{id}.jpg")));
    let path = format!("/image/{id}.png?w=200");
    assert_eq!(length(&format!("{path}&quality=5")), length(&path));
}

#[test]
fn an_icon_is_served_as_it_is() {
    let slink = Slink::start();
    let mut icon = std::io::Cursor::new(Vec::new());
    let pixels = image::DynamicImage::from(picture::ramp(32, 32)).to_rgba8();
    pixels
        .write_to(&mut icon, image::ImageFormat::Ico)
        .expect("an icon can be drawn");
    let icon = icon.into_inner();
    let id = slink.upload(&icon);
    let shown = slink
        .vitrine
        .get(&format!("/image/{id}.ico?w=8&h=8&crop=true"))
        .is(200);
    assert_eq!(shown.header("content-type"), "image/x-icon");
    assert!(shown.body == icon);
    assert_eq!(slink.detail(&id)["supportsResize"], false);
    assert_eq!(size(&slink, &format!("/image/{id}.png?w=8")), (32, 32));
}

#[test]
fn a_turned_picture_is_measured_and_shown_upright() {
    let slink = Slink::start();
    let id = slink.upload(&picture::jpeg_turned(400, 200, 6));
    let detail = slink.detail(&id);
    assert_eq!(
        (&detail["width"], &detail["height"]),
        (&json!(200), &json!(400))
    );
    assert_eq!(size(&slink, &format!("/image/{id}.jpg?w=100")), (100, 200));
}

#[test]
fn each_get_that_brings_the_picture_is_a_view() {
    let slink = Slink::start();
    let id = slink.upload(&picture::png(400, 200));
    let views = || slink.detail(&id)["views"].clone();
    assert_eq!(views(), 0);
    let shown = slink.vitrine.get(&format!("/image/{id}.png")).is(200);
    assert_eq!(views(), 1);
    slink
        .vitrine
        .get(&format!("/api/image/{id}.webp?w=30"))
        .is(200);
    slink
        .vitrine
        .get(&format!("/image/{id}_thumbnail.png"))
        .is(200);
    assert_eq!(views(), 3);
    // These bring nothing.
    let path = format!("/image/{id}.png");
    slink.vitrine.send(&Request::head(&path)).is(200);
    let known = Request::get(&path).header("If-None-Match", shown.header("etag"));
    slink.vitrine.send(&known).is(304);
    slink
        .vitrine
        .send(&Request::get(&path).header("Range", "bytes=999999-"))
        .is(416);
    finds_nothing(slink.vitrine.get(&format!("/api/image/{id}.xyz")));
    refusal(slink.vitrine.get(&format!("/image/{id}.png?w=0")), 400);
    assert_eq!(views(), 3);
    // Other dialects do not count.
    let listed = slink.get("/api/images/history/1").is(200).json();
    assert_eq!(listed["data"][0]["attributes"]["views"], 3);
}

#[test]
fn views_are_not_lost_when_the_server_ends() {
    let mut slink = Slink::start();
    let id = slink.upload(&picture::png(40, 20));
    for _ in 0..3 {
        slink.vitrine.get(&format!("/image/{id}.png")).is(200);
    }
    slink.vitrine.terminate();
    slink.vitrine.start_again();
    assert_eq!(slink.detail(&id)["views"], 3);
}

#[test]
fn a_private_image_is_served_to_everyone_with_its_address() {
    let slink = Slink::start();
    let id = slink.upload(&picture::png(40, 20));
    slink.vitrine.get(&format!("/image/{id}.png")).is(200);
    assert_eq!(slink.listed("/api/images/1"), [""; 0]);
}

#[test]
fn an_image_of_another_dialect_has_an_address_here() {
    let slink = Slink::start();
    let bytes = picture::png(40, 20);
    slink.vitrine.upload("photo.png", &bytes);
    let owner = owner(&slink.vitrine);
    let listed = slink
        .vitrine
        .send(&Request::get("/api/images/history/1").bearer(&owner))
        .is(200)
        .json();
    let name = text(&listed["data"][0]["attributes"]["fileName"]);
    assert!(slink.vitrine.get(&format!("/image/{name}")).is(200).body == bytes);
    // A scan is kept as it came where it came in, and shown as it is asked for.
    slink.vitrine.upload("scan.tif", &picture::tiff(40, 20));
    let listed = slink
        .vitrine
        .send(&Request::get("/api/images/history/1").bearer(&owner))
        .is(200)
        .json();
    let id = text(&listed["data"][0]["id"]);
    assert_eq!(
        listed["data"][0]["attributes"]["fileName"],
        format!("{id}.tif")
    );
    let shown = slink.vitrine.get(&format!("/image/{id}.tif")).is(200);
    assert_eq!(shown.header("content-type"), "image/tiff");
    assert_eq!(size(&slink, &format!("/image/{id}.png?w=20")), (20, 10));
}

#[test]
fn what_is_not_there_is_not_found() {
    let slink = Slink::start();
    let id = slink.upload(&picture::png(40, 20));
    for path in [
        format!("/image/{NO_ID}.jpg"),
        format!("/image/{NO_ID}_thumbnail.jpg"),
        format!("/api/image/{NO_ID}.jpg"),
        format!("/api/image/{id}"),
        format!("/api/image/{id}_large.png"),
        "/api/image/x.jpg".to_owned(),
    ] {
        finds_nothing(slink.vitrine.get(&path));
    }
}
