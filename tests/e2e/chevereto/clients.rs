//! What clients in the wild send and read, one test a client.

use serde_json::json;
use tests::{Request, Vitrine, picture};

use super::*;

#[test]
fn sharex_has_it_built_in() {
    let vitrine = Vitrine::start();
    let form = Form::new()
        .with_text("key", vitrine.key())
        .with_text("format", "json")
        .with_file("source", "screenshot.png", &picture::png(60, 40));
    let image = image(&vitrine.send(&form.post(API)));
    for url in [&image["url"], &image["url_viewer"], &image["thumb"]["url"]] {
        vitrine.get(path(&vitrine, url)).is(200);
    }
}

#[test]
fn a_sharex_config_of_today_sends_a_header_and_reads_errors_too() {
    let vitrine = Vitrine::start();
    let send = |form: Form| vitrine.send(&form.post(API).header("X-API-Key", vitrine.key()));
    let image = image(&send(with_picture().with_text("album_id", "")));
    assert!(image["delete_url"].is_string() && image["thumb"]["url"].is_string());
    let failed = send(with(b"no picture")).json();
    assert_eq!(
        (&failed["status_txt"], &failed["error"]["message"]),
        (&json!("Bad Request"), &json!("Invalid image"))
    );
}

#[test]
fn a_sharex_config_of_2015_sends_its_input_as_text_and_file_and_follows() {
    let vitrine = Vitrine::start();
    let form = Form::new()
        .with_text("key", vitrine.key())
        .with_text("format", "redirect")
        .with_text("source", "C:\\Users\\me\\a.png")
        .with_file("source", "a.png", &picture::png(60, 40));
    let answer = vitrine.send(&form.post(API)).is(302);
    vitrine.get(answer.header("location")).is(200);
}

#[test]
fn a_python_program_wants_200_twice_and_reads_txt_json_and_the_location() {
    let vitrine = Vitrine::start();
    let send = |format| {
        let form = Form::new().with_text("format", format).with_file(
            "source",
            "a.png",
            &picture::png(60, 40),
        );
        vitrine.send(&form.post(API).header("X-API-Key", vitrine.key()))
    };
    let json = send("json").is(200).json();
    assert_eq!(json["status_code"], 200);
    assert!(json["image"]["url"].is_string() && json["image"]["url_viewer"].is_string());
    assert!(
        send("txt")
            .is(200)
            .body
            .starts_with(vitrine.base().as_bytes())
    );
    assert!(
        send("redirect")
            .is(302)
            .header("location")
            .starts_with("/image/")
    );
}

#[test]
fn an_npm_uploader_sends_urlencoded_base64_with_fields_of_its_own() {
    let vitrine = Vitrine::start();
    let source = base64(&picture::jpeg(60, 40));
    let fields = [
        ("source", &*source),
        ("key", vitrine.key()),
        ("custom", "x"),
        ("title", "A b+c"),
    ];
    let answer = vitrine.send(&urlencoded(&fields)).is(200).json();
    assert!(answer.get("error").is_none());
    assert_eq!(answer["image"]["title"], "A b+c");
    let failed = vitrine.send(&urlencoded(&[("source", "?"), ("key", vitrine.key())]));
    assert!(failed.json().get("error").is_some());
}

#[test]
fn a_python_library_sends_text_and_reads_the_message_of_what_is_no_200() {
    let vitrine = Vitrine::start();
    let fields = [
        ("key", vitrine.key()),
        ("format", "json"),
        ("source", "nonsense!"),
    ];
    let answer = vitrine.send(&urlencoded(&fields));
    assert_ne!(answer.status, 200);
    assert_eq!(answer.json()["error"]["message"], "Invalid base64 string");
    assert_eq!(answer.json()["status_code"], 400);
}

#[test]
fn the_obsidian_plugin_posts_base64_from_another_origin() {
    let vitrine = Vitrine::start();
    let source = base64(&picture::png(60, 40));
    let preflight = Request::new("OPTIONS", API)
        .header("Origin", "app://obsidian.md")
        .header("Access-Control-Request-Method", "POST");
    let preflight = vitrine.send(&preflight);
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    let request = urlencoded(&[("key", vitrine.key()), ("source", &source)])
        .header("Origin", "app://obsidian.md");
    let answer = vitrine.send(&request).is(200);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.json()["image"]["url"].is_string());
}

#[test]
fn go_chevereto_posts_to_a_trailing_slash_with_the_key_in_the_query() {
    let vitrine = Vitrine::start();
    let form = Form::new().with_text("action", "upload").with_file(
        "source",
        "a.png",
        &picture::png(60, 40),
    );
    let answer = vitrine.send(&form.post(&format!("/api/1/upload/?key={}", vitrine.key())));
    assert!(image(&answer)["url"].is_string());
}

#[test]
fn picgo_sends_its_key_in_a_header_or_a_field_and_reads_a_dotted_path() {
    let vitrine = Vitrine::start();
    let in_header = with_picture().post(API).header("x-api-key", vitrine.key());
    let in_body = Form::new()
        .with_file("source", "a.png", &picture::png(60, 40))
        .with_text("key", vitrine.key());
    for request in [in_header, in_body.post(API)] {
        let answer = vitrine.send(&request).is(200).json();
        assert!(answer["image"]["url"].is_string());
    }
}

#[test]
fn scripts_read_the_displayed_address_and_the_status() {
    let vitrine = Vitrine::start();
    let answer = send(&vitrine, with_picture()).is(200).json();
    assert_eq!(
        (&answer["status_txt"], &answer["status_code"]),
        (&json!("OK"), &json!(200))
    );
    vitrine
        .get(path(&vitrine, &answer["image"]["display_url"]))
        .is(200);
}

#[test]
fn a_bare_hex_key_of_an_older_site_is_just_a_key_that_is_not_known() {
    let vitrine = Vitrine::start();
    let form = with_picture().with_text("key", "0123456789abcdef0123456789abcdef");
    refused(&vitrine.send(&form.post(API)), 100, "Invalid API key.");
}
