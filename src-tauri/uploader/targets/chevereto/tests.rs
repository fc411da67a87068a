//! Tests of the Chevereto target.

use super::*;
use crate::Dialect;
use crate::targets::fixtures::{self, hostile_bodies, picture, reply, with_header};

fn target(here: bool) -> Target {
    fixtures::target(Dialect::Chevereto, here)
}

/// The answer to a picture 900 pixels wide, with `change` applied to its `image`.
fn upload_reply(base: &str, change: impl FnOnce(&mut Value)) -> Reply {
    let named = |name: &str| serde_json::json!({ "filename": name, "url": format!("{base}/images/2026/11/22/{name}") });
    let mut image = serde_json::json!({
        "id_encoded": "ZfGd83kQ", "width": 900, "height": 300,
        "url": format!("{base}/images/2026/11/22/cat.png"),
        "thumb": named("cat.th.png"), "medium": named("cat.md.png"),
        "url_viewer": format!("{base}/image/cat.ZfGd83kQ"),
        "path_viewer": "/image/cat.ZfGd83kQ",
        "url_short": format!("{base}/image/ZfGd83kQ"),
        "display_url": format!("{base}/images/2026/11/22/cat.md.png"), "display_width": 500,
        "delete_url": format!("{base}/image/ZfGd83kQ/delete/e8b07479"),
    });
    change(&mut image);
    let body = serde_json::json!({
        "status_code": 200, "success": { "message": "file uploaded", "code": 200 },
        "image": image, "status_txt": "OK",
    });
    reply(200, &body.to_string())
}

#[test]
fn the_request_asks_for_json() {
    let expected = Request {
        method: "POST",
        url: "http://127.0.0.1:4870/api/1/upload".into(),
        headers: vec![
            ("accept".into(), "application/json".into()),
            ("x-api-key".into(), SecretTemplate::whole_key()),
        ],
        body: Body::Multipart {
            texts: vec![("format".into(), "json".into())],
            field: "source".into(),
            file_name: "cat.png".into(),
            media_type: "image/png",
        },
    };
    assert_eq!(request(&target(false), &picture(1, 1)), expected);
}

#[test]
fn every_link_of_the_reply_is_parsed() {
    let reply = upload_reply("https://h", |_| ());
    let uploaded = parse(&target(false), &picture(900, 300), &reply).unwrap();
    let expected = UploadResult {
        id: Some("ZfGd83kQ".into()),
        original: "https://h/images/2026/11/22/cat.png".into(),
        original_width: None,
        sizes: [(500, "https://h/images/2026/11/22/cat.md.png".into())].into(),
        page: Some("https://h/image/cat.ZfGd83kQ".into()),
        thumbnail: Some("https://h/images/2026/11/22/cat.th.png".into()),
        delete: Some("https://h/image/ZfGd83kQ/delete/e8b07479".into()),
    };
    assert_eq!(uploaded, expected);
}

#[test]
fn the_medium_picture_is_a_size_only_where_it_is_smaller() {
    type Change = fn(&mut Value);
    let cases: [(Change, &[u32]); 6] = [
        (|_| (), &[500]),
        (
            |image| image["medium"] = serde_json::json!({"filename": null, "url": null}),
            &[],
        ),
        (|image| image["medium"] = Value::Null, &[]),
        // A site with mediums of its own width.
        (|image| image["display_width"] = 640.into(), &[640]),
        // Old versions say how wide the original is, and all numbers in quotes.
        (
            |image| {
                image["display_width"] = "900".into();
                image["width"] = "900".into();
            },
            &[500],
        ),
        // An animation has a medium picture, however small it is.
        (
            |image| {
                image["display_width"] = 500.into();
                image["width"] = 120.into();
            },
            &[],
        ),
    ];
    for (change, expected) in cases {
        let reply = upload_reply("https://h", change);
        let uploaded = parse(&target(false), &picture(900, 300), &reply).unwrap();
        let widths: Vec<_> = uploaded.sizes.into_keys().collect();
        assert_eq!(widths, expected, "{}", String::from_utf8_lossy(&reply.body));
    }
}

#[test]
fn a_shrunk_original_reports_its_width() {
    let reply = upload_reply("https://h", |_| ());
    let uploaded = parse(&target(false), &picture(1800, 600), &reply).unwrap();
    assert_eq!(uploaded.original_width, Some(900));
}

#[test]
fn local_links_are_stored_without_the_base_url() {
    for base in ["http://127.0.0.1:4870", "https://pics.example/image/shop"] {
        let uploaded = parse(
            &target(true),
            &picture(900, 300),
            &upload_reply(base, |_| ()),
        )
        .unwrap();
        assert_eq!(uploaded.original, "/images/2026/11/22/cat.png");
        assert_eq!(uploaded.sizes[&500], "/images/2026/11/22/cat.md.png");
        assert_eq!(uploaded.page.as_deref(), Some("/image/cat.ZfGd83kQ"));
        assert_eq!(
            uploaded.thumbnail.as_deref(),
            Some("/images/2026/11/22/cat.th.png")
        );
        assert_eq!(
            uploaded.delete.as_deref(),
            Some("/image/ZfGd83kQ/delete/e8b07479")
        );
    }
}

#[test]
fn invalid_further_links_are_left_out() {
    let reply = upload_reply("https://h", |image| {
        for name in ["url_viewer", "delete_url"] {
            image[name] = "javascript:alert(1)".into();
        }
        image["thumb"]["url"] = "file:///etc/passwd".into();
        image["medium"]["url"] = "//h/a".into();
        image["id_encoded"] = "<b>".into();
    });
    let uploaded = parse(&target(false), &picture(900, 300), &reply).unwrap();
    let expected = UploadResult {
        original: "https://h/images/2026/11/22/cat.png".into(),
        ..UploadResult::default()
    };
    assert_eq!(uploaded, expected);
}

#[test]
fn the_error_code_decides_the_failure() {
    let error = |code: u32, message: &str| {
        format!(
            r#"{{"status_code":400,"error":{{"message":"{message}","code":{code}}},"status_txt":"Bad Request"}}"#
        )
    };
    let said = |words: &str| Failure::Refused { said: words.into() };
    let cases = [
        (100, "No key provided", Failure::Unauthorised),
        (100, "Invalid API key.", Failure::Unauthorised),
        (100, "No action provided", said("No action provided")),
        (101, "Duplicated upload", said("Duplicated upload")),
        (110, "Invalid API version.", said("Invalid API version.")),
        (120, "Invalid API action", said("Invalid API action")),
        (130, "Empty upload source", said("Empty upload source")),
        (
            400,
            "File too big - max 50 MB",
            said("File too big - max 50 MB"),
        ),
        (401, "Request denied", Failure::Forbidden),
        (
            403,
            "URL uploading is disabled",
            said("URL uploading is disabled"),
        ),
        (
            601,
            "File too big (UPLOAD_ERR_INI_SIZE)",
            Failure::TooLarge { megabytes: 1 },
        ),
        (
            613,
            "Unavailable image format",
            said("Unavailable image format"),
        ),
    ];
    for (code, message, expected) in cases {
        // Some sites send their errors with a 200.
        for status in [400, 200] {
            let reply = reply(status, &error(code, message));
            let outcome = parse(&target(false), &picture(1, 1), &reply);
            assert_eq!(outcome, Err(expected.clone()), "{code} {message} {status}");
        }
    }
}

#[test]
fn any_error_and_any_other_status_code_is_a_failure() {
    let said = |words: &str| Failure::Refused { said: words.into() };
    let with_error = r#"{"status_code":200,"error":"No.","image":{"url":"https://h/a.png"}}"#;
    let with_code =
        r#"{"status_code":"403","status_txt":"Forbidden","image":{"url":"https://h/a.png"}}"#;
    let cases = [
        (reply(200, with_error), said("No.")),
        (reply(200, with_code), said("Forbidden")),
        (reply(400, "<html>"), said("status 400")),
        (reply(401, ""), Failure::Unauthorised),
        (reply(403, ""), Failure::Forbidden),
        (reply(413, ""), Failure::TooLarge { megabytes: 1 }),
        (
            with_header(
                reply(
                    429,
                    r#"{"status_code":429,"error":{"message":"Slow down","code":429}}"#,
                ),
                "retry-after",
                "7",
            ),
            Failure::RateLimited {
                after_seconds: Some(7),
            },
        ),
        (
            with_header(
                reply(
                    503,
                    r#"{"status_code":503,"error":{"message":"Busy","code":503}}"#,
                ),
                "retry-after",
                "9",
            ),
            Failure::Busy {
                after_seconds: Some(9),
            },
        ),
        (reply(500, ""), Failure::ServerError { status: 500 }),
        (
            reply(404, ""),
            unexpected_reply(&target(false), &reply(404, "")),
        ),
        (
            reply(302, ""),
            unexpected_reply(&target(false), &reply(302, "")),
        ),
    ];
    for (reply, expected) in cases {
        let outcome = parse(&target(false), &picture(1, 1), &reply);
        assert_eq!(outcome, Err(expected), "{reply:?}");
    }
}

#[test]
fn a_foreign_reply_is_unexpected() {
    let no_links = ["javascript:alert(1)", "//h/a", "a.png", ""]
        .map(|link| format!(r#"{{"status_code":200,"image":{{"url":"{link}"}}}}"#));
    let odd = [
        r#"{"image":7}"#,
        r#"{"image":{"url":7}}"#,
        r#"{"image":null}"#,
    ];
    let odd = odd.map(str::to_owned);
    for body in hostile_bodies().into_iter().chain(no_links).chain(odd) {
        let reply = reply(200, &body);
        assert_eq!(
            parse(&target(false), &picture(1, 1), &reply),
            Err(unexpected_reply(&target(false), &reply))
        );
    }
}
