//! Signing, and what a signed address shows.

use tests::picture;

use super::*;

#[test]
fn sign_answers_the_canonical_form_and_refuses_what_is_none() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(900, 600), "");
    let sign = |body: Value| tell(&vitrine, "POST", "/sign", body);
    let of = |transform: Value| sign(json!({ "imageId": id(&image), "transform": transform }));
    for (transform, canonical, format, extension) in [
        (json!(null), "f_webp", "webp", "webp"),
        (json!(""), "f_webp", "webp", "webp"),
        (json!("f_auto"), "f_webp", "webp", "webp"),
        (
            json!("q_80,w_0600,f_jpg"),
            "w_600,f_jpeg,q_80",
            "jpeg",
            "jpg",
        ),
        (json!("f_png,c_fill,w_9"), "w_9,f_png", "png", "png"),
        (
            json!("dpr_1.5,h_9,w_9,c_cover,f_avif"),
            "w_9,h_9,c_cover,f_avif,dpr_1.5",
            "avif",
            "avif",
        ),
        (json!("w_9,dpr_1"), "w_9,f_webp", "webp", "webp"),
    ] {
        let signed = of(transform).is(200).json();
        assert_eq!(
            (text(&signed, "canonical"), text(&signed, "format")),
            (canonical, format)
        );
        assert!(
            text(&signed, "url").ends_with(&format!("/{canonical}/{}.{extension}", id(&image)))
        );
    }
    let absent = sign(json!({ "imageId": id(&image) })).is(200).json();
    assert_eq!(text(&absent, "canonical"), "f_webp");
    for bad in [
        "w_0", "w_8193", "h_x", "c_crop", "f_gif", "q_0", "q_101", "dpr_5", "w_1,w_2", "x_1", "w_",
        ",",
    ] {
        refused(&of(json!(bad)), 400, "invalid_transform");
    }
    for body in [
        json!({}),
        json!({ "imageId": 7 }),
        json!({ "imageId": id(&image), "transform": 7 }),
    ] {
        refused(&sign(body), 400, "bad_request");
    }
    refused(
        &vitrine.send(
            &Request::post("/api/v1/sign")
                .header("X-Api-Key", vitrine.key())
                .body("{"),
        ),
        400,
        "bad_request",
    );
    for nowhere in ["x", "00112233-4455-4677-8899-aabbccddeeff"] {
        refused(&sign(json!({ "imageId": nowhere })), 404, "not_found");
    }
}

#[test]
fn every_fit_makes_the_size_it_says() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(400, 200), "");
    for (transform, width, height) in [
        ("", 400, 200),
        ("w_100", 100, 50),
        ("h_100", 200, 100),
        ("w_800", 400, 200),
        ("w_100,h_100", 100, 50),
        ("w_100,h_100,c_fit", 100, 50),
        ("w_100,h_100,c_inside", 100, 50),
        ("w_100,h_100,c_cover", 100, 100),
        ("w_100,h_100,c_fill", 100, 100),
        ("w_100,h_100,c_contain", 100, 100),
        // Nothing is enlarged: the box shrinks, or stays with wider margins around the picture.
        ("w_800,h_800,c_fit", 400, 200),
        ("w_800,h_800,c_cover", 200, 200),
        ("w_800,h_800,c_fill", 200, 200),
        ("w_800,h_800,c_contain", 800, 800),
        ("w_240,c_fill", 240, 120),
        ("w_50,h_50,c_cover,dpr_2", 100, 100),
        ("w_33,dpr_1.5", 50, 25),
    ] {
        let in_png = match transform {
            "" => "f_png".to_owned(),
            _ => format!("{transform},f_png"),
        };
        let shown = vitrine.get(&signed(&vitrine, id(&image), &in_png));
        let shown = shown.is(200).picture();
        assert_eq!(
            (shown.width(), shown.height()),
            (width, height),
            "{transform}"
        );
    }
    let pixel = |transform: &str, x, y| {
        let shown = vitrine
            .get(&signed(&vitrine, id(&image), transform))
            .is(200);
        shown.picture().to_rgba8().get_pixel(x, y).0
    };
    // The picture's red grows to the right: cut on both sides it begins later, stretched it does not.
    assert!(pixel("w_100,h_100,c_cover,f_png", 1, 50)[0] > 50);
    assert!(pixel("w_100,h_100,c_fill,f_png", 1, 50)[0] < 20);
    for format in ["png", "webp"] {
        assert_eq!(
            pixel(&format!("w_100,h_100,c_contain,f_{format}"), 50, 5)[3],
            0,
            "{format}"
        );
    }
    assert!(
        pixel("w_100,h_100,c_contain,f_jpeg", 50, 5)
            .iter()
            .all(|part| *part > 250)
    );
}

#[test]
fn full_size_is_encoded_again_and_never_the_original() {
    let vitrine = Vitrine::start();
    let bytes = picture::webp(300, 200);
    let image = put(&vitrine, "a.webp", &bytes, "");
    let shown = vitrine.get(&signed(&vitrine, id(&image), "")).is(200);
    assert_eq!(shown.header("content-type"), "image/webp");
    assert_ne!(shown.body, bytes);
    assert_eq!(
        (shown.picture().width(), shown.picture().height()),
        (300, 200)
    );
}

#[test]
fn an_animation_is_animated_as_webp_and_still_as_jpeg() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.gif", &picture::gif_animated(60, 40, 3), "");
    let moving = vitrine.get(&signed(&vitrine, id(&image), "w_30")).is(200);
    assert!(
        moving.body.windows(4).any(|bytes| bytes == b"ANMF"),
        "no frames"
    );
    let still = vitrine
        .get(&signed(&vitrine, id(&image), "w_30,f_jpeg"))
        .is(200);
    assert_eq!(still.header("content-type"), "image/jpeg");
    assert_eq!(still.picture().width(), 30);
}

#[test]
fn signed_delivery_needs_no_key_and_carries_its_headers() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(300, 200), "");
    let path = signed(&vitrine, id(&image), "w_60,f_webp,q_80");
    let shown = vitrine.get(&path).is(200);
    for (name, value) in [
        ("content-type", "image/webp"),
        ("cache-control", SIGNED_FOR_A_DAY),
        ("x-content-type-options", "nosniff"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
    ] {
        assert_eq!(shown.header(name), value, "{name}");
    }
    assert!(!shown.header("last-modified").is_empty());
    let etag = shown.header("etag").to_owned();
    assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    let known = vitrine
        .send(&Request::get(&path).header("If-None-Match", &etag))
        .is(304);
    assert_eq!(known.header("cache-control"), SIGNED_FOR_A_DAY);
    let head = vitrine.send(&Request::head(&path)).is(200);
    assert_eq!(head.header("content-length"), shown.body.len().to_string());
    // No negotiation: every client gets the same.
    let picky = vitrine
        .send(&Request::get(&path).header("Accept", "image/png"))
        .is(200);
    assert_eq!(picky.body, shown.body);
    // A revoked key takes no address along.
    let key = vitrine.world().new_key(&[]);
    let wish = json!({ "imageId": id(&image), "transform": "w_61" });
    let url = with_key(&vitrine, &key, "POST", "/sign", Some(&wish))
        .is(200)
        .json();
    let list = vitrine.run(&["key", "list"]).ended(0);
    for line in list.lines() {
        let key = line.split('\t').next().expect("an id");
        vitrine.run(&["key", "revoke", key]).ended(0);
    }
    vitrine
        .get(
            text(&url, "url")
                .strip_prefix(&vitrine.base())
                .expect("ours"),
        )
        .is(200);
    vitrine.get(&path).is(200);
}

#[test]
fn only_what_was_signed_in_its_one_spelling_is_delivered() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(300, 200), "");
    let other = put(&vitrine, "b.png", &picture::png(301, 200), "");
    let (own, others) = (id(&image), id(&other));
    let path = signed(&vitrine, own, "w_60,f_jpeg,q_80");
    let shown = vitrine.get(&path).is(200);
    assert_eq!(
        vitrine.get(&path.replace(".jpg", ".jpeg")).is(200).body,
        shown.body
    );

    let client = text(&image, "deliveryBase");
    for (from, to) in [
        ("w_60", "w_61"),
        ("w_60", "w_060"),
        ("w_60,f_jpeg", "f_jpeg,w_60"),
        ("f_jpeg", "f_jpg"),
        ("w_60,", "w_60%2C"),
        ("w_60", "x_60"),
        (own, others),
        (&path[client.len() + 1..client.len() + 3], "__"),
    ] {
        let wrong = path.replacen(from, to, 1);
        assert_ne!(wrong, path);
        refused(&vitrine.get(&wrong), 403, "invalid_signature");
    }
    for (from, to) in [
        (".jpg", ".webp"),
        (".jpg", ".gif"),
        (".jpg", ""),
        (own, "x"),
        (&client[3..], "AAAAAAAAAAAA"),
    ] {
        refused(&vitrine.get(&path.replacen(from, to, 1)), 404, "not_found");
    }
    for nothing in [
        "/t/a",
        "/t/a/b",
        "/t/a/b/c/d/e",
        &format!("{client}/{own}.webp"),
    ] {
        refused(&vitrine.get(nothing), 404, "not_found");
    }
    refused(
        &vitrine.send(&Request::post(&path)),
        405,
        "method_not_allowed",
    );
}
