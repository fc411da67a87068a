//! What people do with their own pictures, folders, keys, presets and accounts.

use serde_json::{Value, json};
use tests::{Form, Request, picture};

use super::{Browser, PASSWORD, add_account, with_json, with_password};

#[test]
fn a_picture_is_uploaded_listed_edited_replaced_and_deleted() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let bytes = picture::png(700, 300);
    let form = Form::file("Été.png", &bytes)
        .with_text("folder", "trips/2026")
        .with_text("title", "Sea");
    let item = browser.upload(form).is(201).json();
    assert_eq!(
        (&item["name"], &item["title"], &item["folderPath"]),
        (&json!("Été.png"), &json!("Sea"), &json!("trips/2026"))
    );
    assert_eq!(
        (&item["width"], &item["door"]),
        (&json!(700), &json!("dashboard"))
    );
    let id = item["id"].as_str().expect("an id");
    let path = format!("/images/{id}");

    let found = browser.get("/images?q=%C3%A9t%C3%A9").is(200).json();
    assert_eq!(
        (&found["total"], &found["items"][0]["id"]),
        (&json!(1), &json!(id))
    );
    assert_eq!(browser.get("/images?q=trips").is(200).json()["total"], 1);
    assert_eq!(browser.get("/images?folder=/").is(200).json()["total"], 0);
    assert_eq!(browser.get("/images?q=nothing").is(200).json()["total"], 0);

    let changes =
        json!({ "description": "<b>", "public": true, "tags": ["a", " b "], "folder": null });
    let edited = browser.write("PATCH", &path, changes).is(200).json();
    assert_eq!(edited["description"], "<b>");
    assert_eq!(edited["tags"], json!(["a", "b"]));
    let day = &item["createdAt"].as_str().expect("a time")[..10];
    for found in ["%3Cb%3E", "sea+b", day, &day[..7]] {
        let listed = browser.get(&format!("/images?q={found}")).is(200).json();
        assert_eq!(listed["total"], 1, "{found}");
    }
    assert_eq!(
        (&edited["public"], &edited["folder"]),
        (&json!(true), &Value::Null)
    );
    browser
        .write("PATCH", &path, json!({ "expiresAt": "tomorrow" }))
        .is(400);
    browser
        .write("PATCH", &path, json!({ "folder": "nonsense" }))
        .is(404);

    let thumbnail = browser.get(&format!("{path}/thumbnail")).is(200);
    assert_eq!(thumbnail.header("content-type"), "image/webp");
    assert_eq!(thumbnail.header("cache-control"), "private, no-cache");
    assert_eq!(thumbnail.picture().width(), 480);
    let small = browser.get(&format!("{path}/thumbnail?size=240")).is(200);
    assert_eq!(small.picture().width(), 240);
    vitrine
        .get(&format!("/api/dashboard{path}/thumbnail"))
        .is(401);
    let preview = format!("{path}/preview?params=w_60,h_60,c_cover,f_png");
    let made = browser.get(&preview).is(200);
    assert_eq!(made.header("content-type"), "image/png");
    assert_eq!((made.picture().width(), made.picture().height()), (60, 60));
    browser.get(&format!("{path}/preview?params=w_0")).is(400);
    vitrine.get(&format!("/api/dashboard{preview}")).is(401);

    let other = picture::png(50, 60);
    let request = Form::file("new.png", &other).post(&format!("/api/dashboard{path}"));
    let replaced = browser.send(request.with_method("PUT")).is(200).json();
    assert_eq!(
        (&replaced["width"], &replaced["id"]),
        (&json!(50), &json!(id))
    );
    let url = item["links"]["imgs"]["url"].as_str().expect("an address");
    let short = url
        .strip_prefix(&vitrine.base())
        .expect("an address of ours");
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
            assert!(
                answer.header("content-type").starts_with("text/html"),
                "{path}"
            );
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
    let item = owner
        .upload(Form::file("a.png", &picture::png(9, 9)).with_text("folder", "mine"))
        .is(201)
        .json();
    let path = format!("/images/{}", item["id"].as_str().expect("an id"));
    let folder = format!("/folders/{}", item["folder"].as_str().expect("a folder"));
    kitten.get(&path).is(404);
    kitten.get(&format!("{path}/thumbnail")).is(404);
    kitten
        .write("PATCH", &path, json!({ "public": true }))
        .is(404);
    kitten.delete(&path).is(404);
    kitten
        .write("PATCH", &folder, json!({ "name": "theirs" }))
        .is(404);
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
    assert_eq!(
        (&key["scopes"], &key["name"]),
        (&json!("upload"), &json!("phone"))
    );
    let upload = |secret: &str| {
        let form = Form::file("a.png", &picture::png(9, 9));
        vitrine.send(&form.post("/upload").bearer(secret))
    };
    upload(secret).is(200);
    let listed = browser.get("/keys").is(200);
    assert!(!String::from_utf8_lossy(&listed.body).contains(secret));
    let listed = listed.json();
    let mine = listed
        .as_array()
        .expect("keys")
        .iter()
        .find(|found| found["id"] == key["id"]);
    assert!(mine.expect("it is listed")["lastUsedAt"].is_string());
    browser
        .write("POST", "/keys", json!({ "scopes": "everything" }))
        .is(400);
    browser
        .write("POST", "/keys", json!({ "expiresIn": 0 }))
        .is(400);
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
    with_key(with_json(
        Request::new("PATCH", "/api/dashboard/account"),
        &password,
    ))
    .is(403);
}

#[test]
fn folders_are_created_renamed_moved_and_deleted_with_their_contents() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let made = browser
        .write("POST", "/folders", json!({ "path": "a/b/c" }))
        .is(201)
        .json();
    browser
        .write("POST", "/folders", json!({ "path": "a/b/c" }))
        .is(200);
    browser
        .write("POST", "/folders", json!({ "path": " / " }))
        .is(400);
    let all = browser.get("/folders").is(200).json();
    let paths: Vec<_> = all
        .as_array()
        .expect("folders")
        .iter()
        .map(|folder| folder["path"].clone())
        .collect();
    assert_eq!(paths, ["a", "a/b", "a/b/c"]);
    let id_of = |path: &str| {
        let all = browser.get("/folders").is(200).json();
        let found = all
            .as_array()
            .expect("folders")
            .iter()
            .find(|folder| folder["path"] == path)
            .cloned();
        found.expect(path)["id"].as_str().expect("an id").to_owned()
    };
    let a = format!("/folders/{}", id_of("a"));
    browser.write("PATCH", &a, json!({ "name": "z" })).is(200);
    browser
        .write("PATCH", &a, json!({ "parent": made["id"] }))
        .is(400);
    let c = format!("/folders/{}", id_of("z/b/c"));
    browser
        .write("PATCH", &c, json!({ "parent": null, "name": "top" }))
        .is(200);
    let form = Form::file("a.png", &picture::png(9, 9)).with_text("folder", "z/b");
    let item = browser.upload(form).is(201).json();
    browser.delete(&a).is(204);
    browser
        .get(&format!("/images/{}", item["id"].as_str().expect("an id")))
        .is(404);
    assert_eq!(browser.get("/folders").is(200).json()[0]["path"], "top");
}

#[test]
fn presets_are_checked_and_their_names_are_unique() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let preset = json!({ "name": "small", "params": "w_240,c_fill" });
    let made = browser
        .write("POST", "/presets", preset.clone())
        .is(201)
        .json();
    browser.write("POST", "/presets", preset).is(409);
    browser
        .write(
            "POST",
            "/presets",
            json!({ "name": "bad", "params": "w_0" }),
        )
        .is(400);
    browser
        .write(
            "POST",
            "/presets",
            json!({ "name": "no spaces", "params": "w_1" }),
        )
        .is(400);
    assert_eq!(browser.get("/presets").is(200).json(), json!([made]));
    browser
        .delete(&format!("/presets/{}", made["id"].as_str().expect("an id")))
        .is(204);
}

#[test]
fn an_administrator_adds_and_removes_accounts() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let new = json!({ "name": "kitten", "password": PASSWORD, "email": "kitten@example.org" });
    browser.write("POST", "/accounts", new.clone()).is(201);
    browser.write("POST", "/accounts", new).is(409);
    browser
        .write("POST", "/accounts", json!({ "name": "Bad Name" }))
        .is(400);
    let kitten = Browser::signed_in(&vitrine, "kitten@example.org");
    kitten
        .upload(Form::file("a.png", &picture::png(9, 9)))
        .is(201);
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
    assert!(
        refused["error"]
            .as_str()
            .is_some_and(|words| words.ends_with('.')),
        "{refused}"
    );
    browser.upload(Form::new()).is(400);
    let refused = browser
        .upload(Form::file("a.png", b"no picture"))
        .is(400)
        .json();
    assert_eq!(
        (&refused["code"], &refused["reason"]),
        (&json!("invalid_image"), &json!("no_picture"))
    );
    let drawing = Form::file("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>");
    let refused = browser.upload(drawing).is(400).json();
    assert_eq!(
        (&refused["reason"], &refused["fields"]),
        (&json!("unsupported"), &json!({ "format": "SVG" }))
    );
    browser
        .upload(Form::file("a.png", &picture::png(9, 9)).with_text("folder", "a/../b"))
        .is(400);
    assert_eq!(browser.get("/images").is(200).json()["total"], 0);
    browser.get("/nothing").is(404);
    let answer = browser
        .send(Request::new("PUT", "/api/dashboard/keys"))
        .is(405);
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
