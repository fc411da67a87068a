//! Who may: keys good, bad, foreign, narrow, expired and revoked.

use std::io::Write;

use tests::http::{connect, read_answer};
use tests::{Form, Request, Vitrine, picture, until};

fn upload(key: &str) -> Request {
    Form::file("a.png", &picture::png(9, 9))
        .post("/upload")
        .bearer(key)
}

#[test]
fn without_a_good_key_nothing_is_stored_or_deleted() {
    let vitrine = Vitrine::with(&[("rate_limit_auth_failures_per_minute", "0")]);
    let id = vitrine.upload("a.png", &picture::png(8, 8));
    let key = vitrine.key();
    let wrong = [
        None,
        Some(String::new()),
        Some("Bearer".into()),
        Some("Bearer ".into()),
        Some("Bearer sk_0000000000000000000000000000000000000000".into()),
        Some(format!("Bearer {key}x")),
        Some(format!("Bearer {}", &key[..key.len() - 1])),
        Some(format!("Bearer {}", key.to_uppercase())),
        Some(format!("Basic {key}")),
        Some(key.to_owned()),
    ];
    for authorization in wrong {
        for request in [
            Form::file("a.png", &picture::png(9, 9)).post("/upload"),
            Request::delete(&format!("/{id}")),
        ] {
            let request = match &authorization {
                Some(value) => request.header("Authorization", value),
                None => request,
            };
            let answer = vitrine.send(&request);
            assert_eq!(answer.status, 401, "{authorization:?}: {answer}");
            answer.refuses(401, "Unauthorized");
        }
    }
    assert_eq!(vitrine.world().files("blobs").len(), 1);
    vitrine.get(&format!("/{id}")).is(200);
    // The scheme's own name may be spelled in any case.
    let spelled = Form::file("a.png", &picture::png(9, 9))
        .post("/upload")
        .header("Authorization", format!("bEARER {key}"));
    vitrine.send(&spelled).is(200);
}

#[test]
fn a_wrong_key_is_refused_before_the_body_is_read() {
    let vitrine = Vitrine::start();
    for expect in ["", "Expect: 100-continue\r\n"] {
        let mut stream = connect(vitrine.address()).expect("a connection");
        let head = format!(
            "POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wrong\r\nContent-Type: {}\r\nContent-Length: 50000000\r\n{expect}\r\n",
            Form::content_type()
        );
        stream.write_all(head.as_bytes()).expect("the head is sent");
        // Not one byte of the body was sent, and the answer is there.
        read_answer(&stream, false)
            .expect("an answer")
            .refuses(401, "Unauthorized");
    }
}

#[test]
fn a_key_may_do_what_its_scopes_say() {
    let vitrine = Vitrine::start();
    let id = vitrine.upload("a.png", &picture::png(8, 8));
    let may_upload = vitrine.world().new_key(&["--scopes", "upload"]);
    let may_delete = vitrine.world().new_key(&["--scopes", "delete"]);
    let may_manage = vitrine.world().new_key(&["--scopes", "manage"]);
    let delete = |key: &str| vitrine.send(&Request::delete(&format!("/{id}")).bearer(key));

    vitrine.send(&upload(&may_delete)).refuses(403, "Forbidden");
    vitrine.send(&upload(&may_manage)).refuses(403, "Forbidden");
    vitrine.send(&upload(&may_upload)).is(200);
    delete(&may_upload).refuses(403, "Forbidden");
    delete(&may_manage).refuses(403, "Forbidden");
    vitrine.get(&format!("/{id}")).is(200);
    delete(&may_delete).is(200);
}

#[test]
fn another_accounts_image_can_be_seen_but_not_deleted() {
    let vitrine = Vitrine::start();
    vitrine.run(&["account", "add", "kitten"]).ended(0);
    let kitten = vitrine.world().new_key(&["--account", "kitten"]);
    let id = vitrine.send(&upload(&kitten)).is(200).json()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    vitrine.delete(&id).refuses(404, "Image not found");
    vitrine.get(&format!("/{id}")).is(200);
    vitrine
        .send(&Request::delete(&format!("/{id}")).bearer(&kitten))
        .is(200);
}

#[test]
fn a_revoked_key_is_dead_at_once() {
    let vitrine = Vitrine::start();
    let key = vitrine.world().new_key(&["--name", "phone"]);
    vitrine.send(&upload(&key)).is(200);
    let listed = vitrine.run(&["key", "list"]).ended(0);
    let id = listed
        .lines()
        .into_iter()
        .find(|line| line.contains("\tphone\t"))
        .and_then(|line| line.split('\t').next());
    vitrine
        .run(&["key", "revoke", id.expect("the key is listed")])
        .ended(0);
    vitrine.send(&upload(&key)).refuses(401, "Unauthorized");
    vitrine.send(&upload(vitrine.key())).is(200);
}

#[test]
fn an_expired_key_is_dead_and_gone() {
    let vitrine = Vitrine::with(&[("rate_limit_auth_failures_per_minute", "0")]);
    let key = vitrine
        .world()
        .new_key(&["--name", "guest", "--expires", "1s"]);
    let refused = until("the key expires", || {
        let answer = vitrine.send(&upload(&key));
        (answer.status != 200).then_some(answer)
    });
    refused.refuses(401, "Unauthorized");
    assert!(!vitrine.run(&["key", "list"]).ended(0).out.contains("guest"));
}

#[test]
fn guessing_keys_is_slowed_down() {
    let vitrine = Vitrine::with(&[("rate_limit_auth_failures_per_minute", "3")]);
    for _ in 0..3 {
        vitrine.send(&upload("wrong")).is(401);
    }
    let answer = vitrine.send(&upload("wrong")).is(429);
    assert!(
        answer
            .header("retry-after")
            .parse::<u32>()
            .is_ok_and(|seconds| (1..=60).contains(&seconds)),
        "{answer}"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.json()["error"].is_string());
}

#[test]
fn uploads_have_a_pace() {
    let vitrine = Vitrine::with(&[("rate_limit_uploads_per_minute", "2")]);
    vitrine.send(&upload(vitrine.key())).is(200);
    vitrine.send(&upload(vitrine.key())).is(200);
    let answer = vitrine.send(&upload(vitrine.key())).is(429);
    assert!(
        answer
            .header("retry-after")
            .parse::<u32>()
            .is_ok_and(|seconds| (1..=60).contains(&seconds)),
        "{answer}"
    );
    assert!(answer.json()["error"].is_string());
}

#[test]
fn behind_a_trusted_proxy_every_client_has_a_pace_of_its_own() {
    let paced = [
        ("rate_limit_uploads_per_minute", "1"),
        ("trusted_proxies", "127.0.0.1"),
    ];
    let vitrine = Vitrine::with(&paced);
    let from = |clients: &str| {
        let request = upload(vitrine.key()).header("X-Forwarded-For", clients);
        vitrine.send(&request).status
    };
    assert_eq!(from("198.51.100.1"), 200);
    assert_eq!(from("198.51.100.2"), 200);
    assert_eq!(from("198.51.100.1"), 429);
    // Everything to the left of the address that the proxy saw can be forged.
    assert_eq!(from("203.0.113.9, 198.51.100.1"), 429);

    let untrusting = Vitrine::with(&paced[..1]);
    let from = |client: &str| {
        let request = upload(untrusting.key()).header("X-Forwarded-For", client);
        untrusting.send(&request).status
    };
    assert_eq!(from("198.51.100.1"), 200);
    assert_eq!(from("198.51.100.2"), 429);
}
