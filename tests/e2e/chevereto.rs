//! The Chevereto dialect: what its clients send and read, row by row of its documentation.

mod clients;
mod deleting;
mod duplicates;
mod errors;
mod pages;
mod parameters;
mod responses;
mod seed;
mod sources;

use serde_json::Value;
use tests::{Answer, Form, Request, Vitrine, picture};

const API: &str = "/api/1/upload";

/// A form with a picture and nothing else.
fn with_picture() -> Form {
    with(&picture::jpeg(60, 40))
}

fn with(bytes: &[u8]) -> Form {
    Form::new().with_file("source", "my photo.jpg", bytes)
}

/// Sends a form with the key of this world.
#[track_caller]
fn send(vitrine: &Vitrine, form: Form) -> Answer {
    vitrine.send(&form.post(API).header("X-API-Key", vitrine.key()))
}

/// Sends a form that must be taken, and answers what is said of its picture.
#[track_caller]
fn uploaded(vitrine: &Vitrine, form: Form) -> Value {
    image(&send(vitrine, form))
}

#[track_caller]
fn image(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer}");
    answer.json()["image"].clone()
}

/// An address without its host.
#[track_caller]
fn path<'a>(vitrine: &Vitrine, url: &'a Value) -> &'a str {
    let url = url.as_str().expect("an address");
    url.strip_prefix(&vitrine.base()).expect("one of ours")
}

/// Asserts a refusal: a 400 with this number and message inside.
#[track_caller]
fn refused(answer: &Answer, code: u64, message: &str) {
    assert_eq!(answer.status, 400, "{answer}");
    assert_eq!(
        answer.json(),
        serde_json::json!({
            "status_code": 400,
            "error": { "message": message, "code": code },
            "status_txt": "Bad Request",
        }),
    );
    assert_eq!(
        answer.header("content-type"),
        "application/json; charset=UTF-8"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
}

/// How many pictures the library keeps.
fn kept(vitrine: &Vitrine) -> usize {
    vitrine.world().files("blobs").len()
}

/// Asserts that nothing of a refused upload is left.
#[track_caller]
fn nothing_is_left(vitrine: &Vitrine) {
    assert_eq!(kept(vitrine), 0);
    assert!(vitrine.world().files("incoming").is_empty());
}

fn urlencoded(fields: &[(&str, &str)]) -> Request {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped(value)))
        .collect();
    Request::post(API)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(pairs.join("&"))
}

fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at)) as usize & 63];
            text.push(if at <= group.len() {
                letter.into()
            } else {
                '='
            });
        }
    }
    text
}
