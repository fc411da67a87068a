//! Serving: originals byte for byte, reductions within a minute, and both for pictures of every dialect.

use tests::{Request, Vitrine, picture, until};

use super::*;

const YEAR: &str = "public, max-age=31536000";

#[test]
fn a_native_is_served_verbatim_in_every_format() {
    let vitrine = Vitrine::start();
    for (name, bytes, mime) in [
        ("a.jpg", picture::jpeg_turned(30, 20, 6), "image/jpeg"),
        ("b.png", picture::png_with_alpha(30, 20), "image/png"),
        ("c.bmp", picture::bmp(30, 20), "image/bmp"),
        ("d.webp", picture::webp(30, 20), "image/webp"),
    ] {
        let answer = keep(&vitrine, name, &bytes);
        assert_eq!(answer["mime"], mime);
        let native = vitrine.get(&path(&vitrine, &answer, "native")).is(200);
        assert_eq!(native.body, bytes, "{name}");
        assert_eq!(native.header("content-type"), mime);
        assert_eq!(native.header("cache-control"), YEAR);
        assert_eq!(native.header("x-content-type-options"), "nosniff");
        assert_eq!(native.header("access-control-allow-origin"), "*");
    }
}

#[test]
fn head_ranges_and_conditions_work_as_for_every_picture() {
    let vitrine = Vitrine::start();
    let bytes = picture::png(300, 200);
    let answer = keep(&vitrine, "a.png", &bytes);
    let native = path(&vitrine, &answer, "native");
    let head = vitrine.send(&Request::head(&native)).is(200);
    assert_eq!(head.header("content-length"), bytes.len().to_string());
    assert_eq!(head.header("accept-ranges"), "bytes");
    let part = vitrine
        .send(&Request::get(&native).header("Range", "bytes=2-5"))
        .is(206);
    assert_eq!(part.body, bytes[2..6]);
    assert_eq!(part.header("cache-control"), YEAR);
    let vga = path(&vitrine, &answer, "vga");
    let tag = reduced(&vitrine, &vga).header("etag").to_owned();
    let known = vitrine
        .send(&Request::get(&vga).header("If-None-Match", &tag))
        .is(304);
    assert_eq!(known.header("cache-control"), YEAR);
    refused(
        vitrine.send(&Request::get(&native).header("Range", "bytes=999999-")),
        416,
    );
    // A query is nothing to a picture.
    vitrine.get(&format!("{native}?a=b")).is(200);
}

#[test]
fn every_picture_has_three_jpegs_that_fit_into_landscape_boxes() {
    let vitrine = Vitrine::start();
    for (name, bytes, sizes) in [
        (
            "wide.jpg",
            picture::jpeg(4000, 1000),
            [(1024, 256), (640, 160), (320, 80)],
        ),
        (
            "photo.jpg",
            picture::jpeg(2048, 1536),
            [(1024, 768), (640, 480), (320, 240)],
        ),
        (
            "tall.png",
            picture::png(400, 900),
            [(341, 768), (213, 480), (107, 240)],
        ),
        (
            "turned.jpg",
            picture::jpeg_turned(900, 400, 6),
            [(341, 768), (213, 480), (107, 240)],
        ),
        ("tiny.jpg", picture::jpeg(30, 20), [(30, 20); 3]),
        (
            "exact.bmp",
            picture::bmp(640, 480),
            [(640, 480), (640, 480), (320, 240)],
        ),
        (
            "line.webp",
            picture::webp(3000, 1),
            [(1024, 1), (640, 1), (320, 1)],
        ),
    ] {
        let answer = keep(&vitrine, name, &bytes);
        for (size, expected) in ["xga", "vga", "qvga"].iter().zip(sizes) {
            let path = path(&vitrine, &answer, size);
            assert!(path.ends_with(".jpg"), "{path}");
            let shown = reduced(&vitrine, &path);
            assert_eq!(shown.header("content-type"), "image/jpeg");
            assert_eq!(shown.header("cache-control"), YEAR);
            assert!(shown.body.starts_with(&[0xFF, 0xD8, 0xFF]));
            assert!(
                !shown.body.windows(4).any(|bytes| bytes == b"Exif"),
                "no metadata"
            );
            let picture = shown.picture();
            assert_eq!(
                (picture.width(), picture.height()),
                expected,
                "{name} {size}"
            );
        }
    }
}

#[test]
fn what_is_transparent_becomes_white() {
    let vitrine = Vitrine::start();
    let answer = keep(&vitrine, "a.png", &picture::png_with_alpha(100, 50));
    let shown = reduced(&vitrine, &path(&vitrine, &answer, "vga"))
        .picture()
        .to_rgb8();
    assert!(shown.get_pixel(90, 25).0.iter().all(|value| *value > 250));
    assert!(shown.get_pixel(10, 25).0[1] < 90);
}

#[test]
fn the_native_is_there_at_once_and_until_the_reductions_are_there_they_are_404_and_say_when() {
    let vitrine = Vitrine::with(&[("reductions_delay_ms", "1500")]);
    let answer = keep(&vitrine, "a.png", &picture::png(900, 600));
    vitrine.get(&path(&vitrine, &answer, "native")).is(200);
    for size in ["xga", "vga", "qvga"] {
        let early = vitrine.get(&path(&vitrine, &answer, size));
        assert_eq!(early.header("retry-after"), "5", "{early}");
        refused(early, 404);
    }
    for size in ["xga", "vga", "qvga"] {
        reduced(&vitrine, &path(&vitrine, &answer, size));
    }
}

#[test]
fn after_a_pulled_plug_reductions_go_on_where_they_stopped() {
    let mut vitrine = Vitrine::with(&[("reductions_delay_ms", "1000")]);
    let answers: Vec<_> = (0..3)
        .map(|seed| keep(&vitrine, "a.png", &picture::noise(500, 400, seed)))
        .collect();
    let paths: Vec<_> = answers
        .iter()
        .flat_map(|answer| ["xga", "vga", "qvga"].map(|size| path(&vitrine, answer, size)))
        .collect();
    // The first time before any is made, the second time perhaps in the middle.
    vitrine.kill();
    vitrine.start_again();
    reduced(&vitrine, &paths[0]);
    vitrine.kill();
    vitrine.start_again();
    for path in paths {
        reduced(&vitrine, &path);
    }
}

#[test]
fn reductions_are_made_also_where_no_sizes_are_made_ahead_and_on_request_where_none_are_kept() {
    for (key, value) in [("prepare_sizes", "false"), ("cache_bytes", "0")] {
        let vitrine = Vitrine::with(&[(key, value)]);
        let answer = keep(&vitrine, "a.png", &picture::png(900, 600));
        let vga = reduced(&vitrine, &path(&vitrine, &answer, "vga"));
        assert_eq!(vga.picture().width(), 640, "{key}");
    }
}

#[test]
fn a_picture_that_cannot_be_reduced_is_deleted() {
    let vitrine = Vitrine::with(&[("reductions_delay_ms", "1000")]);
    let mut bytes = picture::noise(300, 200, 1);
    let middle = bytes.len() / 2;
    bytes[middle..middle + 60].fill(0xA5);
    let answer = keep(&vitrine, "broken.png", &bytes);
    let native = path(&vitrine, &answer, "native");
    assert_eq!(vitrine.get(&native).is(200).body, bytes);
    until("the image is deleted", || {
        (vitrine.get(&native).status == 404).then_some(())
    });
    let late = vitrine.get(&path(&vitrine, &answer, "vga"));
    assert_eq!(
        late.header("retry-after"),
        "",
        "it will never be there: {late}"
    );
    refused(late, 404);
    until("its bytes are gone", || {
        vitrine.world().files("blobs").is_empty().then_some(())
    });
}

#[test]
fn an_imgs_upload_has_a_random_name_here_and_imgshare_uploads_are_served_by_imgs() {
    let vitrine = Vitrine::start();
    // A second upload of the same bytes through this dialect: reductions belong to the bytes.
    vitrine.upload("scan.png", &picture::png(900, 600));
    let answer = keep(&vitrine, "scan.png", &picture::png(900, 600));
    for size in ["xga", "vga", "qvga"] {
        reduced(&vitrine, &path(&vitrine, &answer, size));
    }
    let native = path(&vitrine, &answer, "native");
    let day = answer["filename"]
        .as_str()
        .unwrap()
        .split_once('_')
        .unwrap()
        .0
        .to_owned();
    // The one that came in through imgs cannot be guessed.
    refused(vitrine.get(&format!("/img/owner/{day}_scan_2.png")), 404);
    vitrine.get(&native).is(200);
}

#[test]
fn thumbnails_and_other_addresses_are_nothing() {
    let vitrine = Vitrine::start();
    let answer = keep(&vitrine, "a.png", &picture::png(30, 20));
    let filename = answer["filename"].as_str().unwrap();
    let stem = filename.strip_suffix(".png").unwrap();
    reduced(&vitrine, &path(&vitrine, &answer, "vga"));
    for path in [
        format!("/img/owner/thumb/{stem}.jpg"),
        format!("/img/owner/thumbs/{stem}.jpg"),
        format!("/img/owner/XGA/{stem}.jpg"),
        format!("/img/owner/vga/{stem}.png"),
        format!("/img/owner/vga/{stem}.jpeg"),
        format!("/img/owner/{stem}.jpg"),
        format!("/img/owner/{stem}"),
        format!("/img/owner/{filename}/x/y"),
        format!("/img/{filename}"),
        format!("/img/kitten/{filename}"),
        "/img/owner/..%2fowner%2fa.png".to_owned(),
        "/img/owner/%FF.png".to_owned(),
    ] {
        refused(vitrine.get(&path), 404);
    }
}

#[test]
fn what_another_process_deletes_is_gone_at_once() {
    let vitrine = Vitrine::start();
    vitrine.run(&["account", "add", "kitten"]).ended(0);
    let token = vitrine.world().new_key(&["--account", "kitten"]);
    let form = tests::Form::new().with_text("token", &token).with_file(
        "file",
        "a.png",
        &picture::png(30, 20),
    );
    let answer = vitrine.send(&form.post(UPLOAD)).is(200).json();
    let (native, vga) = (
        path(&vitrine, &answer, "native"),
        path(&vitrine, &answer, "vga"),
    );
    vitrine.get(&native).is(200);
    reduced(&vitrine, &vga);
    vitrine
        .run(&["account", "remove", "kitten", "--with-images"])
        .ended(0);
    refused(vitrine.get(&native), 404);
    refused(vitrine.get(&vga), 404);
}
