//! Clients that are refused in the middle of a large body read the answer, not a reset.

use std::io::Write;
use std::time::Duration;

use tests::http::{connect, read_answer};
use tests::vitrine::CommandOutput;
use tests::{Form, Vitrine};

const LARGE: usize = 50 * 1000 * 1000;

/// curl with these options beside the upload: the answer's body and status.
fn curl(vitrine: &Vitrine, size: usize, key: &str, options: &[&str]) -> (String, String) {
    let file = vitrine.world().file("large.jpg", &vec![0xAB; size]);
    let mut command = vitrine.world().command("curl");
    command.args([
        "-sS",
        "-X",
        "POST",
        &format!("{}/upload", vitrine.base()),
        "-w",
        "\n%{http_code}",
    ]);
    command.args([
        "-H",
        &format!("Authorization: Bearer {key}"),
        "-F",
        &format!("file=@{}", file.display()),
    ]);
    command.args(options);
    let ran = CommandOutput::run(command, b"").ended(0);
    let (body, status) = ran.out.rsplit_once('\n').expect("a status line");
    (body.to_owned(), status.to_owned())
}

#[test]
fn curl_reads_why_its_50_megabytes_were_refused() {
    let vitrine = Vitrine::with(&[("max_upload_bytes", "1000000")]);
    // Without `Expect: 100-continue` curl sends at once, answer or not.
    for options in [
        &["-H", "Expect:"][..],
        &[],
        &["-H", "Expect:", "-H", "Transfer-Encoding: chunked"],
    ] {
        let unauthorised = curl(&vitrine, LARGE, "wrong", options);
        assert_eq!(
            unauthorised,
            (r#"{"error":"Unauthorized"}"#.into(), "401".into()),
            "{options:?}"
        );
        let too_large = curl(&vitrine, LARGE, vitrine.key(), options);
        assert_eq!(
            too_large,
            (r#"{"error":"File too large"}"#.into(), "413".into()),
            "{options:?}"
        );
    }
}

#[test]
fn a_slow_curl_reads_it_too() {
    let vitrine = Vitrine::start();
    let answer = curl(
        &vitrine,
        LARGE,
        "wrong",
        &["-H", "Expect:", "--limit-rate", "20M"],
    );
    assert_eq!(answer, (r#"{"error":"Unauthorized"}"#.into(), "401".into()));
    let answer = curl(
        &vitrine,
        60_000_000,
        vitrine.key(),
        &["-H", "Expect:", "--limit-rate", "30M"],
    );
    assert_eq!(
        answer,
        (r#"{"error":"File too large"}"#.into(), "413".into())
    );
    let answer = curl(
        &vitrine,
        LARGE,
        vitrine.key(),
        &["-H", "Expect:", "--limit-rate", "30M"],
    );
    assert_eq!(
        answer,
        (r#"{"error":"Invalid image file"}"#.into(), "400".into())
    );
}

#[test]
fn a_client_that_writes_everything_before_it_reads_gets_the_answer() {
    let vitrine = Vitrine::start();
    let body = Form::file("large.jpg", &vec![0xAB; LARGE]).finish();
    let head = format!(
        "POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wrong\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
        Form::content_type(),
        body.len()
    );
    let mut stream = connect(vitrine.address()).expect("a connection");
    stream
        .write_all(head.as_bytes())
        .expect("the head is taken");
    for (number, piece) in body.chunks(256 * 1024).enumerate() {
        stream
            .write_all(piece)
            .unwrap_or_else(|error| panic!("the server hung up at piece {number}: {error}"));
        // This is what a slow line looks like from here.
        std::thread::sleep(Duration::from_millis(5));
    }
    read_answer(&stream, false)
        .expect("the answer")
        .refuses(401, "Unauthorized");
}
