//! What administrators see and set: settings, usage, the log.

use serde_json::{Value, json};
use tests::{Form, Vitrine, picture};

use super::{Browser, add_account, with_password};

fn setting(settings: &Value, key: &str) -> Value {
    let found = settings.as_array().expect("settings").iter();
    let mut found = found.filter(|setting| setting["key"] == key);
    found.next().unwrap_or_else(|| panic!("no {key}")).clone()
}

#[test]
fn a_setting_counts_at_once_and_after_a_restart_until_it_is_taken_back() {
    let mut vitrine = with_password(&[]);
    let cookie = {
        let owner = Browser::signed_in(&vitrine, "owner");
        let before = setting(&owner.get("/settings").is(200).json(), "allow_signup");
        assert_eq!(
            (&before["value"], &before["kind"]),
            (&json!(false), &json!("switch"))
        );
        let after = owner
            .write(
                "PATCH",
                "/settings",
                json!({ "allow_signup": true, "max_upload_bytes": 1000 }),
            )
            .is(200)
            .json();
        assert_eq!(setting(&after, "allow_signup")["value"], true);
        let door = vitrine.get("/api/dashboard/door").is(200).json();
        assert_eq!(door["signUp"], true);
        let large = vec![7; 2000];
        assert_eq!(vitrine.post("a.png", &large).status, 413);
        owner.cookie
    };
    vitrine.terminate();
    vitrine.start_again();
    let owner = Browser {
        vitrine: &vitrine,
        cookie,
    };
    assert_eq!(
        vitrine.get("/api/dashboard/door").is(200).json()["signUp"],
        true
    );
    owner
        .write("PATCH", "/settings", json!({ "allow_signup": null }))
        .is(200);
    assert_eq!(
        vitrine.get("/api/dashboard/door").is(200).json()["signUp"],
        false
    );
}

#[test]
fn what_the_program_was_started_with_is_fixed_by_name() {
    let vitrine = with_password(&[("allow_signup", "true")]);
    let owner = Browser::signed_in(&vitrine, "owner");
    let fixed = setting(&owner.get("/settings").is(200).json(), "allow_signup");
    assert_eq!(
        (&fixed["value"], &fixed["fixedBy"]),
        (&json!(true), &json!("--set allow_signup"))
    );
    let both = json!({ "deduplicate": true, "allow_signup": false });
    let refused = owner.write("PATCH", "/settings", both).is(409).json();
    let words = refused["error"].as_str().expect("words");
    assert!(words.contains("--set allow_signup"), "{words}");
    let settings = owner.get("/settings").is(200).json();
    assert_eq!(setting(&settings, "deduplicate")["value"], false);
}

#[test]
fn bad_values_and_keys_change_nothing_and_are_named() {
    let vitrine = with_password(&[]);
    let owner = Browser::signed_in(&vitrine, "owner");
    for (wrong, word) in [
        (json!({ "max_pixels": 0 }), "max_pixels"),
        (json!({ "duplicates": "maybe" }), "allow, reject, existing"),
        (json!({ "allow_signup": "perhaps" }), "true or false"),
        (json!({ "public_url": { "a": 1 } }), "public_url"),
        (
            json!({ "allow_sign_up": true }),
            "did you mean `allow_signup`",
        ),
        (json!({ "listen": "0.0.0.0:1" }), "vitrine.toml"),
    ] {
        let refused = owner.write("PATCH", "/settings", wrong).is(400).json();
        let words = refused["error"].as_str().expect("words");
        assert!(words.contains(word), "{words}");
    }
    let choice = setting(&owner.get("/settings").is(200).json(), "duplicates");
    assert_eq!(choice["choices"], json!(["allow", "reject", "existing"]));
}

#[test]
fn usage_is_everybodys_for_administrators_and_ones_own_for_others() {
    let vitrine = with_password(&[]);
    add_account(&vitrine, "kitten");
    let owner = Browser::signed_in(&vitrine, "owner");
    let kitten = Browser::signed_in(&vitrine, "kitten");
    let bytes = picture::png(300, 200);
    kitten.upload(Form::file("a.png", &bytes)).is(201);
    let own = json!([{ "name": "kitten", "images": 1, "bytes": bytes.len() }]);
    let usage = kitten.get("/usage").is(200).json();
    assert_eq!(usage, json!({ "accounts": own }));
    let usage = owner.get("/usage").is(200).json();
    assert_eq!(usage["accounts"][0], own[0]);
    assert_eq!(usage["guests"], json!({ "images": 0, "bytes": 0 }));
    assert_eq!(usage["cache"]["most"], json!(2_u64 << 30));
    assert!(usage["free"].as_u64() > Some(0));
}

#[test]
fn the_log_names_routes_and_no_paths_and_is_for_administrators() {
    let vitrine: Vitrine = with_password(&[]);
    add_account(&vitrine, "kitten");
    let owner = Browser::signed_in(&vitrine, "owner");
    vitrine.get("/secretpath?key=sk_secret").is(404);
    let log = owner.get("/log").is(200).json();
    let last = &log[0];
    assert_eq!(
        (&last["method"], &last["status"], &last["client"]),
        (&json!("GET"), &json!(404), &json!("127.0.0.1"))
    );
    assert_eq!(last["route"], "/{id}");
    assert!(!log.to_string().contains("secret"), "{log}");
    Browser::signed_in(&vitrine, "kitten").get("/log").is(403);
    vitrine.get("/api/dashboard/log").is(401);
}
