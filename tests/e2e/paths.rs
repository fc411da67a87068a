//! Paths and verbs: which are understood, and how the others are refused.

use tests::{Answer, Form, Request, Vitrine, picture};

#[test]
fn paths_that_lead_nowhere_are_an_image_not_found() {
    let vitrine = Vitrine::start();
    for path in [
        "/aaaaaaaaaa",
        "/short",
        "/muchlongerthanten",
        "/has-a-dash",
        "/aaaaaaaaaa/original",
        "/nothing/here",
    ] {
        let answer = vitrine.get(path);
        assert_eq!(answer.status, 404, "{path}: {answer}");
        answer.refuses(404, "Image not found");
    }
    for path in [
        "/a/b/c/d",
        "/..%2f..%2fetc%2fpasswd",
        "/../library.db",
        "/library.db",
    ] {
        assert_eq!(vitrine.get(path).status, 404, "{path}");
    }
}

#[test]
fn ids_are_case_sensitive() {
    let vitrine = Vitrine::start();
    let swap = |id: &str| -> String {
        id.chars()
            .map(|letter| {
                if letter.is_ascii_lowercase() {
                    letter.to_ascii_uppercase()
                } else {
                    letter.to_ascii_lowercase()
                }
            })
            .collect()
    };
    let id = vitrine.upload("a.png", &picture::png(9, 9));
    if swap(&id) != id {
        vitrine.get(&format!("/{}", swap(&id))).is(404);
    }
    vitrine.get(&format!("/{id}")).is(200);
}

#[test]
fn leading_slashes_collapse_and_one_at_the_end_is_forgiven_without_a_redirect() {
    let vitrine = Vitrine::start();
    let upload = |path: &str| {
        vitrine.send(
            &Form::file("a.png", &picture::png(300, 9))
                .post(path)
                .bearer(vitrine.key()),
        )
    };
    let id = upload("/upload/").is(200).json()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    upload("//upload").is(200);
    for path in [
        format!("//{id}"),
        format!("///{id}/100"),
        format!("//{id}/original"),
    ] {
        vitrine.get(&path).is(200);
    }
    vitrine
        .send(&Request::delete(&format!("//{id}/")).bearer(vitrine.key()))
        .is(200);
}

#[test]
fn other_verbs_are_refused_with_the_ones_allowed() {
    let vitrine = Vitrine::start();
    let id = vitrine.upload("a.png", &picture::png(300, 9));
    let cases = [
        ("GET", "/upload".to_owned(), &["POST"][..]),
        ("PUT", "/upload".to_owned(), &["POST"]),
        ("DELETE", "/upload".to_owned(), &["POST"]),
        ("POST", format!("/{id}"), &["GET", "HEAD", "DELETE"]),
        ("PUT", format!("/{id}"), &["GET", "HEAD", "DELETE"]),
        ("PATCH", format!("/{id}"), &["GET", "HEAD", "DELETE"]),
        ("DELETE", format!("/{id}/100"), &["GET", "HEAD"]),
        ("POST", format!("/{id}/100"), &["GET", "HEAD"]),
        ("DELETE", format!("/{id}/original"), &["GET", "HEAD"]),
    ];
    for (method, path, allowed) in cases {
        let answer = vitrine.send(&Request::new(method, &path).bearer(vitrine.key()));
        assert_eq!(answer.status, 405, "{method} {path}: {answer}");
        let allow: Vec<_> = answer
            .header("allow")
            .split(',')
            .map(str::trim)
            .filter(|verb| *verb != "OPTIONS")
            .collect();
        let mut sorted = (allow.clone(), allowed.to_vec());
        sorted.0.sort_unstable();
        sorted.1.sort_unstable();
        assert_eq!(sorted.0, sorted.1, "{method} {path}");
        answer.refuses(405, "Method not allowed");
    }
    vitrine.get(&format!("/{id}")).is(200);
}

#[track_caller]
fn is_open_to_web_pages(answer: &Answer) {
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "*",
        "{answer}"
    );
    assert_eq!(
        answer.header("access-control-allow-credentials"),
        "",
        "{answer}"
    );
}

#[test]
fn a_web_page_elsewhere_may_upload_and_delete() {
    let vitrine = Vitrine::start();
    let id = vitrine.upload("a.png", &picture::png(300, 9));
    for path in ["/upload".to_owned(), format!("/{id}"), format!("/{id}/100")] {
        let asked = Request::new("OPTIONS", &path)
            .header("Origin", "https://app.example")
            .header("Access-Control-Request-Method", "POST")
            .header(
                "Access-Control-Request-Headers",
                "authorization,content-type",
            );
        let answer = vitrine.send(&asked);
        assert!(matches!(answer.status, 200 | 204), "{path}: {answer}");
        is_open_to_web_pages(&answer);
        let listed = |header: &str| -> Vec<String> {
            answer
                .header(header)
                .split(',')
                .map(|word| word.trim().to_ascii_lowercase())
                .collect()
        };
        let methods = listed("access-control-allow-methods");
        let headers = listed("access-control-allow-headers");
        for method in ["get", "post", "put", "patch", "delete", "options"] {
            assert!(
                methods.iter().any(|listed| listed == method),
                "{method}: {answer}"
            );
        }
        for header in ["authorization", "content-type", "x-api-key", "accept"] {
            assert!(
                headers.iter().any(|listed| listed == header),
                "{header}: {answer}"
            );
        }
    }
    let origin = |request: Request| request.header("Origin", "https://app.example");
    let png = picture::png(5, 5);
    is_open_to_web_pages(
        &vitrine
            .send(&origin(
                Form::file("a.png", &png)
                    .post("/upload")
                    .bearer(vitrine.key()),
            ))
            .is(200),
    );
    is_open_to_web_pages(
        &vitrine
            .send(&origin(Form::file("a.png", &png).post("/upload")))
            .is(401),
    );
    is_open_to_web_pages(&vitrine.send(&origin(Request::get("/aaaaaaaaaa"))).is(404));
    is_open_to_web_pages(
        &vitrine
            .send(&origin(
                Request::delete(&format!("/{id}")).bearer(vitrine.key()),
            ))
            .is(200),
    );
}

#[test]
fn nonsense_on_the_wire_does_not_disturb_the_others() {
    use std::io::{Read, Write};
    let vitrine = Vitrine::start();
    let id = vitrine.upload("a.png", &picture::png(9, 9));
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(200_000));
    for nonsense in [
        &b"\x16\x03\x01\x02\x00\x01\x00"[..],
        b"GET / FTP\r\n\r\n",
        b"\r\n\r\n\r\n",
        long.as_bytes(),
    ] {
        let mut stream = tests::http::connect(vitrine.address()).expect("a connection");
        // The server may hang up at any point.
        let _ = stream.write_all(nonsense);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read(&mut [0; 1024]);
    }
    vitrine.get(&format!("/{id}")).is(200);
}
