//! Slink from outside: every row of its tables, against the real program.

mod accounts;
mod detail;
mod editing;
mod errors;
mod keys;
mod listing;
mod paging;
mod pictures;
mod seed;
mod serving;
mod svg;
mod uploading;

use serde_json::{Value, json};
use tests::{Answer, Form, Request, Vitrine, picture};

const PASSWORD: &str = "Pa55 word";
const NO_ID: &str = "123e4567-e89b-12d3-a456-426614174000";

const PUBLIC: (&str, &str) = ("isPublic", "true");

/// A server, and somebody who is signed in to it.
struct Slink {
    vitrine: Vitrine,
    /// The access token of `kitten`.
    token: String,
}

impl Slink {
    fn start() -> Slink {
        Slink::with(&[])
    }

    fn with(set: &[(&str, &str)]) -> Slink {
        let vitrine = Vitrine::with(set);
        let token = account(&vitrine, "kitten");
        Slink { vitrine, token }
    }

    /// Somebody else, signed in.
    fn another(&self, name: &str) -> String {
        account(&self.vitrine, name)
    }

    fn send(&self, request: Request) -> Answer {
        self.vitrine.send(&request.bearer(&self.token))
    }

    fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path))
    }

    fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send(with_json(method, path, body))
    }

    /// Uploads a picture as `kitten`, saying these things of it, whatever the answer.
    fn post(&self, name: &str, bytes: &[u8], said: &[(&str, &str)]) -> Answer {
        let form = said.iter().fold(Form::new(), |form, (name, value)| {
            form.with_text(name, value)
        });
        self.send(form.with_file("image", name, bytes).post("/api/upload"))
    }

    /// Uploads a picture that must be taken, and answers its id.
    #[track_caller]
    fn upload(&self, bytes: &[u8]) -> String {
        self.upload_saying(bytes, &[])
    }

    #[track_caller]
    fn upload_saying(&self, bytes: &[u8], said: &[(&str, &str)]) -> String {
        id(&self.post("photo", bytes, said).is(201))
    }

    #[track_caller]
    fn detail(&self, id: &str) -> Value {
        self.get(&format!("/api/image/{id}/detail")).is(200).json()
    }

    /// The ids of a list, in its order.
    #[track_caller]
    fn listed(&self, path: &str) -> Vec<String> {
        ids(&self.get(path).is(200).json()["data"])
    }
}

/// Makes an account with an e-mail address and a password, and signs in to it.
#[track_caller]
fn account(vitrine: &Vitrine, name: &str) -> String {
    let email = format!("{name}@example.com");
    let arguments = [
        "account",
        "add",
        name,
        "--email",
        &email,
        "--password-stdin",
    ];
    let ran = vitrine
        .world()
        .run_with_input(&arguments, PASSWORD.as_bytes());
    ran.ended(0);
    log_in(vitrine, name)
}

/// The access token of an account with the usual password.
#[track_caller]
fn log_in(vitrine: &Vitrine, name: &str) -> String {
    let body = json!({ "username": name, "password": PASSWORD });
    let answer = vitrine
        .send(&with_json("POST", "/api/auth/login", &body))
        .is(200);
    text(&answer.json()["access_token"])
}

/// Gives the account `owner`, an administrator, a password, and signs in to it.
#[track_caller]
fn owner(vitrine: &Vitrine) -> String {
    let arguments = ["account", "password", "owner", "--password-stdin"];
    let ran = vitrine
        .world()
        .run_with_input(&arguments, PASSWORD.as_bytes());
    ran.ended(0);
    log_in(vitrine, "owner")
}

fn with_json(method: &str, path: &str, body: &Value) -> Request {
    Request::new(method, path)
        .header("Content-Type", "application/json")
        .body(body.to_string())
}

/// The form of an upload, sent by this method.
fn sent(method: &str, path: &str, form: Form) -> Request {
    Request::new(method, path)
        .header("Content-Type", Form::content_type())
        .body(form.finish())
}

fn image(bytes: &[u8]) -> Form {
    Form::new().with_file("image", "photo", bytes)
}

#[track_caller]
fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[track_caller]
fn id(answer: &Answer) -> String {
    text(&answer.json()["id"])
}

#[track_caller]
fn ids(items: &Value) -> Vec<String> {
    let items = items.as_array().expect("a list");
    items.iter().map(|item| text(&item["id"])).collect()
}

/// Uploads so many public pictures, and answers their ids, newest first.
fn some(slink: &Slink, count: usize) -> Vec<String> {
    let mut ids: Vec<String> = (0..count)
        .map(|number| {
            let said = [PUBLIC, ("description", &*format!("number {number}"))];
            slink.upload_saying(&picture::png(10 + number as u32, 9), &said)
        })
        .collect();
    ids.reverse();
    ids
}

/// Whether this looks as a UUID does.
fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(hex)
}

const HTTP: &str = "Symfony.Component.HttpKernel.Exception.HttpException";

/// Asserts a refusal in Slink's words, without violations.
#[track_caller]
fn refuses(answer: Answer, status: u16, title: &str, message: &str) {
    let error = refusal(answer, status);
    assert_eq!(error, json!({ "title": title, "message": message }));
}

/// Asserts a 422 with exactly this violation.
#[track_caller]
fn breaks(answer: Answer, property: &str, message: &str) {
    let error = refusal(answer, 422);
    let violations = [json!({ "property": property, "message": message })];
    assert_eq!(
        error,
        json!({ "title": HTTP, "message": "Validation Error", "violations": violations })
    );
}

/// Asserts a 422 that names these properties, in this order.
#[track_caller]
fn breaks_all(answer: Answer, properties: &[&str]) {
    let error = refusal(answer, 422);
    let violations = error["violations"].as_array().expect("violations");
    let named: Vec<_> = violations
        .iter()
        .map(|broken| text(&broken["property"]))
        .collect();
    assert_eq!(named, properties, "{error}");
}

/// Asserts what all refusals have in common, and answers the error.
#[track_caller]
fn refusal(answer: Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{answer}");
    assert_eq!(
        answer.header("content-type"),
        "application/vnd.api+json",
        "{answer}"
    );
    assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    answer.json()["error"].clone()
}

#[track_caller]
fn denies(answer: Answer) {
    let title = "Slink.Shared.Domain.Exception.ForbiddenException";
    refuses(answer, 403, title, "Access denied");
}

#[track_caller]
fn finds_nothing(answer: Answer) {
    let title = "Slink.Shared.Infrastructure.Exception.NotFoundException";
    refuses(answer, 404, title, "Resource not found");
}

/// Asserts that a token is wanted.
#[track_caller]
fn wants_a_token(answer: Answer, message: &str) {
    assert_eq!(answer.status, 401, "{answer}");
    assert_eq!(
        answer.header("content-type"),
        "application/json",
        "{answer}"
    );
    assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer}");
    assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    assert_eq!(answer.json(), json!({ "code": 401, "message": message }));
}
