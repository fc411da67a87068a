//! How people get an account of their own.

use serde_json::json;
use tests::{Answer, Request, Vitrine};

use super::{Browser, PASSWORD, add_account, ours, sign_in, with_json, with_password};

/// As somebody who is not signed in.
fn stranger(vitrine: &Vitrine, path: &str, body: &serde_json::Value) -> Answer {
    let request = Request::post(&format!("/api/dashboard{path}"));
    vitrine.send(&ours(with_json(request, body)))
}

#[test]
fn an_invitation_makes_one_account_while_strangers_may_make_none() {
    let vitrine = with_password(&[]);
    let owner = Browser::signed_in(&vitrine, "owner");
    let invite = owner
        .write("POST", "/invites", json!({ "days": 3 }))
        .is(201)
        .json();
    assert_eq!(invite["admin"], false);
    let listed = owner.get("/invites").is(200).json();
    assert_eq!(
        (&listed[0]["id"], &listed[0]["code"]),
        (&invite["id"], &serde_json::Value::Null)
    );
    let accept = |name: &str, password: &str| {
        let given = json!({ "code": invite["code"], "name": name, "password": password });
        stranger(&vitrine, "/invites/accept", &given)
    };
    accept("owner", PASSWORD).is(409);
    accept("kitten", "short").is(400);
    let joined = accept("kitten", PASSWORD).is(201);
    assert_eq!(joined.json()["name"], "kitten");
    let cookie = joined.header("set-cookie").split(';').next();
    let kitten = Browser {
        vitrine: &vitrine,
        cookie: cookie.expect("a cookie").to_owned(),
    };
    assert_eq!(kitten.get("/session").is(200).json()["admin"], false);
    sign_in(&vitrine, "kitten", PASSWORD).is(200);
    accept("cat", PASSWORD).is(404);

    let given = json!({ "name": "stranger", "password": PASSWORD });
    stranger(&vitrine, "/sign-up", &given).is(403);
    kitten.write("POST", "/invites", json!({})).is(403);
    kitten.get("/invites").is(403);
}

#[test]
fn an_invitation_that_was_taken_back_is_good_no_more() {
    let vitrine = with_password(&[]);
    let owner = Browser::signed_in(&vitrine, "owner");
    let invite = owner
        .write("POST", "/invites", json!({ "admin": true }))
        .is(201)
        .json();
    let path = format!("/invites/{}", invite["id"].as_str().expect("an id"));
    owner.delete(&path).is(204);
    owner.delete(&path).is(404);
    let given = json!({ "code": invite["code"], "name": "kitten", "password": PASSWORD });
    let refused = stranger(&vitrine, "/invites/accept", &given).is(404);
    assert_eq!(refused.json()["code"], "not_found");
    owner
        .write("POST", "/invites", json!({ "days": 91 }))
        .is(400);
}

#[test]
fn strangers_make_accounts_where_they_may_and_not_too_many() {
    let vitrine = Vitrine::with(&[
        ("allow_signup", "true"),
        ("rate_limit_signups_per_minute", "2"),
    ]);
    let door = vitrine.get("/api/dashboard/door").is(200).json();
    assert_eq!(door, json!({ "signUp": true }));
    let sign_up = |name: &str| {
        let given = json!({ "name": name, "password": PASSWORD, "email": "" });
        stranger(&vitrine, "/sign-up", &given)
    };
    let made = sign_up("kitten").is(201);
    assert_eq!(made.json()["hasPassword"], true);
    sign_up("kitten").is(409);
    assert_eq!(sign_up("cat").is(429).json()["code"], "rate_limited");
}

#[test]
fn a_page_of_another_site_can_neither_accept_nor_sign_up() {
    let vitrine = Vitrine::with(&[("allow_signup", "true")]);
    let given = json!({ "name": "kitten", "password": PASSWORD, "code": "a" });
    for path in ["/sign-up", "/invites/accept"] {
        let request = Request::post(&format!("/api/dashboard{path}"));
        let request = with_json(request, &given).header("Sec-Fetch-Site", "cross-site");
        vitrine.send(&request).is(403);
    }
    add_account(&vitrine, "kitten");
}
