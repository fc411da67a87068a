//! Where a picture may come from, and in what: files, addresses, base64; multipart, urlencoded, JSON, a query.

use serde_json::json;
use tests::{Request, Vitrine, picture};

use super::*;

#[test]
fn a_file_counts_before_a_text_of_the_same_name() {
    let vitrine = Vitrine::start();
    for form in [
        Form::new().with_text("source", "a.png").with_file(
            "source",
            "a.png",
            &picture::png(30, 20),
        ),
        Form::new()
            .with_file("source", "a.png", &picture::png(30, 20))
            .with_text("source", "a.png"),
    ] {
        assert_eq!(uploaded(&vitrine, form)["width"], json!(30));
    }
    let raw = Form::new().with_part(
        "Content-Disposition: form-data; name=\"source\"",
        &picture::png(30, 20),
    );
    assert_eq!(
        uploaded(&vitrine, raw)["width"],
        json!(30),
        "bytes without a file name"
    );
}

#[test]
fn an_address_is_fetched_by_get_and_by_post() {
    let stranger = Vitrine::start();
    let id = stranger.upload("a.png", &picture::png(30, 20));
    let (host, address) = (
        stranger.address().to_string(),
        format!("{}/{id}", stranger.base()),
    );
    let vitrine = Vitrine::with(&[("fetch_allow_hosts", &host)]);
    let key = vitrine.key();
    let answers = [
        vitrine.get(&format!("{API}?key={key}&source={}", escaped(&address))),
        vitrine.send(&urlencoded(&[("source", &address), ("key", key)])),
        send(&vitrine, Form::new().with_text("source", &address)),
        vitrine.send(&urlencoded(&[("key", key)]).header("X-API-Key", key)),
    ];
    for answer in &answers[..3] {
        let image = image(answer);
        assert_eq!(
            (&image["width"], &image["extension"]),
            (&json!(30), &json!("png"))
        );
        assert_eq!(image["original_filename"], json!(id));
    }
    refused(&answers[3], 130, "Empty upload source");
    let text = vitrine.get(&format!(
        "{API}?key={key}&format=txt&source={}",
        escaped(&address)
    ));
    assert!(text.is(200).body.starts_with(b"http://"));
}

#[test]
fn an_address_that_holds_no_picture_or_must_not_be_asked_is_refused() {
    let stranger = Vitrine::start();
    let host = stranger.address().to_string();
    let vitrine = Vitrine::with(&[("fetch_allow_hosts", &host)]);
    let of = |address: &str| send(&vitrine, Form::new().with_text("source", address));
    refused(
        &of(&format!("{}/nothing", stranger.base())),
        622,
        "Invalid image URL",
    );
    refused(&of(&stranger.base()), 400, "Invalid image");
    refused(&of(&vitrine.base()), 622, "Invalid image URL");
    refused(&of("http://"), 622, "Invalid image URL");
    refused(&of("ftp://nas/a.png"), 120, "Invalid base64 string");
    nothing_is_left(&vitrine);
    let closed = Vitrine::with(&[("allow_url_uploads", "false"), ("fetch_allow_hosts", &host)]);
    let answer = send(&closed, Form::new().with_text("source", &stranger.base()));
    refused(&answer, 403, "URL uploading is disabled");
}

#[test]
fn base64_is_taken_by_post_only_and_strictly() {
    let vitrine = Vitrine::start();
    let bytes = picture::png(30, 20);
    let text = base64(&bytes);
    let lines = text
        .as_bytes()
        .chunks(60)
        .map(|line| String::from_utf8_lossy(line).into_owned());
    let lines = lines.collect::<Vec<_>>().join("\r\n");
    let data = format!("data:image/png;base64,{text}");
    for source in [&text, &lines, &data] {
        for request in [
            urlencoded(&[("source", source)]),
            Form::new().with_text("source", source).post(API),
            Request::post(API)
                .header("Content-Type", "application/json")
                .body(json!({ "source": source }).to_string()),
        ] {
            let answer = vitrine.send(&request.header("X-API-Key", vitrine.key()));
            let image = image(&answer);
            assert_eq!(image["size"], json!(bytes.len()));
            let name = image["name"].as_str().expect("a name");
            assert_eq!(
                (name.len(), &image["title"]),
                (12, &image["name"]),
                "a random name"
            );
            assert_eq!(image["original_filename"], json!(format!("{name}.png")));
        }
    }
    // A client that forgot to escape the plus signs.
    let unescaped = Request::post(API)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("X-API-Key", vitrine.key())
        .body(format!("source={text}"));
    vitrine.send(&unescaped).is(200);

    let key = vitrine.key();
    let by_get = vitrine.get(&format!("{API}?key={key}&source={}", escaped(&text)));
    refused(
        &by_get,
        130,
        "Upload using base64 source must be done using POST method.",
    );
    for source in [
        "no base64!",
        &text[..text.len() - 1],
        "a-_b",
        "====",
        "my/photo.jpg",
    ] {
        let answer = vitrine.send(&urlencoded(&[("source", source), ("key", key)]));
        refused(&answer, 120, "Invalid base64 string");
    }
    let no_picture = base64(b"certainly no picture");
    refused(
        &vitrine.send(&urlencoded(&[("source", &no_picture), ("key", key)])),
        400,
        "Invalid image",
    );
}

#[test]
fn base64_may_say_as_much_as_a_file_may_hold() {
    let bytes = picture::noise(100, 100, 1);
    let vitrine = Vitrine::with(&[("max_upload_bytes", &bytes.len().to_string())]);
    let text = base64(&bytes);
    vitrine
        .send(&urlencoded(&[("source", &text), ("key", vitrine.key())]))
        .is(200);
    send(&vitrine, Form::new().with_text("source", &text)).is(200);
    send(&vitrine, with(&bytes)).is(200);
    let more = base64(&[bytes, vec![0; 10]].concat());
    let answer = send(&vitrine, Form::new().with_text("source", &more));
    assert!(
        answer.json()["error"]["message"]
            .as_str()
            .is_some_and(|said| said.starts_with("File too big - max "))
    );
}

#[test]
fn what_is_not_there_is_an_empty_source() {
    let vitrine = Vitrine::start();
    let key = vitrine.key();
    let empty = [
        send(&vitrine, Form::new().with_text("title", "A")),
        send(&vitrine, Form::new().with_text("source", "")),
        send(&vitrine, Form::new().with_file("source", "", b"")),
        vitrine.send(&urlencoded(&[("source", ""), ("key", key)])),
        vitrine.get(&format!("{API}?key={key}")),
        vitrine.get(&format!("{API}?key={key}&source=")),
        vitrine.send(&Request::post(API).header("X-API-Key", key)),
        vitrine.send(
            &Request::post(API)
                .header("X-API-Key", key)
                .header("Content-Type", "text/plain")
                .body("x"),
        ),
    ];
    for answer in &empty {
        refused(answer, 130, "Empty upload source");
    }
}

#[test]
fn every_format_of_the_list_is_taken_and_bmp_becomes_png() {
    let vitrine = Vitrine::start();
    for (bytes, extension, mime) in [
        (picture::jpeg(30, 20), "jpg", "image/jpeg"),
        (picture::png(30, 20), "png", "image/png"),
        (picture::gif(30, 20), "gif", "image/gif"),
        (picture::webp(30, 20), "webp", "image/webp"),
        (picture::bmp(30, 20), "png", "image/png"),
    ] {
        let image = uploaded(&vitrine, Form::new().with_file("source", "a.bmp", &bytes));
        assert_eq!(
            (&image["extension"], &image["mime"]),
            (&json!(extension), &json!(mime))
        );
        let answer = vitrine.get(path(&vitrine, &image["url"])).is(200);
        assert_eq!(answer.header("content-type"), mime);
        assert_eq!(answer.picture().width(), 30);
    }
}

#[test]
fn formats_outside_of_the_list_are_refused_by_name() {
    let vitrine = Vitrine::start();
    for (bytes, name) in [
        (picture::tiff(30, 20), "tiff"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), "heic"),
        (
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(),
            "svg",
        ),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42".to_vec(), "mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ".to_vec(), "mov"),
        (b"\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01webm".to_vec(), "webm"),
    ] {
        refused(
            &send(&vitrine, with(&bytes)),
            614,
            &format!("Disabled image format ({name})"),
        );
    }
    nothing_is_left(&vitrine);
}
