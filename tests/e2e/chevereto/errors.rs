//! The table of errors, the order in which they are looked for, and how text clients hear of them.

use tests::{Request, Vitrine, picture};

use super::*;

#[test]
fn version_action_and_key_are_looked_for_in_their_order() {
    let vitrine = Vitrine::start();
    let key = vitrine.key();
    let ask = |path: &str, key: Option<&str>| {
        let request = with_picture().post(path);
        vitrine.send(&match key {
            Some(key) => request.header("X-API-Key", key),
            None => request,
        })
    };
    refused(&ask("/api/1", Some(key)), 100, "No action provided");
    refused(&ask("/api/2/upload", None), 100, "No key provided");
    refused(
        &ask("/api/2/upload", Some("wrong")),
        110,
        "Invalid API version.",
    );
    refused(
        &ask("/api/2/anything", Some(key)),
        110,
        "Invalid API version.",
    );
    refused(
        &ask("/api/01/upload", Some(key)),
        110,
        "Invalid API version.",
    );
    refused(&ask("/api/1/anything", None), 100, "No key provided");
    refused(
        &ask("/api/1/anything", Some("wrong")),
        100,
        "Invalid API key.",
    );
    refused(
        &ask("/api/1/anything", Some(key)),
        120,
        "Invalid API action",
    );
    refused(&vitrine.get("/api/1/upload"), 100, "No key provided");
    let in_body = with_picture().with_text("key", key).post("/api/2/upload");
    refused(&vitrine.send(&in_body), 110, "Invalid API version.");
    let in_body = with_picture().with_text("key", key).post("/api/1/anything");
    refused(&vitrine.send(&in_body), 120, "Invalid API action");
    nothing_is_left(&vitrine);
}

#[test]
fn a_key_that_may_not_upload_is_denied_before_anything_else_of_it_is_looked_at() {
    let vitrine = Vitrine::start();
    let key = vitrine.world().new_key(&["--scopes", "delete,manage"]);
    let denied = [
        vitrine.send(&with_picture().post(API).header("X-API-Key", &key)),
        vitrine.send(&with_picture().with_text("key", &key).post(API)),
        vitrine.send(&with_picture().post(&format!("{API}?key={key}"))),
        vitrine.send(
            &with_picture()
                .post("/api/1/anything")
                .header("X-API-Key", &key),
        ),
    ];
    for answer in &denied {
        refused(answer, 401, "Request denied");
    }
    nothing_is_left(&vitrine);
}

#[test]
fn a_revoked_key_is_an_invalid_one() {
    let vitrine = Vitrine::start();
    send(&vitrine, with_picture()).is(200);
    let listed = vitrine.run(&["key", "list"]).ended(0);
    let id = listed.out.split('\t').next().expect("an id").to_owned();
    vitrine.run(&["key", "revoke", &id]).ended(0);
    refused(&send(&vitrine, with_picture()), 100, "Invalid API key.");
}

#[test]
fn what_is_no_picture_is_invalid_and_leaves_nothing() {
    let vitrine = Vitrine::start();
    for bytes in [
        b"certainly no picture".to_vec(),
        picture::bomb(30_000, 30_000),
        picture::bomb(100, 100),
        picture::cut_off(&picture::png(100, 100), 5),
    ] {
        refused(&send(&vitrine, with(&bytes)), 400, "Invalid image");
    }
    refused(
        &send(&vitrine, Form::new().with_file("source", "a.png", b"")),
        400,
        "Invalid image",
    );
    nothing_is_left(&vitrine);
}

#[test]
fn the_error_for_a_file_beyond_the_limit_contains_the_limit() {
    let vitrine = Vitrine::with(&[("max_upload_bytes", "2048")]);
    let answer = send(&vitrine, with(&picture::noise(60, 60, 1)));
    refused(&answer, 400, "File too big - max 2 KB");
    let stranger = Vitrine::start();
    let id = stranger.upload("a.png", &picture::noise(60, 60, 1));
    let host = stranger.address().to_string();
    let vitrine = Vitrine::with(&[("max_upload_bytes", "2048"), ("fetch_allow_hosts", &host)]);
    let address = format!("{}/{id}", stranger.base());
    let answer = send(&vitrine, Form::new().with_text("source", &address));
    refused(&answer, 400, "File too big - max 2 KB");
    nothing_is_left(&vitrine);
}

#[test]
fn text_clients_hear_the_bare_message_and_never_a_200() {
    let vitrine = Vitrine::start();
    for format in ["txt", "redirect"] {
        let answers = [
            send(&vitrine, with(b"no picture").with_text("format", format)),
            vitrine.send(
                &with(b"no picture")
                    .post(&format!("{API}?format={format}"))
                    .header("X-API-Key", vitrine.key()),
            ),
        ];
        for answer in answers {
            assert_eq!(
                (answer.status, answer.body.as_slice()),
                (400, b"Invalid image".as_slice())
            );
            assert_eq!(answer.header("content-type"), "text/plain; charset=UTF-8");
        }
        let early = vitrine.get(&format!("{API}?format={format}"));
        assert_eq!(
            (early.status, early.body.as_slice()),
            (400, b"No key provided".as_slice())
        );
    }
}

#[test]
fn too_many_uploads_keep_their_status() {
    let vitrine = Vitrine::with(&[("rate_limit_uploads_per_minute", "1")]);
    send(&vitrine, with_picture()).is(200);
    let answer = send(&vitrine, with_picture()).is(429);
    assert!(
        answer
            .header("retry-after")
            .parse::<u64>()
            .is_ok_and(|after| after >= 1)
    );
    let said = answer.json();
    assert_eq!(
        (&said["status_code"], &said["status_txt"]),
        (&429.into(), &"Too Many Requests".into())
    );
    assert_eq!(said["error"]["code"], 429);
    let in_body = vitrine.send(&with_picture().with_text("key", vitrine.key()).post(API));
    assert_eq!(in_body.status, 429);
}

#[test]
fn wrong_keys_are_limited_too() {
    let vitrine = Vitrine::with(&[("rate_limit_auth_failures_per_minute", "1")]);
    refused(
        &vitrine.get(&format!("{API}?key=wrong")),
        100,
        "Invalid API key.",
    );
    assert_eq!(vitrine.get(&format!("{API}?key=wrong")).status, 429);
    send(&vitrine, with_picture()).is(200);
}

#[test]
fn other_methods_get_the_allowed_ones_and_a_head_uploads_nothing() {
    let stranger = Vitrine::start();
    let id = stranger.upload("a.png", &picture::png(30, 20));
    let host = stranger.address().to_string();
    let vitrine = Vitrine::with(&[("fetch_allow_hosts", &host)]);
    let path = format!(
        "{API}?key={}&source={}",
        vitrine.key(),
        escaped(&format!("{}/{id}", stranger.base()))
    );
    let head = vitrine.send(&Request::head(&path)).is(405);
    assert_eq!(head.header("allow"), "GET, POST");
    nothing_is_left(&vitrine);
    for method in ["PUT", "DELETE", "PATCH"] {
        let answer = vitrine.send(&Request::new(method, API)).is(405);
        assert!(answer.header("allow").contains("POST"), "{answer}");
        assert_eq!(answer.json()["status_code"], 405);
    }
}

#[test]
fn a_repeated_upload_with_its_key_is_answered_as_the_first_time() {
    let vitrine = Vitrine::start();
    for format in ["json", "txt", "redirect"] {
        let again = |bytes: &[u8]| {
            let form = with(bytes).with_text("format", format).post(API);
            let form = form.header("X-API-Key", vitrine.key());
            vitrine.send(&form.header("Idempotency-Key", format!("once-{format}")))
        };
        let bytes = picture::png(30, 20);
        let (first, second) = (again(&bytes), again(&bytes));
        assert_eq!((first.status, &first.body), (second.status, &second.body));
        assert_eq!(first.header("location"), second.header("location"));
        let other = again(&picture::png(20, 30));
        assert_eq!(other.status, 400);
        if format == "json" {
            assert_eq!(other.json()["error"]["code"], 422);
        }
    }
    assert_eq!(kept(&vitrine), 1);
    let long = with_picture().post(API).header("X-API-Key", vitrine.key());
    let answer = vitrine.send(&long.header("Idempotency-Key", "x".repeat(129)));
    assert_eq!(
        (answer.status, &answer.json()["error"]["code"]),
        (400, &400.into())
    );
}

#[test]
fn a_secret_of_a_query_is_in_no_log() {
    let vitrine = Vitrine::start();
    vitrine.get(&format!("{API}?key={}", vitrine.key()));
    vitrine.get(&format!("{API}?key=wrong-secret"));
    let log = vitrine.log();
    assert!(!log.contains(vitrine.key()) && !log.contains("wrong-secret"));
}
