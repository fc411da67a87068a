//! Uploading: parameters, names, lifetimes, and both formats of the answer.

use serde_json::{Value, json};
use tests::{Form, Vitrine, picture};

use super::*;

/// The name without its day, which is today's in UTC.
#[track_caller]
fn bare(answer: &Value) -> String {
    let filename = answer["filename"].as_str().expect("a name");
    let (day, bare) = filename.split_once('_').expect("a day in front");
    assert!(
        day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()),
        "{filename}"
    );
    bare.to_owned()
}

#[test]
fn the_answer_has_every_address_and_what_the_picture_is() {
    let vitrine = Vitrine::start();
    let jpeg = picture::jpeg(1200, 900);
    let answer = keep(&vitrine, "fountain.jpg", &jpeg);
    let (base, filename) = (vitrine.base(), answer["filename"].as_str().unwrap());
    assert_eq!(bare(&answer), "fountain.jpg");
    assert_eq!(
        answer,
        json!({
            "filename": filename,
            "native": format!("{base}/img/owner/{filename}"),
            "xga": format!("{base}/img/owner/xga/{filename}"),
            "vga": format!("{base}/img/owner/vga/{filename}"),
            "qvga": format!("{base}/img/owner/qvga/{filename}"),
            "mime": "image/jpeg", "size": jpeg.len(), "width": 1200, "height": 900,
            "permanent": true, "expires": null,
        })
    );
    let png = keep(&vitrine, "molly.png", &picture::png(30, 20));
    assert_eq!(bare(&png), "molly.png");
    assert!(
        png["vga"].as_str().unwrap().ends_with("_molly.jpg"),
        "{png}"
    );
    // As displayed.
    let turned = keep(&vitrine, "t.jpg", &picture::jpeg_turned(30, 20, 6));
    assert_eq!(
        (&turned["width"], &turned["height"]),
        (&json!(20), &json!(30))
    );
}

#[test]
fn key_value_lines_have_the_same_keys_in_the_same_order() {
    let vitrine = Vitrine::start();
    let png = picture::png(30, 20);
    let json = upload(&vitrine, "a.png", &png, &[]).is(200);
    assert_eq!(json.header("content-type"), "application/json");
    let text = String::from_utf8(json.body.clone()).unwrap();
    let place = |key: &str| text.find(&format!("\"{key}\":")).expect("the key");
    for (name, value) in [
        ("output", "plain"),
        ("format", "text"),
        ("output_format", "kv"),
        ("output", "txt"),
    ] {
        let plain = upload(&vitrine, "a.png", &png, &[(name, value), ("expire", "5")]).is(200);
        assert_eq!(plain.header("content-type"), "text/plain; charset=utf-8");
        let plain = String::from_utf8(plain.body).unwrap();
        assert!(plain.ends_with('\n') && !plain.ends_with("\n\n"));
        let lines: Vec<_> = plain
            .lines()
            .map(|line| line.split_once('=').unwrap())
            .collect();
        assert_eq!(lines.len(), 11);
        assert!(
            lines
                .windows(2)
                .all(|pair| place(pair[0].0) < place(pair[1].0)),
            "{plain}"
        );
        assert_eq!(lines[6], ("size", &*png.len().to_string()));
        assert_eq!(lines[9], ("permanent", "0"));
        assert!(lines[10].1.ends_with('Z'), "{plain}");
    }
    let plain = upload(&vitrine, "a.png", &png, &[("output", "plain")])
        .is(200)
        .body;
    assert!(plain.ends_with(b"\npermanent=1\nexpires=\n"));
    let other = upload(&vitrine, "a.png", &png, &[("output", "xml")]).is(200);
    assert_eq!(other.header("content-type"), "application/json");
}

#[test]
fn the_token_may_come_before_or_after_the_file() {
    let vitrine = Vitrine::start();
    let png = picture::png(30, 20);
    let after = Form::file("a.png", &png).with_text("token", vitrine.key());
    vitrine.send(&after.post(UPLOAD)).is(200);
    upload(&vitrine, "a.png", &png, &[]).is(200);
    // An upload with a wrong one leaves nothing behind, at whatever position the field is.
    let vitrine = Vitrine::start();
    let after = Form::file("a.png", &png).with_text("token", "a9b8c7d6e5f4");
    refused(vitrine.send(&after.post(UPLOAD)), 403);
    nothing_is_kept(&vitrine);
}

#[test]
fn the_file_is_taken_under_every_alias_and_its_name_and_type_may_be_missing() {
    let vitrine = Vitrine::start();
    let png = picture::png(30, 20);
    for alias in ["file", "image", "img", "upload"] {
        let form = with_token(&vitrine).with_file(alias, "a.png", &png);
        vitrine.send(&form.post(UPLOAD)).is(200);
    }
    let head = "Content-Disposition: form-data; name=\"file\"";
    let bare_part = with_token(&vitrine).with_part(head, &png);
    let answer = vitrine.send(&bare_part.post(UPLOAD)).is(200).json();
    assert_eq!(answer["mime"], "image/png");
    // A text of the same name is not the file.
    let both = with_token(&vitrine)
        .with_text("file", "a.png")
        .with_file("file", "a.png", &png);
    vitrine.send(&both.post(UPLOAD)).is(200);
}

#[test]
fn a_name_is_random_unless_it_is_to_be_preserved() {
    let vitrine = Vitrine::start();
    let name = |said: &[(&str, &str)]| {
        bare(
            &upload(&vitrine, "fountain.png", &picture::png(3, 2), said)
                .is(200)
                .json(),
        )
    };
    for said in [
        &[][..],
        &[("preserve_filename", "0")],
        &[("preserve_filename", "perhaps")],
        &[("filename", "b")],
    ] {
        let name = name(said);
        let stem = name.strip_suffix(".png").expect("its ending");
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        assert!(stem.len() == 12 && stem.bytes().all(plain), "{name}");
    }
    assert_ne!(name(&[]), name(&[]));
    assert_eq!(name(&[("preserve_filename", "1")]), "fountain.png");
    assert_eq!(
        name(&[("keep_filename", "yes"), ("filename", "basin.png")]),
        "basin.png"
    );
    assert_eq!(
        name(&[("preserve", "on"), ("name", "spring")]),
        "spring.png"
    );
}

#[test]
fn names_are_made_safe_and_short_and_their_ending_right() {
    let vitrine = Vitrine::start();
    let (jpeg, webp, bmp) = (picture::jpeg(3, 2), picture::webp(3, 2), picture::bmp(3, 2));
    let long = format!("{}.jpeg", "x".repeat(60));
    for (name, bytes, kept) in [
        ("a.jpeg", &jpeg, "a.jpeg".to_owned()),
        ("b.jpe", &jpeg, "b.jpe".to_owned()),
        ("c.png", &jpeg, "c.jpg".to_owned()),
        ("d.jpg", &webp, "d.webp".to_owned()),
        ("e", &bmp, "e.bmp".to_owned()),
        ("../f g+ü.jpg", &jpeg, "f_g__.jpg".to_owned()),
        ("...g.jpg", &jpeg, "g.jpg".to_owned()),
        (&long, &jpeg, format!("{}.jpeg", "x".repeat(40))),
    ] {
        assert_eq!(bare(&keep(&vitrine, name, bytes)), kept, "{name}");
    }
    assert_eq!(bare(&keep(&vitrine, "....", &jpeg)).len(), 16);
}

#[test]
fn one_name_of_a_day_is_numbered_whatever_its_ending() {
    let vitrine = Vitrine::start();
    assert_eq!(
        bare(&keep(&vitrine, "a.png", &picture::png(30, 20))),
        "a.png"
    );
    let second = keep(&vitrine, "a.jpg", &picture::jpeg(40, 20));
    assert_eq!(bare(&second), "a_2.jpg");
    assert_eq!(
        bare(&keep(&vitrine, "a.png", &picture::png(30, 20))),
        "a_3.png"
    );
    let vga = reduced(&vitrine, &path(&vitrine, &second, "vga"));
    assert_eq!(vga.picture().width(), 40);
}

#[test]
fn an_account_s_pictures_lie_under_its_name() {
    let vitrine = Vitrine::start();
    vitrine.run(&["account", "add", "kitten"]).ended(0);
    let token = vitrine.world().new_key(&["--account", "kitten"]);
    let form = Form::new()
        .with_text("token", &token)
        .with_text("preserve_filename", "1")
        .with_file("file", "fountain.jpg", &picture::jpeg(30, 20));
    let answer = vitrine.send(&form.post(UPLOAD)).is(200).json();
    let native = path(&vitrine, &answer, "native");
    assert!(
        native.starts_with("/img/kitten/2") && native.ends_with("_fountain.jpg"),
        "{native}"
    );
    // Somebody else's of the same name is no collision, and no way to the first.
    let own = keep(&vitrine, "fountain.jpg", &picture::jpeg(40, 20));
    assert_eq!(bare(&own), "fountain.jpg");
    assert_eq!(vitrine.get(&native).is(200).picture().width(), 30);
}

#[test]
fn what_lasts_how_long_follows_from_its_size() {
    let tiers = "1000:365:permanent,100000:365,200000:30";
    let vitrine = Vitrine::with(&[("imgshare_lifetimes", tiers)]);
    let (small, middle, large) = (
        picture::png(3, 2),
        picture::noise(100, 100, 1),
        picture::noise(200, 200, 1),
    );
    assert!(small.len() <= 1000 && middle.len() > 1000 && large.len() > 100_000);
    // Hours from now on; none is for good.
    let lasts = |bytes: &[u8], said: &[(&str, &str)]| -> Option<u64> {
        let answer = upload(&vitrine, "a.png", bytes, said).is(200);
        let native = path(&vitrine, &answer.json(), "native");
        let cache = vitrine
            .get(&native)
            .is(200)
            .header("cache-control")
            .to_owned();
        let expires = answer.json()["expires"].as_str().map(str::to_owned);
        assert_eq!(answer.json()["permanent"], json!(expires.is_none()));
        let seconds: u64 = cache
            .strip_prefix("public, max-age=")
            .expect("no more")
            .parse()
            .unwrap();
        assert!(expires.is_some() || seconds == 31_536_000, "{cache}");
        // A slow test takes a moment, not half an hour.
        expires.map(|_| (seconds + 1800) / 3600)
    };
    for (bytes, expire, hours) in [
        (&small, None, None),
        (&small, Some("never"), None),
        (&small, Some("permanent"), None),
        (&small, Some("0"), None),
        (&small, Some("1"), Some(1)),
        (&small, Some("8760"), Some(8760)),
        (&small, Some("8761"), Some(8760)),
        (&small, Some("99999999999999999999999"), Some(8760)),
        (&small, Some("soon"), None),
        (&small, Some("-1"), None),
        (&small, Some("1.5"), None),
        (&middle, None, Some(8760)),
        (&middle, Some("never"), Some(8760)),
        (&middle, Some("24"), Some(24)),
        (&middle, Some("soon"), Some(8760)),
        (&large, None, Some(720)),
        (&large, Some("0"), Some(720)),
        (&large, Some("721"), Some(720)),
        (&large, Some("8760"), Some(720)),
    ] {
        let said: Vec<_> = expire
            .map(|expire| ("expire", expire))
            .into_iter()
            .collect();
        assert_eq!(lasts(bytes, &said), hours, "{} {expire:?}", bytes.len());
    }
    for alias in ["expiry", "expires", "ttl"] {
        assert_eq!(lasts(&small, &[(alias, "48")]), Some(48), "{alias}");
    }
}

#[test]
fn an_idempotency_key_answers_the_first_answer_and_stores_nothing() {
    let vitrine = Vitrine::start();
    let send = |bytes: &[u8], output: &str| {
        let form = with_token(&vitrine)
            .with_text("output", output)
            .with_file("file", "a.png", bytes);
        vitrine.send(&form.post(UPLOAD).header("Idempotency-Key", "one"))
    };
    let first = send(&picture::png(30, 20), "plain").is(200);
    let again = send(&picture::png(30, 20), "json").is(200);
    assert_eq!(
        (&again.body, again.header("content-type")),
        (&first.body, "text/plain; charset=utf-8")
    );
    refused(send(&picture::png(31, 20), "plain"), 422);
    assert_eq!(vitrine.world().files("blobs").len(), 1);
    let form = with_token(&vitrine).with_file("file", "a.png", &picture::png(30, 20));
    let long = form.post(UPLOAD).header("Idempotency-Key", "x".repeat(129));
    refused(vitrine.send(&long), 400);
}

#[test]
fn links_follow_the_public_url() {
    let vitrine = Vitrine::with(&[("public_url", "https://pictures.example/below/")]);
    let answer = upload(&vitrine, "a.png", &picture::png(3, 2), &[])
        .is(200)
        .json();
    for key in ["native", "xga", "vga", "qvga"] {
        let address = answer[key].as_str().unwrap();
        assert!(
            address.starts_with("https://pictures.example/below/img/owner/"),
            "{address}"
        );
    }
}

#[test]
fn unknown_parameters_and_a_slash_at_the_end_are_ignored() {
    let vitrine = Vitrine::start();
    let form = with_token(&vitrine)
        .with_text("album", "1")
        .with_text("xga", "0")
        .with_file("thumbnail", "t.png", &picture::png(3, 2))
        .with_file("file", "a.png", &picture::png(30, 20));
    let answer = vitrine.send(&form.post("/api/v1/img_upload.php/")).is(200);
    assert_eq!(answer.json()["width"], 30);
}
