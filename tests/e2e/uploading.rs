//! `POST /upload`: what is taken, and what is answered.

use serde_json::json;
use tests::{Form, Request, Vitrine, picture};

#[test]
fn the_answer_is_id_original_and_sizes_in_that_order() {
    let vitrine = Vitrine::start();
    let answer = vitrine.post("wide.jpg", &picture::jpeg(1700, 30)).is(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let value = answer.json();
    let id = value["id"].as_str().expect("an id");
    assert_eq!(id.len(), 10);
    assert!(
        id.bytes().all(|letter| letter.is_ascii_alphanumeric()),
        "{id}"
    );
    let base = vitrine.base();
    let sizes = [200, 400, 800, 1200, 1600]
        .map(|size| format!(r#""{size}":"{base}/{id}/{size}""#))
        .join(",");
    let expected = format!(r#"{{"id":"{id}","original":"{base}/{id}","sizes":{{{sizes}}}}}"#);
    let text = String::from_utf8(answer.body).expect("UTF-8");
    assert_eq!(text.split_whitespace().collect::<String>(), expected);
}

#[test]
fn only_sizes_strictly_smaller_than_the_picture_are_offered() {
    let vitrine = Vitrine::start();
    let offered = |bytes: &[u8]| {
        let value = vitrine.post("picture", bytes).is(200).json();
        let sizes = value["sizes"]
            .as_object()
            .expect("sizes is an object, also when empty");
        sizes
            .keys()
            .map(|size| size.parse::<u32>().expect("a number"))
            .collect::<Vec<_>>()
    };
    assert_eq!(offered(&picture::png(600, 5)), [200, 400]);
    assert_eq!(offered(&picture::png(400, 5)), [200]);
    assert_eq!(offered(&picture::png(201, 5)), [200]);
    assert_eq!(offered(&picture::png(200, 5)), [0_u32; 0]);
    assert_eq!(offered(&picture::png(1, 1)), [0_u32; 0]);
    // Lying on its side, this one is only 100 px wide when shown; and that one 600.
    assert_eq!(offered(&picture::jpeg_turned(600, 100, 6)), [0_u32; 0]);
    assert_eq!(offered(&picture::jpeg_turned(100, 600, 8)), [200, 400]);
}

#[test]
fn every_format_is_detected_from_the_bytes_and_served_with_its_type() {
    let vitrine = Vitrine::start();
    let cases = [
        ("image/jpeg", picture::jpeg(20, 10)),
        ("image/png", picture::png(20, 10)),
        ("image/gif", picture::gif(20, 10)),
        ("image/webp", picture::webp(20, 10)),
        ("image/bmp", picture::bmp(20, 10)),
    ];
    for (media_type, bytes) in cases {
        let part = "Content-Disposition: form-data; name=\"file\"; filename=\"song.mp3\"\r\nContent-Type: audio/mpeg";
        let request = Form::new()
            .with_part(part, &bytes)
            .post("/upload")
            .bearer(vitrine.key());
        let id = vitrine.send(&request).is(200).json()["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        let shown = vitrine.get(&format!("/{id}")).is(200);
        assert_eq!(shown.header("content-type"), media_type);
        assert!(shown.body == bytes, "{media_type} is not served verbatim");
    }
}

#[test]
fn a_tiff_is_shown_as_png_and_kept_as_it_is() {
    let vitrine = Vitrine::start();
    let bytes = picture::tiff(300, 150);
    let id = vitrine.upload("scan.tif", &bytes);
    let shown = vitrine.get(&format!("/{id}")).is(200);
    assert_eq!(shown.header("content-type"), "image/png");
    assert_eq!(shown.picture().to_rgb8(), picture::ramp(300, 150));
    assert!(vitrine.get(&format!("/{id}/original")).is(200).body == bytes);
    for format in ["tiff", "bmp"] {
        let bytes = if format == "tiff" {
            bytes.clone()
        } else {
            picture::bmp(300, 150)
        };
        let id = vitrine.upload("scan", &bytes);
        let small = vitrine.get(&format!("/{id}/100")).is(200);
        assert_eq!(small.header("content-type"), "image/png", "{format}");
        assert_eq!(
            (small.picture().width(), small.picture().height()),
            (100, 50),
            "{format}"
        );
    }
}

#[test]
fn parts_come_in_any_order_and_the_file_needs_no_name() {
    let vitrine = Vitrine::start();
    let png = picture::png(7, 7);
    let nameless = "Content-Disposition: form-data; name=\"file\"";
    let bare = "content-disposition: form-data; name=\"file\"; filename=\"source\"";
    let forms = [
        Form::new()
            .with_text("album", "x")
            .with_file("file", "a.png", &png)
            .with_text("after", "y"),
        Form::new().with_part(nameless, &png),
        Form::new().with_part(bare, &png),
        // If there is a text field of the same name as well, the file takes precedence.
        Form::new()
            .with_text("file", "C:\\a.png")
            .with_file("file", "a.png", &png),
        Form::new()
            .with_file("file", "a.png", &png)
            .with_text("file", "C:\\a.png"),
        Form::new().with_file(
            "file",
            "dvojité \u{201e}uvozovky\u{201c} \u{1f600}.png",
            &png,
        ),
    ];
    for form in forms {
        let shown = form.clone();
        let answer = vitrine.send(&form.post("/upload").bearer(vitrine.key()));
        assert_eq!(
            answer.status,
            200,
            "{answer}\n{}",
            String::from_utf8_lossy(&shown.finish())
        );
    }
}

#[test]
fn a_body_of_unknown_length_is_taken() {
    let vitrine = Vitrine::start();
    let bytes = picture::noise(300, 300, 1);
    let request = Form::file("noise.png", &bytes)
        .post("/upload")
        .bearer(vitrine.key())
        .chunked();
    let id = vitrine.send(&request).is(200).json()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert!(vitrine.get(&format!("/{id}")).body == bytes);
}

#[test]
fn the_same_bytes_twice_are_two_images_and_one_blob() {
    let vitrine = Vitrine::start();
    let bytes = picture::png(30, 30);
    let first = vitrine.upload("a.png", &bytes);
    let second = vitrine.upload("b.png", &bytes);
    assert_ne!(first, second);
    assert_eq!(vitrine.world().files("blobs").len(), 1);
}

#[test]
fn an_upload_sent_again_with_its_idempotency_key_answers_the_same_and_stores_nothing() {
    let vitrine = Vitrine::start();
    let (png, other) = (picture::png(30, 30), picture::png(31, 30));
    let send = |bytes: &[u8], idempotency: &str, key: &str| {
        vitrine.send(
            &Form::file("a.png", bytes)
                .post("/upload")
                .bearer(key)
                .header("Idempotency-Key", idempotency),
        )
    };
    let first = send(&png, "3f1c", vitrine.key()).is(200);
    let again = send(&png, "3f1c", vitrine.key()).is(200);
    assert_eq!(first.body, again.body);
    assert_eq!(again.header("content-type"), "application/json");

    let clash = send(&other, "3f1c", vitrine.key()).is(422);
    assert!(clash.json()["error"].is_string(), "{clash}");
    assert_eq!(vitrine.world().files("blobs").len(), 1);

    assert_ne!(
        first.body,
        send(&png, "another", vitrine.key()).is(200).body
    );
    let too_long = send(&png, &"x".repeat(129), vitrine.key()).is(400);
    assert!(too_long.json()["error"].is_string(), "{too_long}");
    send(&png, &"x".repeat(128), vitrine.key()).is(200);
    let somebody = vitrine.world().new_key(&[]);
    assert_ne!(first.body, send(&png, "3f1c", &somebody).is(200).body);
}

#[test]
fn an_idempotency_key_outlives_a_restart_and_the_sending_race() {
    let mut vitrine = Vitrine::start();
    let request = Form::file("a.png", &picture::noise(200, 200, 3))
        .post("/upload")
        .bearer(vitrine.key())
        .header("Idempotency-Key", "one")
        .header("Host", "pictures.example");
    let bodies: Vec<_> = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| vitrine.send(&request).is(200).body))
            .collect();
        sent.into_iter()
            .map(|sent| sent.join().expect("an answer"))
            .collect()
    });
    assert!(
        bodies.windows(2).all(|pair| pair[0] == pair[1]),
        "eight answers to one upload differ"
    );
    vitrine.kill();
    vitrine.start_again();
    assert_eq!(vitrine.send(&request).is(200).body, bodies[0]);
}

#[test]
fn links_start_with_the_address_that_was_asked() {
    let vitrine = Vitrine::start();
    let upload = || {
        Form::file("a.png", &picture::png(9, 9))
            .post("/upload")
            .bearer(vitrine.key())
    };
    let original = |request: &Request| {
        vitrine.send(request).is(200).json()["original"]
            .as_str()
            .expect("a link")
            .to_owned()
    };
    assert!(
        original(&upload().header("Host", "nas.local:8080")).starts_with("http://nas.local:8080/")
    );
    // Forwarded addresses are ignored unless a proxy is trusted by the configuration.
    let forged = upload()
        .header("X-Forwarded-Host", "evil.example")
        .header("X-Forwarded-Proto", "https");
    assert!(original(&forged).starts_with(&format!("{}/", vitrine.base())));
}

#[test]
fn a_trusted_proxy_says_where_links_point() {
    let vitrine = Vitrine::with(&[("trusted_proxies", "127.0.0.1")]);
    let upload = Form::file("a.png", &picture::png(9, 9))
        .post("/upload")
        .bearer(vitrine.key())
        .header("X-Forwarded-Host", "pictures.example")
        .header("X-Forwarded-Proto", "https");
    let value = vitrine.send(&upload).is(200).json();
    assert_eq!(
        value["original"],
        json!(format!(
            "https://pictures.example/{}",
            value["id"].as_str().expect("an id")
        ))
    );
}

#[test]
fn a_configured_public_address_wins_and_keeps_no_slash() {
    let vitrine = Vitrine::with(&[
        ("public_url", "https://pictures.example/vitrine/"),
        ("trusted_proxies", "127.0.0.1"),
    ]);
    let upload = Form::file("a.png", &picture::png(300, 9))
        .post("/upload")
        .bearer(vitrine.key())
        .header("X-Forwarded-Host", "other.example");
    let value = vitrine.send(&upload).is(200).json();
    let id = value["id"].as_str().expect("an id");
    assert_eq!(
        value["original"],
        json!(format!("https://pictures.example/vitrine/{id}"))
    );
    assert_eq!(
        value["sizes"]["200"],
        json!(format!("https://pictures.example/vitrine/{id}/200"))
    );
}
