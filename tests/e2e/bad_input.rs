//! Bad input: the clear word for it, and nothing left behind.

use tests::{Form, Request, Vitrine, picture};

/// Nothing of a refused upload is on disk, whole or in part.
#[track_caller]
fn left_nothing(vitrine: &Vitrine) {
    for folder in ["blobs", "incoming", "variants"] {
        assert_eq!(vitrine.world().files(folder), [""; 0], "in {folder}/");
    }
}

#[test]
fn an_upload_without_a_file_is_an_error_that_says_so() {
    let vitrine = Vitrine::start();
    let png = picture::png(5, 5);
    let requests = [
        Request::post("/upload"),
        Request::post("/upload")
            .header("Content-Type", "application/json")
            .body(br#"{"file":"x"}"#),
        Request::post("/upload")
            .header("Content-Type", "image/png")
            .body(png.clone()),
        Request::post("/upload")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(b"file=x"),
        Request::post("/upload")
            .header("Content-Type", "multipart/form-data")
            .body(Form::file("a.png", &png).finish()),
        Form::new().post("/upload"),
        Form::new()
            .with_text("comment", "no picture")
            .post("/upload"),
        Form::new()
            .with_file("image", "a.png", &png)
            .post("/upload"),
        // What a browser sends for a file field that was left empty.
        Form::file("", b"").post("/upload"),
        Form::new().with_text("file", "").post("/upload"),
    ];
    for request in requests {
        let answer = vitrine.send(&request.clone().bearer(vitrine.key()));
        assert_eq!(answer.status, 400, "{request:?}\n{answer}");
        answer.refuses(400, "No file uploaded");
    }
    left_nothing(&vitrine);
}

#[test]
fn what_is_no_picture_is_refused_whatever_its_name() {
    let vitrine = Vitrine::start();
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>"#;
    let cases: [(&str, &[u8]); 6] = [
        ("notes.jpg", b"Dear diary, today I was called a picture."),
        ("empty.jpg", b""),
        ("drawing.svg", svg),
        (
            "page.html",
            b"<html><body><script>alert(1)</script></body></html>",
        ),
        ("half.png", b"\x89PNG\r\n\x1a\n"),
        ("riff.webp", b"RIFF\x10\x00\x00\x00WAVEfmt "),
    ];
    for (name, bytes) in cases {
        let answer = vitrine.post(name, bytes);
        assert_eq!(answer.status, 400, "{name}: {answer}");
        answer.refuses(400, "Invalid image file");
    }
    left_nothing(&vitrine);
}

#[test]
fn a_picture_that_breaks_off_is_refused() {
    let vitrine = Vitrine::start();
    let whole = [
        ("jpeg", picture::jpeg(400, 300)),
        ("png", picture::noise(100, 100, 5)),
        ("gif", picture::gif(400, 300)),
        ("webp", picture::webp(400, 300)),
        ("bmp", picture::bmp(40, 30)),
    ];
    for (name, bytes) in whole {
        for tenths in [1, 5, 9] {
            let answer = vitrine.post(name, &picture::cut_off(&bytes, tenths));
            assert_eq!(
                answer.status, 400,
                "{name} of which {tenths}/10 are there: {answer}"
            );
            answer.refuses(400, "Invalid image file");
        }
    }
    left_nothing(&vitrine);
}

#[test]
fn a_jpeg_without_its_end_mark_is_taken_when_every_row_is_there() {
    let vitrine = Vitrine::start();
    let mut bytes = picture::jpeg(64, 48);
    bytes.truncate(bytes.len() - 2);
    let id = vitrine.upload("camera.jpg", &bytes);
    assert_eq!(
        vitrine.get(&format!("/{id}/32")).is(200).picture().height(),
        24
    );
}

#[test]
fn bytes_after_the_end_of_a_picture_are_fine() {
    let vitrine = Vitrine::start();
    for picture in [picture::jpeg(64, 48), picture::png(64, 48)] {
        let bytes = [picture, b"and a video of three seconds".to_vec()].concat();
        let id = vitrine.upload("motion.jpg", &bytes);
        assert!(vitrine.get(&format!("/{id}")).is(200).body == bytes);
        vitrine.get(&format!("/{id}/32")).is(200);
    }
}

#[test]
fn a_header_that_claims_to_be_huge_is_refused_before_anything_is_decoded() {
    let vitrine = Vitrine::start();
    for (width, height) in [
        (60_000, 60_000),
        (16_385, 1),
        (1, 16_385),
        (10_001, 10_000),
        (0, 5),
        (u32::MAX, u32::MAX),
    ] {
        let answer = vitrine.post("bomb.png", &picture::bomb(width, height));
        assert_eq!(answer.status, 400, "{width}×{height}: {answer}");
        answer.refuses(400, "Invalid image file");
    }
    left_nothing(&vitrine);
}

#[test]
fn the_limits_on_pixels_are_settings() {
    let vitrine = Vitrine::with(&[("max_pixels", "1000"), ("max_dimension", "200")]);
    vitrine.post("ok.png", &picture::png(20, 50)).is(200);
    vitrine
        .post("many.png", &picture::png(20, 51))
        .refuses(400, "Invalid image file");
    vitrine
        .post("long.png", &picture::png(201, 1))
        .refuses(400, "Invalid image file");
}

#[test]
fn a_stored_file_that_cannot_be_decoded_keeps_its_original() {
    let vitrine = Vitrine::start();
    // From its outside all is well: sizes, chunks, checksums, an end. Only there are no pixels in it.
    let bytes = picture::bomb(300, 300);
    let id = vitrine.upload("hollow.png", &bytes);
    vitrine
        .get(&format!("/{id}/100"))
        .refuses(400, "Invalid image file");
    assert!(vitrine.get(&format!("/{id}")).is(200).body == bytes);
    assert!(vitrine.get(&format!("/{id}/original")).is(200).body == bytes);
}

#[test]
fn a_file_at_the_limit_is_taken_and_one_byte_more_is_too_large() {
    let bytes = picture::noise(100, 100, 9);
    let limit = bytes.len();
    let vitrine = Vitrine::with(&[("max_upload_bytes", &limit.to_string())]);
    vitrine.post("just.png", &bytes).is(200);
    let stored = vitrine.world().files("blobs");
    let larger = [bytes, vec![0]].concat();
    vitrine
        .post("over.png", &larger)
        .refuses(413, "File too large");
    let unknown_length = Form::file("over.png", &larger)
        .post("/upload")
        .bearer(vitrine.key())
        .chunked();
    vitrine.send(&unknown_length).refuses(413, "File too large");
    assert_eq!(vitrine.world().files("blobs"), stored);
    assert_eq!(vitrine.world().files("incoming"), [""; 0]);
}

#[test]
fn text_that_cannot_hold_a_picture_is_limited_too() {
    let vitrine = Vitrine::start();
    let chatter = "x".repeat((1 << 20) + 1);
    let form =
        Form::new()
            .with_text("comment", &chatter)
            .with_file("file", "a.png", &picture::png(5, 5));
    let answer = vitrine.send(&form.post("/upload").bearer(vitrine.key()));
    assert!(matches!(answer.status, 400 | 413), "{answer}");
    assert!(answer.json()["error"].is_string(), "{answer}");
    left_nothing(&vitrine);
}

#[test]
fn a_form_that_breaks_off_leaves_nothing() {
    let vitrine = Vitrine::start();
    let mut body = Form::file("a.png", &picture::png(50, 50)).finish();
    body.truncate(body.len() - 30);
    let request = Request::post("/upload")
        .header("Content-Type", Form::content_type())
        .bearer(vitrine.key())
        .body(body);
    let answer = vitrine.send(&request);
    assert_eq!(answer.status, 400, "{answer}");
    assert!(answer.json()["error"].is_string(), "{answer}");
    left_nothing(&vitrine);
}
