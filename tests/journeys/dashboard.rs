//! The dashboard's API: signing in, what a page of another site cannot do, and everything that people do with
//! their own pictures, folders and keys.

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
        self.vitrine.send(&ours(request).header("Cookie", &self.cookie))
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
    for part in ["vitrine_", "; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=2592000"] {
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
    assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|after| after <= 61));
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
    let preflight = Request::new("OPTIONS", "/api/dashboard/keys").header("Origin", "https://evil.example");
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
    assert!(answer.header("set-cookie").ends_with("; Secure"), "{answer}");
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
fn a_picture_is_uploaded_listed_edited_replaced_and_deleted() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let bytes = picture::png(700, 300);
    let form = Form::file("Été.png", &bytes).with_text("folder", "trips/2026").with_text("title", "Sea");
    let item = browser.upload(form).is(201).json();
    assert_eq!(
        (&item["name"], &item["title"], &item["folderPath"]),
        (&json!("Été.png"), &json!("Sea"), &json!("trips/2026"))
    );
    assert_eq!((&item["width"], &item["door"]), (&json!(700), &json!("dashboard")));
    let id = item["id"].as_str().expect("an id");
    let path = format!("/images/{id}");

    let found = browser.get("/images?q=%C3%A9t%C3%A9").is(200).json();
    assert_eq!((&found["total"], &found["items"][0]["id"]), (&json!(1), &json!(id)));
    assert_eq!(browser.get("/images?q=trips").is(200).json()["total"], 1);
    assert_eq!(browser.get("/images?folder=/").is(200).json()["total"], 0);
    assert_eq!(browser.get("/images?q=nothing").is(200).json()["total"], 0);

    let changes = json!({ "description": "<b>", "public": true, "tags": ["a", " b "], "folder": null });
    let edited = browser.write("PATCH", &path, changes).is(200).json();
    assert_eq!(edited["description"], "<b>");
    assert_eq!(edited["tags"], json!(["a", "b"]));
    assert_eq!((&edited["public"], &edited["folder"]), (&json!(true), &Value::Null));
    browser.write("PATCH", &path, json!({ "expiresAt": "tomorrow" })).is(400);
    browser.write("PATCH", &path, json!({ "folder": "nonsense" })).is(404);

    let thumbnail = browser.get(&format!("{path}/thumbnail")).is(200);
    assert_eq!(thumbnail.header("content-type"), "image/webp");
    assert_eq!(thumbnail.header("cache-control"), "private, no-cache");
    assert_eq!(thumbnail.picture().width(), 480);
    vitrine.get(&format!("/api/dashboard{path}/thumbnail")).is(401);

    let other = picture::png(50, 60);
    let request = Form::file("new.png", &other).post(&format!("/api/dashboard{path}"));
    let replaced = browser.send(request.with_method("PUT")).is(200).json();
    assert_eq!((&replaced["width"], &replaced["id"]), (&json!(50), &json!(id)));
    let url = item["links"]["imgs"]["url"].as_str().expect("an address");
    let short = url.strip_prefix(&vitrine.base()).expect("an address of ours");
    assert_eq!(vitrine.get(short).is(200).body, other);

    browser.delete(&path).is(204);
    browser.get(&path).is(404);
    vitrine.get(short).is(404);
}

#[test]
fn every_link_of_an_item_shows_the_picture() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let item = browser
        .upload(Form::file("wide.jpg", &picture::jpeg(900, 300)))
        .is(201)
        .json();
    let links = &item["links"];
    let mut checked = 0;
    for address in addresses(links) {
        let path = address.strip_prefix(&vitrine.base()).unwrap_or(&address);
        if path.starts_with("/t/") && path.matches('/').count() == 2 {
            continue; // What signed addresses begin with.
        }
        let answer = vitrine.get(path).is(200);
        if path.starts_with("/image/") && !path.ends_with(".jpg") {
            assert!(answer.header("content-type").starts_with("text/html"), "{path}");
        } else {
            assert!(answer.picture().width() <= 900, "{path}");
        }
        checked += 1;
    }
    assert!(checked >= 13, "{checked} in {links}");
}

fn addresses(links: &Value) -> Vec<String> {
    match links {
        Value::String(address) => vec![address.clone()],
        Value::Object(members) => members.values().flat_map(addresses).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn two_accounts_see_nothing_of_each_other() {
    let vitrine = with_password(&[]);
    add_account(&vitrine, "kitten");
    let owner = Browser::signed_in(&vitrine, "owner");
    let kitten = Browser::signed_in(&vitrine, "kitten");
    let item = owner.upload(Form::file("a.png", &picture::png(9, 9)).with_text("folder", "mine")).is(201).json();
    let path = format!("/images/{}", item["id"].as_str().expect("an id"));
    let folder = format!("/folders/{}", item["folder"].as_str().expect("a folder"));
    kitten.get(&path).is(404);
    kitten.get(&format!("{path}/thumbnail")).is(404);
    kitten.write("PATCH", &path, json!({ "public": true })).is(404);
    kitten.delete(&path).is(404);
    kitten.write("PATCH", &folder, json!({ "name": "theirs" })).is(404);
    kitten.delete(&folder).is(404);
    assert_eq!(kitten.get("/images").is(200).json()["total"], 0);
    assert_eq!(kitten.get("/folders").is(200).json(), json!([]));
    kitten.get("/accounts").is(403);
    owner.get(&path).is(200);
}

#[test]
fn keys_are_made_listed_and_ended_and_their_secret_is_shown_once() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let new = json!({ "name": "phone", "scopes": "upload", "expiresIn": 3600 });
    let key = browser.write("POST", "/keys", new).is(201).json();
    let secret = key["secret"].as_str().expect("a secret");
    assert!(secret.starts_with("sk_") && secret.len() == 43, "{key}");
    assert_eq!((&key["scopes"], &key["name"]), (&json!("upload"), &json!("phone")));
    let upload = |secret: &str| {
        let form = Form::file("a.png", &picture::png(9, 9));
        vitrine.send(&form.post("/upload").bearer(secret))
    };
    upload(secret).is(200);
    let listed = browser.get("/keys").is(200);
    assert!(!String::from_utf8_lossy(&listed.body).contains(secret));
    let listed = listed.json();
    let mine = listed.as_array().expect("keys").iter().find(|found| found["id"] == key["id"]);
    assert!(mine.expect("it is listed")["lastUsedAt"].is_string());
    browser.write("POST", "/keys", json!({ "scopes": "everything" })).is(400);
    browser.write("POST", "/keys", json!({ "expiresIn": 0 })).is(400);
    let path = format!("/keys/{}", key["id"].as_str().expect("an id"));
    browser.delete(&path).is(204);
    browser.delete(&path).is(404);
    upload(secret).is(401);
}

#[test]
fn a_key_works_pictures_but_makes_no_keys() {
    let vitrine = with_password(&[]);
    let with_key = |request: Request| vitrine.send(&request.bearer(vitrine.key()));
    with_key(Request::get("/api/dashboard/images")).is(200);
    let new = with_json(Request::post("/api/dashboard/keys"), &json!({}));
    with_key(new).is(403);
    with_key(Request::get("/api/dashboard/accounts")).is(403);
    let password = json!({ "password": "Stolen horse 3" });
    with_key(with_json(Request::new("PATCH", "/api/dashboard/account"), &password)).is(403);
}

#[test]
fn folders_are_made_renamed_moved_and_deleted_with_what_lies_in_them() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let made = browser.write("POST", "/folders", json!({ "path": "a/b/c" })).is(201).json();
    browser.write("POST", "/folders", json!({ "path": "a/b/c" })).is(200);
    browser.write("POST", "/folders", json!({ "path": " / " })).is(400);
    let all = browser.get("/folders").is(200).json();
    let paths: Vec<_> = all.as_array().expect("folders").iter().map(|folder| folder["path"].clone()).collect();
    assert_eq!(paths, ["a", "a/b", "a/b/c"]);
    let id_of = |path: &str| {
        let all = browser.get("/folders").is(200).json();
        let found = all.as_array().expect("folders").iter().find(|folder| folder["path"] == path).cloned();
        found.expect(path)["id"].as_str().expect("an id").to_owned()
    };
    let a = format!("/folders/{}", id_of("a"));
    browser.write("PATCH", &a, json!({ "name": "z" })).is(200);
    browser.write("PATCH", &a, json!({ "parent": made["id"] })).is(400);
    let c = format!("/folders/{}", id_of("z/b/c"));
    browser.write("PATCH", &c, json!({ "parent": null, "name": "top" })).is(200);
    let form = Form::file("a.png", &picture::png(9, 9)).with_text("folder", "z/b");
    let item = browser.upload(form).is(201).json();
    browser.delete(&a).is(204);
    browser.get(&format!("/images/{}", item["id"].as_str().expect("an id"))).is(404);
    assert_eq!(browser.get("/folders").is(200).json()[0]["path"], "top");
}

#[test]
fn presets_are_checked_and_their_names_are_unique() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let preset = json!({ "name": "small", "params": "w_240,c_fill" });
    let made = browser.write("POST", "/presets", preset.clone()).is(201).json();
    browser.write("POST", "/presets", preset).is(409);
    browser.write("POST", "/presets", json!({ "name": "bad", "params": "w_0" })).is(400);
    browser.write("POST", "/presets", json!({ "name": "no spaces", "params": "w_1" })).is(400);
    assert_eq!(browser.get("/presets").is(200).json(), json!([made]));
    browser.delete(&format!("/presets/{}", made["id"].as_str().expect("an id"))).is(204);
}

#[test]
fn an_administrator_adds_and_removes_accounts() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let new = json!({ "name": "kitten", "password": PASSWORD, "email": "kitten@example.org" });
    browser.write("POST", "/accounts", new.clone()).is(201);
    browser.write("POST", "/accounts", new).is(409);
    browser.write("POST", "/accounts", json!({ "name": "Bad Name" })).is(400);
    let kitten = Browser::signed_in(&vitrine, "kitten@example.org");
    kitten.upload(Form::file("a.png", &picture::png(9, 9))).is(201);
    browser.delete("/accounts/kitten").is(409);
    browser.delete("/accounts/kitten?withImages=1").is(204);
    kitten.get("/session").is(401);
    browser.delete("/accounts/owner").is(409);
}

#[test]
fn bad_input_is_refused_in_a_sentence_and_changes_nothing() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let garbage = Request::post("/api/dashboard/keys").body("{");
    let refused = browser.send(garbage).is(400).json();
    assert_eq!(refused["code"], "bad_request");
    assert!(refused["error"].as_str().is_some_and(|words| words.ends_with('.')), "{refused}");
    browser.upload(Form::new()).is(400);
    let refused = browser.upload(Form::file("a.png", b"no picture")).is(400).json();
    assert_eq!(refused["code"], "invalid_image");
    browser.upload(Form::file("a.png", &picture::png(9, 9)).with_text("folder", "a/../b")).is(400);
    assert_eq!(browser.get("/images").is(200).json()["total"], 0);
    browser.get("/nothing").is(404);
    let answer = browser.send(Request::new("PUT", "/api/dashboard/keys")).is(405);
    assert!(!answer.header("allow").is_empty());
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[test]
fn a_repeated_upload_is_answered_as_the_first() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let upload = |bytes: &[u8]| {
        let request = Form::file("a.png", bytes).post("/api/dashboard/images");
        browser.send(request.header("Idempotency-Key", "once"))
    };
    let first = upload(&picture::png(9, 9)).is(201).json();
    assert_eq!(upload(&picture::png(9, 9)).is(201).json(), first);
    upload(&picture::png(8, 8)).is(422);
    assert_eq!(browser.get("/images").is(200).json()["total"], 1);
}
