//! Keys, scopes, and the errors without them.

use tests::picture;

use super::*;

#[test]
fn without_a_good_key_nothing_is_done() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(20, 20), "a");
    let one = format!("/images/{}", id(&image));
    for (method, path) in [
        ("POST", "/images"),
        ("GET", "/images"),
        ("GET", &*one),
        ("PUT", &*one),
        ("DELETE", &*one),
        ("GET", "/folders"),
        ("POST", "/folders"),
        ("PATCH", "/folders/x"),
        ("DELETE", "/folders/x"),
        ("GET", "/search?q=a"),
        ("POST", "/sign"),
        ("GET", "/presets"),
        ("POST", "/presets"),
        ("DELETE", "/presets/x"),
    ] {
        let bare = vitrine.send(&Request::new(method, &format!("/api/v1{path}")));
        refused(&bare, 401, "unauthorized");
        for key in ["", "sk_wrong", "isk_your_api_key_here"] {
            let answer = with_key(&vitrine, key, method, path, None);
            // Too many wrong keys from one address are rate-limited, which is an error as well.
            assert!(
                matches!(answer.status, 401 | 429),
                "{method} {path}: {answer}"
            );
        }
    }
    ask(&vitrine, "GET", &one).is(200);
}

#[test]
fn a_key_does_what_its_scopes_say() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(20, 20), "a");
    let one = format!("/images/{}", id(&image));
    let key = |scopes: &str| vitrine.world().new_key(&["--scopes", scopes]);
    let (sender, keeper, remover) = (key("upload"), key("manage"), key("delete"));
    let file = || Form::file("b.png", &picture::png(21, 20));

    let managing = [
        ("GET", "/images", None),
        ("GET", &*one, None),
        ("GET", "/search?q=a", None),
        ("GET", "/folders", None),
        ("POST", "/folders", Some(json!({ "path": "b" }))),
        ("GET", "/presets", None),
        (
            "POST",
            "/presets",
            Some(json!({ "name": "p", "params": "w_1" })),
        ),
    ];
    for (method, path, body) in &managing {
        for key in [&sender, &remover] {
            refused(
                &with_key(&vitrine, key, method, path, body.as_ref()),
                403,
                "forbidden",
            );
        }
        let done = with_key(&vitrine, &keeper, method, path, body.as_ref());
        assert!(done.status < 300, "{method} {path}: {done}");
    }
    for key in [&sender, &remover] {
        let replace = sent(key, "PUT", &one, file());
        refused(&vitrine.send(&replace), 403, "forbidden");
    }
    vitrine.send(&sent(&keeper, "PUT", &one, file())).is(200);
    for key in [&keeper, &remover] {
        refused(
            &vitrine.send(&sent(key, "POST", "/images", file())),
            403,
            "forbidden",
        );
    }
    vitrine
        .send(&sent(&sender, "POST", "/images", file()))
        .is(201);
    let wish = json!({ "imageId": id(&image) });
    for key in [&sender, &keeper] {
        with_key(&vitrine, key, "POST", "/sign", Some(&wish)).is(200);
    }
    refused(
        &with_key(&vitrine, &remover, "POST", "/sign", Some(&wish)),
        403,
        "forbidden",
    );
    for key in [&sender, &keeper] {
        refused(
            &with_key(&vitrine, key, "DELETE", &one, None),
            403,
            "forbidden",
        );
    }
    with_key(&vitrine, &remover, "DELETE", &one, None).is(200);
}

#[test]
fn other_methods_and_paths_get_errors_in_this_dialects_format() {
    let vitrine = Vitrine::start();
    for (method, path, allowed) in [
        ("PUT", "/images", &["GET", "HEAD", "POST"][..]),
        ("DELETE", "/images", &["GET", "HEAD", "POST"]),
        ("POST", "/search?q=a", &["GET", "HEAD"]),
        ("GET", "/sign", &["POST"]),
        ("POST", "/folders/x", &["PATCH", "PUT", "DELETE"]),
        ("GET", "/presets/x", &["DELETE"]),
    ] {
        let answer = ask(&vitrine, method, path);
        refused(&answer, 405, "method_not_allowed");
        for method in allowed {
            assert!(answer.header("allow").contains(method), "{path}: {answer}");
        }
    }
    for path in ["", "/", "/nothing", "/images/a/b", "/image"] {
        refused(&ask(&vitrine, "GET", path), 404, "not_found");
    }
    let preflight = vitrine
        .send(&Request::new("OPTIONS", "/api/v1/images"))
        .is(204);
    assert!(
        preflight
            .header("access-control-allow-headers")
            .contains("X-Api-Key")
    );
}
