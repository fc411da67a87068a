//! `PATCH` and `DELETE` of an image: one's own, and as an administrator anybody's.

use super::*;

#[test]
fn an_edit_changes_what_it_names_and_tells_when() {
    let slink = Slink::start();
    let id = slink.upload_saying(&picture::png(9, 9), &[("description", "one")]);
    let path = format!("/api/image/{id}");
    let edit = |body: Value| {
        let answer = slink.json("PATCH", &path, &body).is(204);
        assert!(answer.body.is_empty(), "{answer}");
        let detail = slink.detail(&id);
        (detail["description"].clone(), detail["isPublic"].clone())
    };
    assert_eq!(slink.detail(&id)["updatedAt"], Value::Null);
    assert_eq!(
        edit(json!({ "description": "two" })),
        (json!("two"), json!(false))
    );
    assert!(slink.detail(&id)["updatedAt"].is_string());
    assert_eq!(
        edit(json!({ "isPublic": true })),
        (json!("two"), json!(true))
    );
    assert_eq!(
        edit(json!({ "description": null, "isPublic": null })),
        (json!("two"), json!(true))
    );
    assert_eq!(edit(json!({})), (json!("two"), json!(true)));
    assert_eq!(
        edit(json!({ "description": "", "isPublic": false, "other": 1 })),
        (json!(""), json!(false))
    );
    let longest = "é".repeat(255);
    assert_eq!(edit(json!({ "description": longest })).0, json!(longest));
    slink.send(Request::new("PATCH", &path)).is(204);
}

#[test]
fn an_edit_that_cannot_be_read_changes_nothing() {
    let slink = Slink::start();
    let id = slink.upload_saying(&picture::png(9, 9), &[("description", "one")]);
    let path = format!("/api/image/{id}");
    for (body, properties) in [
        (json!({ "description": 5 }), vec!["description"]),
        (
            json!({ "description": "x".repeat(256), "isPublic": true }),
            vec!["description"],
        ),
        (json!({ "isPublic": "yes" }), vec!["isPublic"]),
        (
            json!({ "isPublic": 1, "description": [] }),
            vec!["description", "isPublic"],
        ),
    ] {
        breaks_all(slink.json("PATCH", &path, &body), &properties);
    }
    for body in ["{", "[]", "\"x\"", "isPublic=true"] {
        let request = Request::new("PATCH", &path).header("Content-Type", "application/json");
        refusal(slink.send(request.body(body)), 400);
    }
    let detail = slink.detail(&id);
    assert_eq!(
        (&detail["description"], &detail["isPublic"]),
        (&json!("one"), &json!(false))
    );
    assert_eq!(detail["updatedAt"], Value::Null);
}

#[test]
fn a_deleted_image_is_gone_with_its_sizes_and_its_bytes() {
    let slink = Slink::with(&[("prepare_sizes", "false")]);
    let id = slink.upload(&picture::png(90, 90));
    let url = format!("/image/{id}.png");
    slink.vitrine.get(&format!("{url}?w=30")).is(200);
    let path = format!("/api/image/{id}");
    // Some clients cannot send a body with a DELETE.
    assert!(slink.send(Request::delete(&path)).is(204).body.is_empty());
    finds_nothing(slink.vitrine.get(&url));
    finds_nothing(slink.vitrine.get(&format!("{url}?w=30")));
    finds_nothing(slink.get(&format!("{path}/detail")));
    finds_nothing(slink.send(Request::delete(&path)));
    finds_nothing(slink.json("PATCH", &path, &json!({})));
    assert_eq!(slink.vitrine.world().files("blobs"), [""; 0]);
    assert_eq!(slink.vitrine.world().files("variants"), [""; 0]);
}

#[test]
fn a_deletion_takes_its_wish_with_or_without_a_content_type() {
    let slink = Slink::start();
    for body in [r#"{"preserveOnDisk":false}"#, "{}", "null", ""] {
        for typed in [true, false] {
            let id = slink.upload(&picture::png(9, 9));
            let request = Request::delete(&format!("/api/image/{id}")).body(body);
            let request = if typed {
                request.header("Content-Type", "application/json")
            } else {
                request
            };
            slink.send(request).is(204);
        }
    }
    assert_eq!(slink.vitrine.world().files("blobs"), [""; 0]);
    let id = slink.upload(&picture::png(9, 9));
    let path = format!("/api/image/{id}");
    breaks_all(
        slink.json("DELETE", &path, &json!({ "preserveOnDisk": "yes" })),
        &["preserveOnDisk"],
    );
    refusal(slink.send(Request::delete(&path).body("{")), 400);
    slink.detail(&id);
}

#[test]
fn bytes_that_are_to_be_preserved_stay_on_the_disk_and_nothing_else_does() {
    let slink = Slink::with(&[("prepare_sizes", "false")]);
    let bytes = picture::png(90, 90);
    let id = slink.upload(&bytes);
    let url = format!("/image/{id}.png");
    slink.vitrine.get(&format!("{url}?w=30")).is(200);
    let path = format!("/api/image/{id}");
    slink
        .json("DELETE", &path, &json!({ "preserveOnDisk": true }))
        .is(204);
    finds_nothing(slink.vitrine.get(&url));
    finds_nothing(slink.get(&format!("{path}/detail")));
    assert_eq!(slink.listed("/api/images/history/1"), [""; 0]);
    let world = slink.vitrine.world();
    let blobs = world.files("blobs");
    assert_eq!(blobs.len(), 1);
    assert!(std::fs::read(world.data().join("blobs").join(&blobs[0])).expect("the blob") == bytes);
    assert_eq!(world.files("variants"), [""; 0]);
    finds_nothing(slink.json("DELETE", &path, &json!({ "preserveOnDisk": true })));
}

#[test]
fn anothers_image_is_denied_to_everybody_but_an_administrator_who_acts_as_one() {
    let slink = Slink::start();
    let id = slink.upload(&picture::png(9, 9));
    let stranger = slink.another("puppy");
    let owner = owner(&slink.vitrine);
    let (path, admin_path) = (format!("/api/image/{id}"), format!("/api/admin/image/{id}"));
    let edit = |path: &str| with_json("PATCH", path, &json!({ "description": "theirs" }));
    for token in [&stranger, &owner] {
        denies(slink.vitrine.send(&edit(&path).bearer(token)));
        denies(slink.vitrine.send(&Request::delete(&path).bearer(token)));
    }
    for token in [&stranger, &slink.token] {
        denies(slink.vitrine.send(&edit(&admin_path).bearer(token)));
        denies(
            slink
                .vitrine
                .send(&Request::delete(&admin_path).bearer(token)),
        );
    }
    assert_eq!(slink.detail(&id)["description"], "");
    slink
        .vitrine
        .send(&edit(&admin_path).bearer(&owner))
        .is(204);
    assert_eq!(slink.detail(&id)["description"], "theirs");
    slink
        .vitrine
        .send(&Request::delete(&admin_path).bearer(&owner))
        .is(204);
    finds_nothing(slink.get(&format!("{path}/detail")));
    finds_nothing(
        slink
            .vitrine
            .send(&Request::delete(&admin_path).bearer(&owner)),
    );
    finds_nothing(
        slink
            .vitrine
            .send(&edit("/api/admin/image/nonsense").bearer(&owner)),
    );
}
