//! IMGSHARE from outside: every row of its tables, against the real program.

mod deleting;
mod errors;
mod fake_remote_host;
mod gathering;
mod serving;
mod uploading;

use serde_json::Value;
use tests::{Answer, Form, Request, Vitrine, until};

const UPLOAD: &str = "/api/v1/img_upload.php";
const DELETE: &str = "/api/v1/img_delete.php";
const GATHER: &str = "/api/v1/img_gather.php";
const UNIVERSE: &str = "/api/v1/universe_delete.php";

/// The form of an upload with this world's token.
fn with_token(vitrine: &Vitrine) -> Form {
    Form::new().with_text("token", vitrine.key())
}

/// Uploads a picture, saying these things of it.
#[track_caller]
fn upload(vitrine: &Vitrine, name: &str, bytes: &[u8], said: &[(&str, &str)]) -> Answer {
    let form = said
        .iter()
        .fold(with_token(vitrine), |form, (name, value)| {
            form.with_text(name, value)
        });
    vitrine.send(&form.with_file("file", name, bytes).post(UPLOAD))
}

/// Uploads a picture that keeps its name, and answers what was answered.
#[track_caller]
fn keep(vitrine: &Vitrine, name: &str, bytes: &[u8]) -> Value {
    upload(vitrine, name, bytes, &[("preserve_filename", "1")])
        .is(200)
        .json()
}

/// A POST as scripts write it that send no file.
fn call(path: &str, fields: &[(&str, &str)]) -> Request {
    let encoded: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped(value)))
        .collect();
    Request::post(path)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(encoded.join("&"))
}

fn escaped(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    value
        .bytes()
        .map(|byte| match byte {
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// The path of an answer's address.
#[track_caller]
fn path(vitrine: &Vitrine, answer: &Value, key: &str) -> String {
    let address = answer[key].as_str().expect("an address");
    let path = address.strip_prefix(&vitrine.base());
    path.unwrap_or_else(|| panic!("{address} begins with {}", vitrine.base()))
        .to_owned()
}

/// Waits for a reduction that is still being made.
fn reduced(vitrine: &Vitrine, path: &str) -> Answer {
    until("the reduction is made", || {
        let answer = vitrine.get(path);
        (answer.status == 200).then_some(answer)
    })
}

/// A refusal in words for people.
#[track_caller]
fn refused(answer: Answer, status: u16) -> String {
    let answer = answer.is(status);
    assert_eq!(
        answer.header("content-type"),
        "text/plain; charset=utf-8",
        "{answer}"
    );
    assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    let words = String::from_utf8(answer.body.clone()).expect("UTF-8");
    assert!(
        words.ends_with(".\n") && words.len() > 10,
        "a sentence: {answer}"
    );
    assert!(!words.contains("sk_"), "no secret: {answer}");
    words
}

/// Nothing was kept and nothing is left of it.
#[track_caller]
fn nothing_is_kept(vitrine: &Vitrine) {
    for folder in ["blobs", "variants", "incoming"] {
        assert_eq!(vitrine.world().files(folder), [""; 0], "{folder}");
    }
}

/// What the background is just writing there ends by itself; what was refused would stay.
#[track_caller]
fn nothing_is_on_its_way(vitrine: &Vitrine) {
    until("nothing is on its way any more", || {
        let left = vitrine.world().files("incoming");
        left.is_empty().then_some(())
    });
}
