//! What is said of a picture, group by group, and that all its addresses lead somewhere.

use serde_json::json;
use tests::{Vitrine, picture};

use super::*;

#[test]
fn basics_say_what_is_kept() {
    let vitrine = Vitrine::start();
    let bytes = picture::png(120, 80);
    let image = uploaded(
        &vitrine,
        Form::new().with_file("source", "my summer-photo.PNG", &bytes),
    );
    for (field, value) in [
        ("name", json!("my-summer-photo")),
        ("extension", json!("png")),
        ("size", json!(bytes.len())),
        ("width", json!(120)),
        ("height", json!(80)),
        ("title", json!("my summer photo")),
        ("tags", json!([])),
        ("description", json!(null)),
        ("nsfw", json!(0)),
        ("storage_mode", json!("datefolder")),
        ("views", json!(0)),
        ("category_id", json!(null)),
        ("original_filename", json!("my summer-photo.PNG")),
        ("original_exifdata", json!(null)),
        ("expiration_date_gmt", json!(null)),
        ("filename", json!("my-summer-photo.png")),
        ("mime", json!("image/png")),
        ("ratio", json!(1.5)),
        ("type", json!("image")),
        ("tags_string", json!("")),
        ("file", json!({ "resource": { "type": "url" } })),
    ] {
        assert_eq!(image[field], value, "{field}");
    }
    let date = image["date"].as_str().expect("a date");
    assert_eq!((date.len(), &image["date_gmt"]), (19, &image["date"]));
    let folder = date[..10].replace('-', "/");
    assert_eq!(
        path(&vitrine, &image["url"]),
        format!("/images/{folder}/my-summer-photo.png")
    );
}

#[test]
fn sums_are_md5_of_what_is_kept_and_of_what_came() {
    let vitrine = Vitrine::start();
    let image = uploaded(&vitrine, with(&picture::png(20, 20)));
    let kept = vitrine.get(path(&vitrine, &image["url"])).is(200).body;
    let sum = md5(&vitrine, &kept);
    assert_eq!(kept, picture::png(20, 20), "kept as it came");
    assert_eq!(
        (&image["checksum"], &image["md5"]),
        (&json!(sum), &json!(sum))
    );
    assert_eq!(
        (&image["source_checksum"], &image["source_md5"]),
        (&json!(null), &json!(null))
    );

    let bytes = picture::jpeg(200, 100);
    let image = uploaded(&vitrine, with(&bytes).with_text("width", "100"));
    let kept = vitrine.get(path(&vitrine, &image["url"])).is(200).body;
    assert_eq!(image["checksum"], json!(md5(&vitrine, &kept)));
    let sum = md5(&vitrine, &bytes);
    assert_eq!(
        (&image["source_checksum"], &image["source_md5"]),
        (&json!(sum), &json!(sum))
    );
}

fn md5(vitrine: &Vitrine, bytes: &[u8]) -> String {
    let file = vitrine.world().file("summed", bytes);
    let mut command = vitrine.world().command("md5sum");
    command.arg(file);
    let ran = tests::vitrine::CommandOutput::run(command, b"").ended(0);
    ran.out.split(' ').next().expect("a sum").to_owned()
}

#[test]
fn sizes_are_made_with_the_upload_and_are_as_large_as_is_said() {
    let vitrine = Vitrine::with(&[("prepare_sizes", "false")]);
    let wide = uploaded(&vitrine, with(&picture::jpeg(900, 600)));
    assert_eq!(vitrine.world().files("variants").len(), 2);
    assert_eq!(
        (&wide["chain"], &wide["frame_size"]),
        (&json!(7), &json!(0))
    );
    for (size, width, height) in [
        ("image", 900, 600),
        ("thumb", 320, 320),
        ("medium", 500, 333),
    ] {
        let file = &wide[size];
        let answer = vitrine.get(path(&vitrine, &file["url"])).is(200);
        let shown = answer.picture();
        assert_eq!((shown.width(), shown.height()), (width, height), "{size}");
        assert_eq!(file["size"], json!(answer.body.len()), "{size}");
        assert_eq!(
            answer.header("content-type"),
            file["mime"].as_str().expect("a type")
        );
        let (name, extension) = (
            file["name"].as_str().expect("a name"),
            file["extension"].as_str().expect("one"),
        );
        assert_eq!(file["filename"], json!(format!("{name}.{extension}")));
        assert!(
            file["url"]
                .as_str()
                .expect("an address")
                .ends_with(&format!("/{name}.{extension}"))
        );
    }
    assert_eq!(wide["thumb"]["name"], "my-photo.th");
    assert_eq!(wide["medium"]["filename"], "my-photo.md.jpg");
    assert_eq!(
        (&wide["thumb_size"], &wide["medium_size"]),
        (&wide["thumb"]["size"], &wide["medium"]["size"])
    );
    assert_eq!(wide["display_url"], wide["medium"]["url"]);
    assert_eq!(
        (&wide["display_width"], &wide["display_height"]),
        (&json!(500), &json!(333))
    );
    assert_eq!(
        vitrine.world().files("variants").len(),
        2,
        "none was rendered again"
    );

    let narrow = uploaded(&vitrine, with(&picture::jpeg(200, 100)));
    let none =
        json!({ "filename": null, "name": null, "mime": null, "extension": null, "url": null });
    assert_eq!(
        (&narrow["medium"], &narrow["medium_size"], &narrow["chain"]),
        (&none, &json!(0), &json!(5))
    );
    let thumb = vitrine
        .get(path(&vitrine, &narrow["thumb"]["url"]))
        .is(200)
        .picture();
    assert_eq!(
        (thumb.width(), thumb.height()),
        (100, 100),
        "the square of its shorter side"
    );
    assert_eq!(narrow["display_url"], narrow["url"]);
    assert_eq!(
        (&narrow["display_width"], &narrow["display_height"]),
        (&json!(200), &json!(100))
    );
}

#[test]
fn a_large_file_without_a_medium_size_is_displayed_as_its_thumb() {
    let vitrine = Vitrine::start();
    let image = uploaded(&vitrine, with(&picture::noise(400, 300, 1)));
    assert_eq!(image["display_url"], image["thumb"]["url"]);
    assert_eq!(
        (&image["display_width"], &image["display_height"]),
        (&json!(300), &json!(300))
    );
}

#[test]
fn an_animation_has_all_sizes_and_keeps_moving() {
    let vitrine = Vitrine::start();
    let image = uploaded(&vitrine, with(&picture::gif_animated(64, 48, 3)));
    assert_eq!(
        (&image["is_animated"], &image["chain"], &image["mime"]),
        (&json!(1), &json!(7), &json!("image/gif"))
    );
    let still = uploaded(&vitrine, with(&picture::gif(64, 48)));
    assert_eq!(
        (&still["is_animated"], &still["chain"]),
        (&json!(0), &json!(5))
    );
}

#[test]
fn flags_and_labels_are_those_of_a_fresh_picture() {
    let vitrine = Vitrine::start();
    let title = "A title of more than twenty-eight & characters";
    let image = uploaded(&vitrine, with_picture().with_text("title", title));
    for (field, value) in [
        ("likes", json!(0)),
        ("is_approved", json!(1)),
        ("is_360", json!(0)),
        ("duration", json!(0)),
        ("duration_time", json!("")),
        ("url_frame", json!("")),
        ("views_label", json!("views")),
        ("likes_label", json!("likes")),
        ("how_long_ago", json!("moments ago")),
        ("is_use_loader", json!(false)),
        ("display_title", json!(title)),
        ("title_truncated", json!("A title of more than twen...")),
        (
            "title_truncated_html",
            json!("A title of more than twen..."),
        ),
    ] {
        assert_eq!(image[field], value, "{field}");
    }
    assert_eq!(image["date_fixed_peer"], image["date_gmt"]);
    assert!(image.get("frame").is_none(), "a picture has no frame");
    let image = uploaded(&vitrine, with_picture().with_text("title", "<b>"));
    assert_eq!(image["title_truncated_html"], "&lt;b&gt;");
}

#[test]
fn the_viewer_is_named_by_title_and_code_and_the_code_alone() {
    let vitrine = Vitrine::start();
    let image = uploaded(&vitrine, with_picture().with_text("title", "In the park!"));
    let code = image["id_encoded"].as_str().expect("a code");
    assert!(
        (8..=10).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
    );
    assert_eq!(
        path(&vitrine, &image["url_viewer"]),
        format!("/image/In-the-park.{code}")
    );
    assert_eq!(
        image["path_viewer"],
        json!(format!("/image/In-the-park.{code}"))
    );
    assert_eq!(
        path(&vitrine, &image["url_short"]),
        format!("/image/{code}")
    );
    let uuid = "3f2b8c1e-58a4-4f6e-9d7b-0a1b2c3d4e5f";
    let image = uploaded(&vitrine, with_picture().with_text("title", uuid));
    assert!(path(&vitrine, &image["url_viewer"]).starts_with("/image/t-3f2b8c1e-"));
    vitrine.get(path(&vitrine, &image["url_viewer"])).is(200);
}

#[test]
fn below_a_folder_the_viewers_path_has_that_in_front() {
    let vitrine = Vitrine::with(&[("public_url", "https://pictures.example/p")]);
    let image = uploaded(&vitrine, with_picture().with_text("title", "A"));
    let code = image["id_encoded"].as_str().expect("a code");
    assert_eq!(image["path_viewer"], json!(format!("/p/image/A.{code}")));
    assert_eq!(
        image["url_short"],
        json!(format!("https://pictures.example/p/image/{code}"))
    );
}

#[test]
fn two_files_of_one_name_get_two_names() {
    let vitrine = Vitrine::start();
    let one = uploaded(&vitrine, with(&picture::jpeg(60, 40)));
    let two = uploaded(&vitrine, with(&picture::jpeg(40, 60)));
    assert_eq!(one["name"], "my-photo");
    assert!(
        two["name"]
            .as_str()
            .expect("a name")
            .starts_with("my-photo-")
    );
    let shown = vitrine.get(path(&vitrine, &two["url"])).is(200).picture();
    assert_eq!(shown.width(), 40);
}

#[test]
fn the_response_may_not_be_cached_and_names_its_encoding() {
    let vitrine = Vitrine::start();
    let answer = send(&vitrine, with_picture()).is(200);
    assert_eq!(
        answer.header("content-type"),
        "application/json; charset=UTF-8"
    );
    assert!(answer.header("cache-control").contains("no-cache"));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}

#[test]
fn files_are_served_like_all_others_of_the_house() {
    let vitrine = Vitrine::start();
    let image = uploaded(&vitrine, with_picture());
    let path = path(&vitrine, &image["url"]);
    let whole = vitrine.get(path).is(200);
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
    assert_eq!(whole.header("cross-origin-resource-policy"), "cross-origin");
    let etag = whole.header("etag").to_owned();
    vitrine
        .send(&Request::get(path).header("If-None-Match", etag))
        .is(304);
    let part = vitrine
        .send(&Request::get(path).header("Range", "bytes=2-5"))
        .is(206);
    assert_eq!(part.body, whole.body[2..6]);
    let head = vitrine.send(&Request::head(path)).is(200);
    assert_eq!(head.header("content-length"), whole.body.len().to_string());
    for missing in [
        "/images/2026/01/01/nothing.jpg",
        "/images/x/y/z/a.jpg",
        "/images/a",
        "/image/nothing",
    ] {
        vitrine.get(missing).is(404);
    }
    for (method, allowed) in [("POST", "GET,HEAD"), ("DELETE", "GET,HEAD")] {
        let answer = vitrine.send(&Request::new(method, path)).is(405);
        assert_eq!(answer.header("allow"), allowed);
    }
}

#[test]
fn nothing_may_be_kept_longer_than_its_picture() {
    let vitrine = Vitrine::start();
    let image = uploaded(&vitrine, with_picture().with_text("expiration", "PT5M"));
    let answer = vitrine.get(path(&vitrine, &image["url"])).is(200);
    let age = answer
        .header("cache-control")
        .split(',')
        .find_map(|word| word.trim().strip_prefix("max-age="));
    let age: u64 = age.expect("an age").parse().expect("seconds");
    assert!(age <= 300, "{age}");
}

#[test]
fn pictures_of_other_dialects_have_an_address_here_that_does_not_follow_from_their_name() {
    let vitrine = Vitrine::start();
    let id = vitrine.upload("secret-name.jpg", &picture::jpeg(60, 40));
    vitrine
        .get(&format!("/images/{}/secret-name.jpg", "2026/01/01"))
        .is(404);
    vitrine.get(&format!("/{id}")).is(200);
    let image = uploaded(&vitrine, with(&picture::png(60, 40)));
    assert_eq!(vitrine.delete("aaaaaaaaaa").status, 404);
    vitrine.get(path(&vitrine, &image["url"])).is(200);
}
