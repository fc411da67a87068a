//! Deleting: by every name that a picture has, only one's own, at once; and the universe, never.

use tests::{Form, Request, Vitrine, picture};

use super::*;

#[test]
fn every_way_of_naming_a_picture_deletes_it_and_all_its_sizes() {
    let vitrine = Vitrine::start();
    let ways: [fn(&str, &str, &str) -> String; 7] = [
        |_, name, _| name.to_owned(),
        |_, name, _| format!("/img/owner/{name}"),
        |_, name, _| format!("img/owner/{name}"),
        |base, name, _| format!("{base}/img/owner/{name}"),
        |_, _, stem| format!("/img/owner/xga/{stem}.jpg"),
        |_, _, stem| format!("/img/owner/vga/{stem}.jpg"),
        |base, _, stem| format!("{base}/img/owner/qvga/{stem}.jpg"),
    ];
    for way in ways {
        let answer = keep(&vitrine, "molly.png", &picture::png(30, 20));
        let paths = ["native", "xga", "vga", "qvga"].map(|key| path(&vitrine, &answer, key));
        reduced(&vitrine, &paths[3]);
        let filename = answer["filename"].as_str().unwrap();
        let stem = filename.strip_suffix(".png").unwrap();
        let named = way(&vitrine.base(), filename, stem);
        let deleted = vitrine
            .send(&call(
                DELETE,
                &[("token", vitrine.key()), ("filename", &named)],
            ))
            .is(200);
        assert_eq!(deleted.header("content-type"), "text/plain; charset=utf-8");
        assert!(deleted.body.ends_with(b".\n"), "{deleted}");
        for path in paths {
            refused(vitrine.get(&path), 404);
        }
        nothing_is_kept(&vitrine);
    }
}

#[test]
fn the_name_is_taken_under_every_alias_and_as_multipart_too() {
    let vitrine = Vitrine::start();
    for alias in ["filename", "file", "image", "name", "url"] {
        for multipart in [false, true] {
            let answer = keep(&vitrine, "a.png", &picture::png(30, 20));
            let native = path(&vitrine, &answer, "native");
            let request = if multipart {
                with_token(&vitrine).with_text(alias, &native).post(DELETE)
            } else {
                call(DELETE, &[(alias, &native), ("token", vitrine.key())])
            };
            vitrine.send(&request).is(200);
            refused(vitrine.get(&native), 404);
        }
    }
}

#[test]
fn an_ephemeral_picture_is_deleted_like_any_other() {
    let vitrine = Vitrine::start();
    let answer = upload(
        &vitrine,
        "a.png",
        &picture::png(30, 20),
        &[("expire", "24")],
    );
    let native = path(&vitrine, &answer.is(200).json(), "native");
    vitrine
        .send(&call(
            DELETE,
            &[("token", vitrine.key()), ("filename", &native)],
        ))
        .is(200);
    refused(vitrine.get(&native), 404);
}

#[test]
fn another_account_s_picture_is_not_there_to_be_deleted() {
    let vitrine = Vitrine::start();
    let answer = keep(&vitrine, "a.png", &picture::png(30, 20));
    let native = path(&vitrine, &answer, "native");
    vitrine.run(&["account", "add", "kitten"]).ended(0);
    let token = vitrine.world().new_key(&["--account", "kitten"]);
    let filename = answer["filename"].as_str().unwrap();
    for named in [
        &*native,
        filename,
        "/img/kitten/20260214_fountain.jpg",
        "nothing",
        "/",
    ] {
        let request = call(DELETE, &[("token", &token), ("filename", named)]);
        refused(vitrine.send(&request), 404);
    }
    vitrine.get(&native).is(200);
}

#[test]
fn what_is_needed_for_deleting_is_asked_for() {
    let vitrine = Vitrine::start();
    let answer = keep(&vitrine, "a.png", &picture::png(30, 20));
    let native = path(&vitrine, &answer, "native");
    let token = vitrine.key();
    let named = ("filename", &*native);
    refused(vitrine.send(&call(DELETE, &[named])), 401);
    refused(vitrine.send(&call(DELETE, &[("token", ""), named])), 401);
    refused(
        vitrine.send(&call(DELETE, &[("token", "a9b8c7d6e5f4"), named])),
        403,
    );
    refused(vitrine.send(&call(DELETE, &[("token", token)])), 400);
    refused(
        vitrine.send(&call(DELETE, &[("token", token), ("filename", " ")])),
        400,
    );
    let uploader = vitrine.world().new_key(&["--scopes", "upload"]);
    refused(
        vitrine.send(&call(DELETE, &[("token", &uploader), named])),
        403,
    );
    refused(vitrine.send(&Request::post(DELETE)), 401);
    // Not as GET, and not with the token in the query.
    refused(
        vitrine.get(&format!("{DELETE}?token={token}&filename={native}")),
        405,
    );
    refused(
        vitrine.send(&call(&format!("{DELETE}?token={token}"), &[named])),
        401,
    );
    vitrine.get(&native).is(200);
    // What is deleted twice was there once.
    vitrine
        .send(&call(DELETE, &[("token", token), named]))
        .is(200);
    refused(vitrine.send(&call(DELETE, &[("token", token), named])), 404);
}

#[test]
fn the_universe_stays() {
    let vitrine = Vitrine::start();
    let answer = keep(&vitrine, "a.png", &picture::png(30, 20));
    let ask = |query: &str| vitrine.get(&format!("{UNIVERSE}{query}"));
    // Called correctly it is forbidden; with no token or a wrong one it was not called correctly.
    refused(ask(&format!("?token={}", vitrine.key())), 403);
    refused(ask(""), 401);
    refused(ask("?token="), 401);
    refused(ask("?token=a9b8c7d6e5f4"), 401);
    let post = Form::new().with_text("token", vitrine.key()).post(UNIVERSE);
    assert_eq!(vitrine.send(&post).header("allow"), "GET,HEAD");
    refused(vitrine.send(&post), 405);
    assert_eq!(vitrine.send(&Request::head(UNIVERSE)).status, 401);
    vitrine.get(&path(&vitrine, &answer, "native")).is(200);
    assert!(
        !vitrine.log().contains(vitrine.key()),
        "the token is not logged"
    );
}
