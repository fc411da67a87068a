//! The dialect `media`: images in folders, signed URLs, presets. Here are its tests' helpers.

mod delivery;
mod folders;
mod images;
mod presets;
mod rights;
mod uploads;

use serde_json::{Value, json};
use tests::{Answer, Form, Request, Vitrine};

const SIGNED_FOR_A_DAY: &str = "public, max-age=86400, stale-while-revalidate=31536000";

fn with_key(
    vitrine: &Vitrine,
    key: &str,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Answer {
    let mut request = Request::new(method, &format!("/api/v1{path}")).header("X-Api-Key", key);
    if let Some(body) = body {
        request = request
            .header("Content-Type", "application/json")
            .body(body.to_string());
    }
    vitrine.send(&request)
}

/// Asks without a body.
fn ask(vitrine: &Vitrine, method: &str, path: &str) -> Answer {
    with_key(vitrine, vitrine.key(), method, path, None)
}

fn tell(vitrine: &Vitrine, method: &str, path: &str, body: Value) -> Answer {
    with_key(vitrine, vitrine.key(), method, path, Some(&body))
}

fn sent(key: &str, method: &str, path: &str, form: Form) -> Request {
    Request::new(method, &format!("/api/v1{path}"))
        .header("X-Api-Key", key)
        .header("Content-Type", Form::content_type())
        .body(form.finish())
}

fn upload(vitrine: &Vitrine, form: Form) -> Answer {
    vitrine.send(&sent(vitrine.key(), "POST", "/images", form))
}

/// Uploads a picture that must be taken, and answers what is said of it.
#[track_caller]
fn put(vitrine: &Vitrine, name: &str, bytes: &[u8], folder: &str) -> Value {
    let form = Form::new().with_text("folder", folder);
    upload(vitrine, form.with_file("file", name, bytes))
        .is(201)
        .json()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("{key} is no text: {value}"))
}

fn id(image: &Value) -> &str {
    text(image, "id")
}

/// Signs a transform, and answers the path of its address.
#[track_caller]
fn signed(vitrine: &Vitrine, id: &str, transform: &str) -> String {
    let signed = tell(
        vitrine,
        "POST",
        "/sign",
        json!({ "imageId": id, "transform": transform }),
    );
    let url = text(&signed.is(200).json(), "url").to_owned();
    let path = url.strip_prefix(&vitrine.base());
    path.expect("an address of this server").to_owned()
}

/// Asserts an error with a sentence and this code that may not be cached.
#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{answer}");
    assert_eq!(
        answer.header("content-type"),
        "application/json",
        "{answer}"
    );
    assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    let body = answer.json();
    assert_eq!(body["code"], code, "{answer}");
    assert!(!text(&body, "error").is_empty(), "{answer}");
    assert_eq!(
        body.as_object().map(serde_json::Map::len),
        Some(2),
        "{answer}"
    );
}

/// Asserts that an object has these fields and no others.
#[track_caller]
fn has_fields(value: &Value, fields: &[&str]) {
    let found = value.as_object().expect("an object").keys();
    let (mut found, mut fields): (Vec<_>, _) = (found.collect(), fields.to_vec());
    found.sort();
    fields.sort_unstable();
    assert_eq!(found, fields);
}

fn listed(vitrine: &Vitrine, query: &str) -> Vec<String> {
    let list = ask(vitrine, "GET", &format!("/images{query}"))
        .is(200)
        .json();
    let items = list["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| text(item, "originalName").to_owned())
        .collect()
}
