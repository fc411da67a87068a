//! What is refused whatever it is about: unknown places, other methods, unreadable bodies.

use super::*;

#[test]
fn unknown_places_under_slinks_prefixes_are_refused_in_its_words() {
    let slink = Slink::start();
    for path in [
        "/api/image",
        "/api/image/a/b/c",
        "/api/images/1/2",
        "/api/images/history/1/2",
        "/api/upload/more",
        "/api/guest",
        "/api/guest/nothing",
        "/api/auth",
        "/api/auth/nothing",
        "/api/user/nothing",
        "/api/user/api-keys/x/y",
        "/api/external",
        "/api/external/nothing",
        "/api/admin/image",
        "/api/health/more",
    ] {
        refuses(
            slink.get(path),
            404,
            "Symfony.Component.HttpKernel.Exception.NotFoundHttpException",
            "No route found for this address.",
        );
    }
}

#[test]
fn other_methods_are_refused_with_those_that_are_allowed() {
    let slink = Slink::start();
    for (method, path, allowed) in [
        ("GET", "/api/upload", "POST,PUT"),
        ("DELETE", "/api/guest/upload", "POST,PUT"),
        ("GET", "/api/external/upload", "POST,PUT"),
        ("GET", "/api/auth/login", "POST"),
        ("POST", "/api/user", "GET,HEAD"),
        ("PUT", "/api/user/api-keys", "GET,HEAD,POST"),
        ("GET", "/api/user/api-keys/x", "DELETE"),
        ("POST", "/api/images/1", "GET,HEAD"),
        ("POST", &format!("/image/{NO_ID}.jpg"), "GET,HEAD"),
        (
            "PUT",
            &format!("/api/image/{NO_ID}"),
            "GET,HEAD,PATCH,DELETE",
        ),
        ("GET", &format!("/api/admin/image/{NO_ID}"), "PATCH,DELETE"),
        ("POST", "/api/health", "GET,HEAD"),
    ] {
        let refused = slink.send(Request::new(method, path));
        let mut methods: Vec<_> = refused
            .header("allow")
            .split(',')
            .map(str::to_owned)
            .collect();
        let mut allowed: Vec<_> = allowed.split(',').map(str::to_owned).collect();
        methods.sort();
        allowed.sort();
        assert_eq!(methods, allowed, "{method} {path}");
        refuses(
            refused,
            405,
            "Symfony.Component.HttpKernel.Exception.MethodNotAllowedHttpException",
            "Method Not Allowed for this address.",
        );
    }
}

#[test]
fn the_server_says_that_it_is_well() {
    let slink = Slink::start();
    let answer = slink.vitrine.get("/api/health").is(200);
    assert_eq!(answer.body, b"OK");
}

#[test]
fn a_body_that_is_no_json_is_refused() {
    let slink = Slink::with(&[("allow_signup", "true")]);
    for path in [
        "/api/auth/login",
        "/api/auth/signup",
        "/api/auth/refresh",
        "/api/auth/logout",
        "/api/user/api-keys",
    ] {
        for body in ["{", "[1]", "username=kitten", "\"x\""] {
            let request = Request::post(path)
                .header("Content-Type", "application/json")
                .body(body);
            let error = refusal(slink.send(request), 400);
            assert_eq!(
                error["title"], "Symfony.Component.HttpKernel.Exception.BadRequestHttpException",
                "{path} {body}"
            );
        }
    }
    let long = format!("{{\"username\":\"{}\"}}", "x".repeat(2 << 20));
    let answer = slink.send(Request::post("/api/auth/login").body(long));
    assert!((400..500).contains(&answer.status), "{answer}");
}

#[test]
fn pages_of_other_sites_may_ask() {
    let slink = Slink::start();
    let id = slink.upload(&tests::picture::png(9, 9));
    for path in ["/api/upload", "/api/images/1", &format!("/image/{id}.png")] {
        let preflight = slink.vitrine.send(&Request::new("OPTIONS", path)).is(204);
        assert_eq!(
            preflight.header("access-control-allow-origin"),
            "*",
            "{path}"
        );
    }
    for path in ["/api/images/1", &format!("/image/{id}.png")] {
        assert_eq!(
            slink.get(path).header("access-control-allow-origin"),
            "*",
            "{path}"
        );
    }
}

#[test]
fn titles_of_other_dialects_pictures_are_not_used_as_slinks() {
    let slink = Slink::start();
    for path in [
        "/image/some-title.ZfGd",
        &format!("/image/{NO_ID}.ZfGd"),
        "/image/ZfGd",
    ] {
        let answer = slink.vitrine.get(path);
        assert_ne!(
            answer.header("content-type"),
            "application/vnd.api+json",
            "{path}"
        );
    }
}
