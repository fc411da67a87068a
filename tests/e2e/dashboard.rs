//! The dashboard's API: signing in, and what a page of another site cannot do; what people do with their own
//! pictures, folders and keys is in `dashboard/belongings.rs`, what administrators do in `dashboard/administering.rs`.

mod administering;
mod gallery;
mod own_data;
mod signup;

use serde_json::{Value, json};
use tests::{Answer, Form, Request, Vitrine, picture};

const PASSWORD: &str = "Correct horse 1";

/// A browser with its cookie, on a page of ours.
struct Browser<'a> {
    vitrine: &'a Vitrine,
    cookie: String,
}

impl<'a> Browser<'a> {
    fn signed_in(vitrine: &'a Vitrine, name: &str) -> Browser<'a> {
        let answer = sign_in(vitrine, name, PASSWORD).is(200);
        let cookie = answer.header("set-cookie");
        let cookie = cookie.split(';').next().expect("a cookie").to_owned();
        Browser { vitrine, cookie }
    }

    fn send(&self, request: Request) -> Answer {
        self.vitrine
            .send(&ours(request).header("Cookie", &self.cookie))
    }

    fn get(&self, path: &str) -> Answer {
        self.send(Request::get(&format!("/api/dashboard{path}")))
    }

    fn delete(&self, path: &str) -> Answer {
        self.send(Request::delete(&format!("/api/dashboard{path}")))
    }

    fn write(&self, method: &str, path: &str, body: Value) -> Answer {
        let request = Request::new(method, &format!("/api/dashboard{path}"));
        self.send(with_json(request, &body))
    }

    fn upload(&self, form: Form) -> Answer {
        self.send(form.post("/api/dashboard/images"))
    }
}

fn ours(request: Request) -> Request {
    request.header("Sec-Fetch-Site", "same-origin")
}

fn with_json(request: Request, body: &Value) -> Request {
    request
        .header("Content-Type", "application/json")
        .body(body.to_string())
}

fn credentials(name: &str, password: &str) -> Request {
    let body = json!({ "name": name, "password": password });
    with_json(Request::post("/api/dashboard/session"), &body)
}

fn sign_in(vitrine: &Vitrine, name: &str, password: &str) -> Answer {
    vitrine.send(&ours(credentials(name, password)))
}

/// A server on which `owner` has a password.
fn with_password(set: &[(&str, &str)]) -> Vitrine {
    let vitrine = Vitrine::with(set);
    let set = ["account", "password", "owner", "--password-stdin"];
    let ran = vitrine.world().run_with_input(&set, PASSWORD.as_bytes());
    ran.ended(0);
    vitrine
}

fn add_account(vitrine: &Vitrine, name: &str) {
    let add = ["account", "add", name, "--password-stdin"];
    let ran = vitrine.world().run_with_input(&add, PASSWORD.as_bytes());
    ran.ended(0);
}

#[test]
fn signing_in_gives_a_cookie_that_no_script_reads_and_no_other_site_is_sent() {
    let vitrine = with_password(&[]);
    sign_in(&vitrine, "owner", "wrong").is(401);
    sign_in(&vitrine, "nobody", PASSWORD).is(401);
    let answer = sign_in(&vitrine, "owner", PASSWORD).is(200);
    assert_eq!(answer.json()["name"], "owner");
    assert_eq!(answer.json()["admin"], true);
    let cookie = answer.header("set-cookie");
    for part in [
        "vitrine_",
        "; HttpOnly",
        "; SameSite=Lax",
        "; Path=/",
        "; Max-Age=2592000",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Secure"), "it is plain http: {cookie}");
    assert_eq!(answer.header("access-control-allow-origin"), "");
    let browser = Browser::signed_in(&vitrine, "owner");
    assert_eq!(browser.get("/session").is(200).json()["name"], "owner");
    browser.delete("/session").is(204);
    let gone = browser.get("/session").is(401).json();
    assert_eq!(gone["code"], "signed_out");
}

#[test]
fn an_account_without_a_password_cannot_sign_in() {
    let vitrine = Vitrine::start();
    for password in ["", "owner", PASSWORD] {
        sign_in(&vitrine, "owner", password).is(401);
    }
}

#[test]
fn guessing_passwords_is_slowed_down_also_for_the_right_one() {
    let vitrine = with_password(&[("rate_limit_auth_failures_per_minute", "3")]);
    for _ in 0..3 {
        sign_in(&vitrine, "owner", "wrong").is(401);
    }
    let answer = sign_in(&vitrine, "owner", PASSWORD).is(429);
    assert!(
        answer
            .header("retry-after")
            .parse::<u32>()
            .is_ok_and(|after| after <= 61)
    );
}

#[test]
fn a_page_of_another_site_cannot_change_anything_and_sees_no_cors() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let create = || {
        let request = Request::post("/api/dashboard/keys").header("Cookie", &browser.cookie);
        with_json(request, &json!({ "name": "stolen" }))
    };
    for (name, value) in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Sec-Fetch-Site", "none"),
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
    ] {
        let refused = vitrine.send(&create().header(name, value)).is(403);
        assert_eq!(refused.json()["code"], "foreign_page", "{name}: {value}");
    }
    vitrine.send(&create()).is(403);
    vitrine.send(&credentials("owner", PASSWORD)).is(403);
    let origin = vitrine.base();
    vitrine.send(&create().header("Origin", origin)).is(201);
    let preflight =
        Request::new("OPTIONS", "/api/dashboard/keys").header("Origin", "https://evil.example");
    let answer = vitrine.send(&preflight);
    assert_eq!(answer.header("access-control-allow-origin"), "");
    assert_eq!(answer.header("access-control-allow-methods"), "");
}

#[test]
fn a_server_on_loopback_answers_only_to_names_of_this_computer() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let asked_as = |host: &str| {
        let request = Request::get("/api/dashboard/session").header("Host", host);
        browser.send(request)
    };
    asked_as("evil.example").is(403);
    asked_as("127.0.0.1.evil.example:4870").is(403);
    asked_as("localhost:4870").is(200);
    asked_as("127.0.0.1").is(200);
    let public = with_password(&[("public_url", "https://pics.example")]);
    let request = ours(credentials("owner", PASSWORD)).header("Host", "pics.example");
    let answer = public.send(&request).is(200);
    assert!(
        answer.header("set-cookie").ends_with("; Secure"),
        "{answer}"
    );
}

#[test]
fn only_the_dashboard_reads_the_cookie() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let form = Form::file("a.png", &picture::png(9, 9));
    browser.send(form.post("/upload")).is(401);
    let id = vitrine.upload("a.png", &picture::png(9, 9));
    browser.send(Request::delete(&format!("/{id}"))).is(401);
    browser.send(Request::get("/api/v1/images")).is(401);
    browser.send(Request::get("/api/user")).is(401);
}

#[test]
fn a_new_password_ends_every_sign_in() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let change = |old: &str| json!({ "password": "Another horse 2", "oldPassword": old });
    browser.write("PATCH", "/account", change("wrong")).is(401);
    browser.get("/session").is(200);
    browser.write("PATCH", "/account", change(PASSWORD)).is(200);
    browser.get("/session").is(401);
    sign_in(&vitrine, "owner", PASSWORD).is(401);
    sign_in(&vitrine, "owner", "Another horse 2").is(200);
}

#[test]
fn the_front_page_is_the_dashboard_and_its_files_are_there() {
    let vitrine = Vitrine::start();
    let page = vitrine.get("/").is(200);
    let html = String::from_utf8(page.body).expect("text");
    assert!(html.contains("id=\"app\""), "{html}");
    let files: Vec<_> = html
        .split('"')
        .filter(|text| text.starts_with("/assets/") || text.starts_with("./assets/"))
        .map(|text| text.trim_start_matches('.'))
        .collect();
    assert!(files.len() >= 3, "{html}");
    for file in files {
        let answer = vitrine.get(file).is(200);
        assert!(answer.header("cache-control").contains("immutable"));
    }
    vitrine.get("/assets/nothing.js").is(404);
}

#[test]
fn who_changes_the_password_stays_signed_in_and_others_do_not() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let other = Browser::signed_in(&vitrine, "owner");
    let change = json!({ "password": "Correct horse 2", "oldPassword": PASSWORD });
    let answer = browser.write("PATCH", "/account", change).is(200);
    let cookie = answer.header("set-cookie").split(';').next();
    let renewed = Browser {
        vitrine: &vitrine,
        cookie: cookie.expect("a cookie").to_owned(),
    };
    renewed.get("/session").is(200);
    browser.get("/session").is(401);
    other.get("/session").is(401);
}
