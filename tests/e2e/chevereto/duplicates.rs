//! What becomes of a picture that the account has already, as the setting says.

use serde_json::json;
use tests::{Vitrine, picture};

use super::*;

#[test]
fn by_default_a_picture_may_be_kept_twice() {
    let vitrine = Vitrine::start();
    let (one, two) = (
        uploaded(&vitrine, with_picture()),
        uploaded(&vitrine, with_picture()),
    );
    assert_ne!(one["id_encoded"], two["id_encoded"]);
}

#[test]
fn duplicates_are_rejected_and_other_accounts_pictures_are_no_duplicates() {
    let vitrine = Vitrine::with(&[("duplicates", "reject")]);
    uploaded(&vitrine, with_picture());
    refused(&send(&vitrine, with_picture()), 101, "Duplicated upload");
    uploaded(&vitrine, with(&picture::png(9, 9)));
    vitrine.run(&["account", "add", "anna"]).ended(0);
    let annas = vitrine.world().new_key(&["--account", "anna"]);
    vitrine
        .send(&with_picture().post(API).header("X-API-Key", annas))
        .is(200);
    // What is gone is no longer there to be doubled.
    let image = uploaded(&vitrine, with(&picture::png(8, 8)));
    vitrine.get(path(&vitrine, &image["delete_url"])).is(301);
    uploaded(&vitrine, with(&picture::png(8, 8)));
}

#[test]
fn an_existing_picture_is_answered_with_without_its_link_that_deletes() {
    let vitrine = Vitrine::with(&[("duplicates", "existing")]);
    let first = uploaded(&vitrine, with_picture().with_text("title", "First"));
    let second = uploaded(&vitrine, with_picture().with_text("title", "Second"));
    assert!(first["delete_url"].is_string() && second.get("delete_url").is_none());
    for field in [
        "id_encoded",
        "title",
        "url",
        "thumb",
        "checksum",
        "url_viewer",
        "how_long_ago",
    ] {
        assert_eq!(first[field], second[field], "{field}");
    }
    let text = send(&vitrine, with_picture().with_text("format", "txt")).is(200);
    assert_eq!(json!(String::from_utf8_lossy(&text.body)), first["url"]);
    // Also for a picture that was uploaded through another dialect.
    vitrine.upload("a.png", &picture::png(9, 9));
    let known = uploaded(&vitrine, with(&picture::png(9, 9)));
    vitrine.get(path(&vitrine, &known["url"])).is(200);
    assert_eq!(kept(&vitrine), 2);
}
