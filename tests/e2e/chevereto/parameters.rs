//! Every parameter of an upload, and what becomes of one that makes no sense.

use serde_json::json;
use tests::{Vitrine, picture};

use super::*;

#[test]
fn the_key_in_the_header_counts_before_the_body_and_that_before_the_query() {
    let vitrine = Vitrine::start();
    let key = vitrine.key();
    let wrong = "chv_wrong";
    let keyed = |header: Option<&str>, body: Option<&str>, query: Option<&str>| {
        let form = match body {
            Some(key) => with_picture().with_text("key", key),
            None => with_picture(),
        };
        let path = query.map_or(API.to_owned(), |key| format!("{API}?key={key}"));
        let request = form.post(&path);
        let request = match header {
            Some(key) => request.header("x-api-key", key),
            None => request,
        };
        vitrine.send(&request)
    };
    keyed(Some(key), Some(wrong), Some(wrong)).is(200);
    keyed(None, Some(key), Some(wrong)).is(200);
    keyed(None, None, Some(key)).is(200);
    keyed(None, Some(""), Some(key)).is(200);
    refused(
        &keyed(Some(wrong), Some(key), Some(key)),
        100,
        "Invalid API key.",
    );
    refused(
        &keyed(None, Some(wrong), Some(key)),
        100,
        "Invalid API key.",
    );
    refused(&keyed(None, None, Some(wrong)), 100, "Invalid API key.");
    refused(&keyed(None, None, None), 100, "No key provided");
    refused(&keyed(None, Some(""), None), 100, "No key provided");
}

#[test]
fn a_title_is_cut_at_100_characters_and_may_be_called_name() {
    let vitrine = Vitrine::start();
    let title = |form: Form| uploaded(&vitrine, form)["title"].clone();
    assert_eq!(
        title(with_picture().with_text("title", &"é".repeat(101))),
        json!("é".repeat(100))
    );
    assert_eq!(
        title(with_picture().with_text("name", "Fountain")),
        "Fountain"
    );
    assert_eq!(title(with_picture().with_text("title", "")), "my photo");
}

/// EXIF with a title for Windows and a description.
fn telling() -> Vec<u8> {
    let title: Vec<u8> = "Brunnen\0"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let entry = |tag: u16, kind: u16, count: u32, at: u32| {
        [
            &tag.to_le_bytes()[..],
            &kind.to_le_bytes(),
            &count.to_le_bytes(),
            &at.to_le_bytes(),
        ]
        .concat()
    };
    let exif = [
        b"II*\0\x08\0\0\0\x04\0".as_slice(),
        &entry(270, 2, 9, 100),
        &entry(271, 2, 7, 110),
        &entry(0x8769, 4, 1, 140),
        &entry(0x9C9B, 1, 16, 120),
        &[0; 4],
    ];
    let mut exif = exif.concat();
    exif.resize(100, 0);
    exif.extend(b"By night\0\0Vitrix\0\0\0\0");
    exif.extend(title);
    exif.resize(140, 0);
    exif.extend(b"\x01\0");
    exif.extend(entry(0x9003, 2, 20, 160));
    exif.resize(160, 0);
    exif.extend(b"2021:03:04 05:06:07\0");
    let plain = picture::jpeg(60, 40);
    let length = u16::try_from(exif.len() + 8)
        .expect("a small block")
        .to_be_bytes();
    [
        &plain[..2],
        &[0xff, 0xe1],
        &length,
        b"Exif\0\0",
        &exif,
        &plain[2..],
    ]
    .concat()
}

#[test]
fn title_and_description_default_to_what_the_picture_tells() {
    let vitrine = Vitrine::start();
    let image = uploaded(&vitrine, with(&telling()));
    assert_eq!(
        (&image["title"], &image["description"]),
        (&json!("Brunnen"), &json!("By night"))
    );
    let exif = image["original_exifdata"].as_str().expect("JSON in a text");
    let exif: Value = serde_json::from_str(exif).expect("JSON");
    assert_eq!(
        exif,
        json!({ "Make": "Vitrix", "DateTimeOriginal": "2021:03:04 05:06:07" })
    );
    let said = with(&telling())
        .with_text("title", "A")
        .with_text("description", "B");
    let image = uploaded(&vitrine, said);
    assert_eq!(
        (&image["title"], &image["description"]),
        (&json!("A"), &json!("B"))
    );
}

#[test]
fn tags_come_back_as_a_list_and_as_a_text() {
    let vitrine = Vitrine::start();
    let image = uploaded(
        &vitrine,
        with_picture().with_text("tags", "sea, blue sky,, sea"),
    );
    assert_eq!(image["tags"], json!(["sea", "blue sky"]));
    assert_eq!(image["tags_string"], "sea,blue sky");
}

#[test]
fn an_album_that_is_none_of_ones_own_is_dropped_silently() {
    let vitrine = Vitrine::start();
    for id in ["7", "3f2b8c1e-58a4-4f6e-9d7b-0a1b2c3d4e5f", "'; --", ""] {
        send(&vitrine, with_picture().with_text("album_id", id)).is(200);
    }
}

#[test]
fn a_category_that_is_not_known_is_none() {
    let vitrine = Vitrine::start();
    for id in ["1", "x", ""] {
        let image = uploaded(&vitrine, with_picture().with_text("category_id", id));
        assert_eq!(image["category_id"], json!(null));
    }
}

#[test]
fn a_width_makes_the_stored_file_narrower_and_never_wider() {
    let vitrine = Vitrine::start();
    let size = |form: Form| {
        let image = uploaded(&vitrine, form);
        let kept = vitrine.get(path(&vitrine, &image["url"])).is(200).picture();
        assert_eq!(
            (&image["width"], &image["height"]),
            (&json!(kept.width()), &json!(kept.height()))
        );
        (kept.width(), kept.height())
    };
    let photo = || with(&picture::jpeg(400, 300));
    assert_eq!(size(photo().with_text("width", "200")), (200, 150));
    assert_eq!(size(photo().with_text("width", "4000")), (400, 300));
    for nonsense in ["wide", "-5", "0", ""] {
        assert_eq!(
            size(photo().with_text("width", nonsense)),
            (400, 300),
            "{nonsense}"
        );
    }
    let turned = with(&picture::jpeg_turned(400, 300, 6)).with_text("width", "150");
    assert_eq!(size(turned), (150, 200), "of the picture as it is seen");
    let moving = picture::gif_animated(64, 48, 3);
    let image = uploaded(&vitrine, with(&moving).with_text("width", "32"));
    assert_eq!(
        (&image["width"], &image["size"]),
        (&json!(64), &json!(moving.len()))
    );
}

#[test]
fn an_expiration_is_seconds_or_a_duration_between_five_minutes_and_a_year() {
    let vitrine = Vitrine::start();
    let lives = |expiration: &str| {
        let image = uploaded(&vitrine, with_picture().with_text("expiration", expiration));
        let end = image["expiration_date_gmt"].as_str().map(seconds);
        end.map(|end| end - seconds(image["date_gmt"].as_str().expect("a date")))
    };
    for (text, expected) in [
        ("600", 600),
        ("1", 300),
        ("99999999999", 31_536_000),
        ("PT5M", 300),
        ("PT2H", 7200),
        ("P3D", 3 * 86_400),
        ("P1W", 7 * 86_400),
        ("P1DT1H", 25 * 3600),
        ("P1Y", 31_536_000),
    ] {
        let lives = lives(text).expect("an end");
        assert!(
            (expected - 2..=expected + 2).contains(&lives),
            "{text}: {lives}"
        );
    }
    assert!((28 * 86_400 - 2..=31 * 86_400 + 2).contains(&lives("P1M").expect("an end")));
    for never in ["", "0"] {
        assert_eq!(lives(never), None, "{never:?}");
    }
    let before = kept(&vitrine);
    for nonsense in ["tomorrow", "-300", "P", "5 minutes"] {
        let answer = send(
            &vitrine,
            with(&picture::png(9, 9)).with_text("expiration", nonsense),
        );
        refused(&answer, 400, "Invalid expiration");
    }
    assert_eq!(kept(&vitrine), before);
}

/// Seconds of a `Y-m-d H:i:s`, counted from an arbitrary year.
fn seconds(moment: &str) -> i64 {
    let numbers: Vec<i64> = moment
        .split(['-', ' ', ':'])
        .map(|number| number.parse().expect("a number"))
        .collect();
    let [year, month, day, hour, minute, second] = numbers[..] else {
        panic!("{moment} is no moment");
    };
    // Days since 0000-03-01, where a leap day is the last of its year.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    ((days * 24 + hour) * 60 + minute) * 60 + second
}

#[test]
fn nsfw_is_1_or_nothing() {
    let vitrine = Vitrine::start();
    for (text, nsfw) in [("1", 1), ("0", 0), ("2", 0), ("yes", 0), ("", 0)] {
        let image = uploaded(&vitrine, with_picture().with_text("nsfw", text));
        assert_eq!(image["nsfw"], json!(nsfw), "{text}");
    }
}

#[test]
fn the_format_is_json_text_or_a_redirect() {
    let vitrine = Vitrine::start();
    for format in ["json", "xml", ""] {
        let answer = send(&vitrine, with_picture().with_text("format", format)).is(200);
        assert_eq!(answer.json()["status_txt"], "OK", "{format}");
    }
    let text = send(&vitrine, with_picture().with_text("format", "txt")).is(200);
    assert_eq!(text.header("content-type"), "text/plain; charset=UTF-8");
    let url = String::from_utf8(text.body).expect("text");
    vitrine
        .get(url.strip_prefix(&vitrine.base()).expect("an address"))
        .is(200);
    let moved = send(&vitrine, with_picture().with_text("format", "redirect")).is(302);
    let place = moved.header("location");
    assert!(place.starts_with("/image/my-photo."), "{place}");
    vitrine.get(place).is(200);
    // In the query as well as in the body.
    let form = with_picture()
        .post(&format!("{API}?format=txt"))
        .header("X-API-Key", vitrine.key());
    assert!(vitrine.send(&form).is(200).body.starts_with(b"http://"));
}

#[test]
fn an_administrator_may_have_a_jpeg_dated_by_its_camera() {
    let vitrine = Vitrine::start();
    let dated = || with(&telling()).with_text("use_file_date", "1");
    let image = uploaded(&vitrine, dated());
    assert_eq!(
        (&image["date"], &image["date_gmt"]),
        (&json!("2021-03-04 05:06:07"), &json!("2021-03-04 05:06:07"))
    );
    assert_eq!(
        path(&vitrine, &image["url"]),
        "/images/2021/03/04/my-photo.jpg"
    );
    vitrine.get("/images/2021/03/04/my-photo.jpg").is(200);
    vitrine.get("/images/2021/03/04/my-photo.th.jpg").is(200);

    vitrine.run(&["account", "add", "anna"]).ended(0);
    let annas = vitrine.world().new_key(&["--account", "anna"]);
    let answer = vitrine.send(&dated().post(API).header("X-API-Key", annas));
    assert_ne!(
        super::image(&answer)["date"],
        "2021-03-04 05:06:07",
        "for administrators only"
    );
    let plain = uploaded(&vitrine, with_picture().with_text("use_file_date", "1"));
    assert_ne!(
        plain["date"],
        json!(null),
        "a picture without a date has that of its upload"
    );
}

#[test]
fn an_image_parameter_is_answered_as_imgbb_does() {
    let vitrine = Vitrine::start();
    let base64 = base64(&picture::png(30, 20));
    let answer = vitrine
        .send(&urlencoded(&[("image", &base64), ("key", vitrine.key())]))
        .is(200)
        .json();
    assert_eq!(
        (&answer["status"], &answer["status_code"]),
        (&json!(200), &json!(200))
    );
    let data = &answer["data"];
    assert_eq!(
        (&data["id"], &data["width"]),
        (&data["id_encoded"], &json!(30))
    );
    vitrine.get(path(&vitrine, &data["url"])).is(200);
    assert!(data["delete_url"].is_string() && answer.get("image").is_none());
}

#[test]
fn parameters_of_old_clients_are_ignored() {
    let vitrine = Vitrine::start();
    let form = with_picture()
        .with_text("action", "upload")
        .with_text("type", "file")
        .with_text("more", "x");
    send(&vitrine, form).is(200);
}
