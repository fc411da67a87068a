//! Tests of the media target.

use super::*;
use crate::Dialect;
use crate::targets::fixtures::{self, hostile_bodies, picture, reply, with_header};

const ID: &str = "a1240000-0000-4000-8000-000000000000";

fn target(here: bool) -> Target {
    fixtures::target(Dialect::Media, here)
}

fn upload_reply(base: &str) -> Reply {
    let body = format!(
        r#"{{"id":"{ID}","originalName":"cat.png","folder":"","format":"png","width":900,"height":300,"bytes":34567,
           "deliveryBase":"/t/client","thumbnailUrl":"{base}/t/client/sig/w_240,f_webp,q_75/{ID}.webp"}}"#
    );
    reply(201, &body)
}

fn sign_reply(base: &str, transform: &str) -> Reply {
    let url = format!("{base}/t/client/sig/{transform}/{ID}.webp");
    let body = format!(r#"{{"url":"{url}","canonical":"{transform}","format":"webp"}}"#);
    reply(200, &body)
}

fn sign_replies(base: &str) -> Vec<Reply> {
    ["f_webp", "w_200,f_webp", "w_400,f_webp", "w_800,f_webp"]
        .map(|transform| sign_reply(base, transform))
        .into()
}

#[test]
fn the_request_is_one_field_behind_a_key_in_a_header() {
    let expected = Request {
        method: "POST",
        url: "http://127.0.0.1:4870/api/v1/images".into(),
        headers: vec![
            ("accept".into(), "application/json".into()),
            ("x-api-key".into(), SecretTemplate::whole_key()),
        ],
        body: Body::Multipart {
            texts: vec![],
            field: "file".into(),
            file_name: "cat.png".into(),
            media_type: "image/png",
        },
    };
    assert_eq!(request(&target(false), &picture(1, 1)), expected);
}

#[test]
fn the_full_size_is_signed_first_and_then_every_width_below_it() {
    let replies = sign_replies("https://h");
    let asked: Vec<_> = (0..=replies.len())
        .map_while(|n| {
            follow_up_request(
                &target(false),
                &picture(900, 300),
                &upload_reply("https://h"),
                &replies[..n],
            )
        })
        .collect();
    let expected: Vec<_> = [
        format!(r#"{{"imageId":"{ID}"}}"#),
        format!(r#"{{"imageId":"{ID}","transform":"w_200,f_webp"}}"#),
        format!(r#"{{"imageId":"{ID}","transform":"w_400,f_webp"}}"#),
        format!(r#"{{"imageId":"{ID}","transform":"w_800,f_webp"}}"#),
    ]
    .map(|body| Request {
        method: "POST",
        url: "http://127.0.0.1:4870/api/v1/sign".into(),
        headers: vec![
            ("accept".into(), "application/json".into()),
            ("x-api-key".into(), SecretTemplate::whole_key()),
        ],
        body: Body::Json(body),
    })
    .into();
    assert_eq!(asked, expected);
}

#[test]
fn no_url_is_signed_after_a_failure() {
    let ask = |reply: &Reply, later: &[Reply]| {
        follow_up_request(&target(false), &picture(900, 300), reply, later)
    };
    for refused in [
        reply(401, ""),
        reply(413, ""),
        reply(200, "{}"),
        reply(302, ""),
    ] {
        assert_eq!(ask(&refused, &[]), None, "{refused:?}");
    }
    let taken = upload_reply("https://h");
    assert_eq!(ask(&taken, &[reply(403, "")]), None);
    let later = [sign_reply("https://h", "f_webp"), reply(429, "")];
    assert_eq!(ask(&taken, &later), None);
}

#[test]
fn the_signed_addresses_become_the_links() {
    let links = parse(
        &target(false),
        &picture(900, 300),
        &upload_reply("https://h"),
        &sign_replies("https://h"),
    );
    let url = |transform: &str| format!("https://h/t/client/sig/{transform}/{ID}.webp");
    let expected = UploadResult {
        id: Some(ID.into()),
        original: url("f_webp"),
        sizes: [200, 400, 800]
            .map(|width| (width, url(&format!("w_{width},f_webp"))))
            .into(),
        thumbnail: Some(url("w_240,f_webp,q_75")),
        ..UploadResult::default()
    };
    assert_eq!(links, Ok(expected));
}

#[test]
fn a_width_that_was_not_signed_is_left_out() {
    let full = sign_reply("https://h", "f_webp");
    let cases: [(Vec<Reply>, &[u32]); 4] = [
        (vec![full.clone()], &[]),
        (
            vec![full.clone(), sign_reply("https://h", "w_200,f_webp")],
            &[200],
        ),
        (vec![full.clone(), reply(429, "{}")], &[]),
        (
            vec![
                full,
                reply(200, r#"{"url":"javascript:alert(1)"}"#),
                sign_reply("https://h", "w_400,f_webp"),
            ],
            &[400],
        ),
    ];
    for (later, expected) in cases {
        let uploaded = parse(
            &target(false),
            &picture(900, 300),
            &upload_reply("https://h"),
            &later,
        )
        .unwrap();
        let widths: Vec<_> = uploaded.sizes.into_keys().collect();
        assert_eq!(widths, expected, "{later:?}");
    }
}

#[test]
fn local_links_are_stored_without_the_base_url() {
    for base in ["http://127.0.0.1:4870", "https://pics.example/t/shop"] {
        let links = parse(
            &target(true),
            &picture(900, 300),
            &upload_reply(base),
            &sign_replies(base),
        )
        .unwrap();
        assert_eq!(links.original, format!("/t/client/sig/f_webp/{ID}.webp"));
        assert_eq!(
            links.sizes[&200],
            format!("/t/client/sig/w_200,f_webp/{ID}.webp")
        );
        assert_eq!(
            links.thumbnail,
            Some(format!("/t/client/sig/w_240,f_webp,q_75/{ID}.webp"))
        );
    }
}

fn error_reply(status: u16, words: &str) -> Reply {
    reply(status, &format!(r#"{{"error":"{words}","code":"c"}}"#))
}

#[test]
fn every_refusal_is_its_own_failure() {
    let said = |words: &str| Failure::Refused { said: words.into() };
    let cases = [
        (error_reply(400, "No file"), said("No file")),
        (error_reply(401, "Unauthorized"), Failure::Unauthorised),
        (error_reply(403, "Not allowed"), Failure::Forbidden),
        (error_reply(409, "Conflict"), said("Conflict")),
        (
            error_reply(413, "Too large"),
            Failure::TooLarge { megabytes: 1 },
        ),
        (error_reply(415, "No PDF"), said("No PDF")),
        (error_reply(422, "Broken"), said("Broken")),
        (reply(422, "<html>"), said("status 422")),
        (
            with_header(error_reply(429, "Slow"), "retry-after", "7"),
            Failure::RateLimited {
                after_seconds: Some(7),
            },
        ),
        (
            error_reply(503, "Busy"),
            Failure::Busy {
                after_seconds: None,
            },
        ),
        (error_reply(500, "Oh"), Failure::ServerError { status: 500 }),
        (
            error_reply(404, "No"),
            unexpected_reply(&target(false), &reply(404, "")),
        ),
        (
            error_reply(405, "No"),
            unexpected_reply(&target(false), &reply(405, "")),
        ),
    ];
    for (reply, expected) in cases {
        let outcome = parse(&target(false), &picture(1, 1), &reply, &[]);
        assert_eq!(outcome, Err(expected), "{reply:?}");
    }
}

#[test]
fn a_sign_failure_is_no_link_unless_it_is_transient() {
    let no_link = |said: &str| Failure::NoLink { said: said.into() };
    let cases = [
        (
            error_reply(403, "The key lacks a scope"),
            no_link("The key lacks a scope"),
        ),
        (error_reply(401, "Unauthorized"), no_link("Unauthorized")),
        (reply(404, "<html>"), no_link("status 404")),
        (
            error_reply(429, "Slow"),
            Failure::RateLimited {
                after_seconds: None,
            },
        ),
        (reply(500, ""), Failure::ServerError { status: 500 }),
    ];
    for (sign, expected) in cases {
        let outcome = parse(
            &target(false),
            &picture(1, 1),
            &upload_reply("https://h"),
            std::slice::from_ref(&sign),
        );
        assert_eq!(outcome, Err(expected), "{sign:?}");
    }
}

#[test]
fn a_foreign_reply_is_unexpected() {
    let bad_id = r#"{"id":"../x","deliveryBase":"/t/c"}"#.to_owned();
    for body in hostile_bodies().into_iter().chain([bad_id]) {
        let reply = reply(201, &body);
        let outcome = parse(&target(false), &picture(1, 1), &reply, &[]);
        assert_eq!(outcome, Err(unexpected_reply(&target(false), &reply)));
    }
    let no_link = r#"{"url":"javascript:alert(1)"}"#.to_owned();
    for body in hostile_bodies().into_iter().chain([no_link]) {
        let sign = reply(200, &body);
        let outcome = parse(
            &target(false),
            &picture(1, 1),
            &upload_reply("https://h"),
            std::slice::from_ref(&sign),
        );
        assert_eq!(outcome, Err(unexpected_reply(&target(false), &sign)));
    }
}
