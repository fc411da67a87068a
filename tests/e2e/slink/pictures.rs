//! What is taken in, and what is kept of it.

use super::*;

/// The stored bytes, by the address that names them.
fn stored(slink: &Slink, id: &str) -> Answer {
    let url = text(&slink.detail(id)["url"]);
    slink.vitrine.get(&url).is(200)
}

#[test]
fn every_format_is_detected_from_the_bytes_and_determines_the_name() {
    let slink = Slink::start();
    for (bytes, media_type, extension) in [
        (picture::jpeg(20, 10), "image/jpeg", "jpg"),
        (picture::png(20, 10), "image/png", "png"),
        (picture::webp(20, 10), "image/webp", "webp"),
        (picture::gif(20, 10), "image/gif", "gif"),
        (picture::bmp(20, 10), "image/bmp", "bmp"),
    ] {
        let part = "Content-Disposition: form-data; name=\"image\"; filename=\"song.mp3\"\r\nContent-Type: audio/mpeg";
        let request = Form::new().with_part(part, &bytes).post("/api/upload");
        let id = id(&slink.send(request).is(201));
        let detail = slink.detail(&id);
        assert_eq!(detail["fileName"], format!("{id}.{extension}"));
        assert_eq!(detail["mimeType"], media_type);
        let stored = stored(&slink, &id);
        assert_eq!(stored.header("content-type"), media_type);
        assert!(stored.body == bytes, "{media_type} is not kept as it was");
    }
}

#[test]
fn a_tiff_becomes_a_jpeg() {
    let slink = Slink::start();
    let id = slink.upload(&picture::tiff(40, 30));
    let detail = slink.detail(&id);
    assert_eq!(detail["fileName"], format!("{id}.jpg"));
    assert_eq!(detail["mimeType"], "image/jpeg");
    assert_eq!(
        (&detail["width"], &detail["height"]),
        (&json!(40), &json!(30))
    );
    let stored = stored(&slink, &id);
    assert_eq!(stored.header("content-type"), "image/jpeg");
    assert_eq!(detail["size"], stored.body.len());
    let shown = stored.picture();
    assert_eq!((shown.width(), shown.height()), (40, 30));
}

#[test]
fn exif_is_taken_out_and_the_picture_stays_upright() {
    let slink = Slink::start();
    let mut bytes = picture::jpeg_turned(60, 20, 6);
    // After the block that says how to turn it comes one that says where it was taken.
    let end = 4 + usize::from(u16::from_be_bytes([bytes[4], bytes[5]]));
    let place = b"\xff\xe1\x00\x1cExif\0\0taken at 52.5N 13.4E";
    bytes.splice(end..end, place.iter().copied());
    let id = slink.upload(&bytes);
    let stored = stored(&slink, &id);
    let has = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    assert!(has(&bytes, b"52.5N") && !has(&stored.body, b"52.5N"));
    let detail = slink.detail(&id);
    assert_eq!(
        (&detail["width"], &detail["height"]),
        (&json!(20), &json!(60))
    );
    let small = slink
        .vitrine
        .get(&format!("/image/{id}.png"))
        .is(200)
        .picture();
    assert_eq!((small.width(), small.height()), (20, 60));
}

#[test]
fn where_metadata_is_wanted_every_byte_is_kept() {
    let slink = Slink::with(&[("strip_metadata", "false")]);
    let bytes = picture::jpeg_turned(60, 20, 6);
    let id = slink.upload(&bytes);
    assert!(stored(&slink, &id).body == bytes);
}

#[test]
fn an_animation_survives() {
    let slink = Slink::start();
    let bytes = picture::gif_animated(40, 30, 3);
    let id = slink.upload(&bytes);
    assert!(stored(&slink, &id).body == bytes);
    let small = slink.vitrine.get(&format!("/image/{id}.gif?w=20")).is(200);
    assert_eq!(small.header("content-type"), "image/gif");
    let decoder =
        image::codecs::gif::GifDecoder::new(std::io::Cursor::new(&small.body)).expect("a GIF");
    let frames = image::AnimationDecoder::into_frames(decoder)
        .collect_frames()
        .expect("frames");
    assert_eq!(frames.len(), 3);
    assert!(
        frames
            .iter()
            .all(|frame| frame.delay() == image::Delay::from_numer_denom_ms(100, 1))
    );
}

#[test]
fn files_that_are_no_pictures_are_called_what_they_are() {
    let slink = Slink::start();
    for (bytes, media_type) in [
        (b"%PDF-1.4".as_slice(), "application/pdf"),
        (b"only words", "text/plain"),
        (b"<!doctype html><p>x", "text/html"),
        (b"\0\x01\x02\x03\x04", "application/octet-stream"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"PK\x03\x04rest", "application/zip"),
    ] {
        let refused = refusal(slink.post("photo.jpg", bytes, &[]), 422);
        let message = text(&refused["violations"][0]["message"]);
        let start = format!(
            "The mime type of the file is invalid (\"{media_type}\"). Allowed mime types are \"image/jpeg\", "
        );
        assert!(message.starts_with(&start), "{message}");
    }
    assert_eq!(slink.vitrine.world().files("blobs"), [""; 0]);
    assert_eq!(slink.vitrine.world().files("incoming"), [""; 0]);
}

#[test]
fn broken_pictures_and_bombs_are_no_valid_images() {
    let slink = Slink::start();
    let words = "This file is not a valid image.";
    for bytes in [
        picture::cut_off(&picture::png(200, 200), 5),
        picture::cut_off(&picture::jpeg(200, 200), 5),
        picture::cut_off(&picture::tiff(200, 200), 5),
        picture::bomb(60_000, 60_000),
        picture::bomb(20_000, 5),
        b"<svg><g></svg>".to_vec(),
    ] {
        breaks(slink.post("a.png", &bytes, &[]), "image", words);
    }
    breaks(
        slink.post("a.png", b"", &[]),
        "image",
        "An empty file is not allowed.",
    );
    assert_eq!(slink.vitrine.world().files("blobs"), [""; 0]);
    assert_eq!(slink.vitrine.world().files("incoming"), [""; 0]);
}

#[test]
fn a_request_without_a_file_says_so() {
    let slink = Slink::start();
    let words = "No file was uploaded.";
    for form in [
        Form::new().with_text("isPublic", "true"),
        Form::new().with_file("file", "a.png", &picture::png(9, 9)),
        Form::new().with_file("image", "", b""),
    ] {
        breaks(slink.send(form.post("/api/upload")), "image", words);
    }
    let typed =
        Request::post("/api/upload").header("Content-Type", "application/x-www-form-urlencoded");
    breaks(slink.send(typed.body("a=b")), "image", words);
}

#[test]
fn a_content_type_that_is_no_forms_is_unsupported() {
    let slink = Slink::start();
    for request in [
        Request::post("/api/upload").body(picture::png(9, 9)),
        Request::post("/api/upload")
            .header("Content-Type", "image/png")
            .body(picture::png(9, 9)),
        Request::new("PUT", "/api/upload")
            .header("Content-Type", "text/plain")
            .body("x"),
    ] {
        refuses(slink.send(request), 415, HTTP, "Unsupported format.");
    }
}

#[test]
fn the_error_for_a_file_over_the_limit_has_both_sizes_in_one_unit() {
    let slink = Slink::with(&[("max_upload_bytes", "100000")]);
    let send = |length: usize, name: &str| {
        let mut bytes = picture::png(9, 9);
        bytes.resize(length, 0);
        slink.post(name, &bytes, &[])
    };
    for (length, words) in [
        (
            123_456,
            "The file is too large (123.46 kB). Allowed maximum size is 100 kB.",
        ),
        (
            3_000_000,
            "The file is too large (3000 kB). Allowed maximum size is 100 kB.",
        ),
        // Alike in kB.
        (
            100_001,
            "The file is too large (100001 bytes). Allowed maximum size is 100000 bytes.",
        ),
    ] {
        breaks(send(length, "a.png"), "image", words);
        breaks(
            send(length, &"a rather long name ".repeat(9)),
            "image",
            words,
        );
    }
    send(100_000, "a.png").is(201);
    assert_eq!(slink.vitrine.world().files("blobs").len(), 1);
    assert_eq!(slink.vitrine.world().files("incoming"), [""; 0]);
    // This one has no known length.
    let request = image(&vec![0; 200_000]).post("/api/upload").chunked();
    let words = "The file is too large. Allowed maximum size is 100 kB.";
    breaks(slink.send(request), "image", words);
}
