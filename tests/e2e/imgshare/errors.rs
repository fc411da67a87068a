//! Refusals: their status says it all, their words are for people, and nothing stays behind.

use std::time::Duration;

use tests::{Form, Request, Vitrine, picture, until};

use super::*;

#[test]
fn an_upload_without_a_token_is_401_and_with_a_bad_one_403() {
    let vitrine = Vitrine::start();
    let png = picture::png(30, 20);
    let with = |token: Option<&str>| {
        let form = token.map_or(Form::new(), |token| Form::new().with_text("token", token));
        vitrine.send(&form.with_file("file", "a.png", &png).post(UPLOAD))
    };
    refused(with(None), 401);
    refused(with(Some("")), 401);
    refused(with(Some("a9b8c7d6e5f4")), 403);
    let deleter = vitrine.world().new_key(&["--scopes", "delete"]);
    refused(with(Some(&deleter)), 403);
    // Only the body carries a token.
    let query = Form::file("a.png", &png).post(&format!("{UPLOAD}?token={}", vitrine.key()));
    refused(vitrine.send(&query), 401);
    let header = Form::file("a.png", &png).post(UPLOAD).bearer(vitrine.key());
    refused(vitrine.send(&header), 401);
    refused(vitrine.send(&Request::post(UPLOAD)), 401);
    nothing_is_kept(&vitrine);
}

#[test]
fn a_token_that_expired_or_was_deleted_is_403_at_once() {
    let vitrine = Vitrine::start();
    let png = picture::png(30, 20);
    let with = |token: &str| {
        let form = Form::new().with_text("token", token);
        vitrine.send(&form.with_file("file", "a.png", &png).post(UPLOAD))
    };
    let short = vitrine
        .world()
        .new_key(&["--expires", "1s", "--name", "short"]);
    until("the token has expired", || {
        (with(&short).status == 403).then_some(())
    });
    refused(with(&short), 403);
    let listed = vitrine.run(&["key", "list"]).ended(0).out;
    assert!(!listed.contains("short"), "{listed}");

    let token = vitrine.world().new_key(&["--name", "doomed"]);
    with(&token).is(200);
    let listed = vitrine.run(&["key", "list"]).ended(0).out;
    let line = listed
        .lines()
        .find(|line| line.contains("doomed"))
        .expect("the key");
    let id = line.split('\t').next().expect("an id");
    vitrine.run(&["key", "revoke", id]).ended(0);
    refused(with(&token), 403);
}

#[test]
fn an_upload_without_a_file_is_400() {
    let vitrine = Vitrine::start();
    refused(vitrine.send(&with_token(&vitrine).post(UPLOAD)), 400);
    let other = with_token(&vitrine).with_file("picture", "a.png", &picture::png(3, 2));
    refused(vitrine.send(&other.post(UPLOAD)), 400);
    refused(
        vitrine.send(&call(UPLOAD, &[("token", vitrine.key())])),
        400,
    );
    let left_empty = with_token(&vitrine).with_file("file", "", b"");
    refused(vitrine.send(&left_empty.post(UPLOAD)), 400);
    refused(upload(&vitrine, "a.png", b"", &[]), 400);
    let cut = with_token(&vitrine).with_file("file", "a.png", &picture::png(3, 2));
    let whole = cut.finish();
    let cut = Request::post(UPLOAD)
        .header("Content-Type", Form::content_type())
        .body(&whole[..whole.len() - 20]);
    refused(vitrine.send(&cut), 400);
    nothing_is_kept(&vitrine);
}

#[test]
fn what_is_no_jpeg_bmp_png_or_webp_is_415_whatever_its_name() {
    let vitrine = Vitrine::start();
    for (name, bytes) in [
        ("a.png", picture::gif(30, 20)),
        ("a.jpg", picture::tiff(30, 20)),
        ("a.gif", picture::gif(30, 20)),
        ("a.webp", picture::cut_off(&picture::gif(30, 20), 5)),
        ("a.png", b"This is no picture at all.".to_vec()),
        (
            "a.svg",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(),
        ),
        ("a.png", b"<script>alert(1)</script>".to_vec()),
        ("a.avif", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf".to_vec()),
    ] {
        let words = refused(upload(&vitrine, name, &bytes, &[]), 415);
        assert!(words.contains("JPEG, BMP, PNG and WEBP"), "{words}");
    }
    nothing_is_kept(&vitrine);
    // The name and the declared type are nothing; BMP has two names.
    for (name, bytes) in [("a.txt", picture::png(3, 2)), ("a.gif", picture::bmp(3, 2))] {
        upload(&vitrine, name, &bytes, &[]).is(200);
    }
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"a.bmp\"\r\nContent-Type: image/x-ms-bmp";
    let form = with_token(&vitrine).with_part(head, &picture::bmp(3, 2));
    assert_eq!(
        vitrine.send(&form.post(UPLOAD)).is(200).json()["mime"],
        "image/bmp"
    );
}

#[test]
fn a_broken_or_cut_off_picture_is_400() {
    let vitrine = Vitrine::start();
    for bytes in [
        picture::cut_off(&picture::png(300, 200), 5),
        picture::cut_off(&picture::jpeg(300, 200), 5),
        picture::cut_off(&picture::webp(300, 200), 5),
        picture::cut_off(&picture::bmp(300, 200), 5),
        b"\x89PNG\r\n\x1a\n".to_vec(),
        picture::bomb(20_000, 20_000),
    ] {
        refused(upload(&vitrine, "a.png", &bytes, &[]), 400);
    }
    nothing_is_kept(&vitrine);
}

#[test]
fn thirty_two_mebibytes_are_taken_and_one_byte_more_is_413() {
    let vitrine = Vitrine::with(&[("max_upload_bytes", "104857600")]);
    let sized = |length: usize| {
        let mut bytes = picture::jpeg(30, 20);
        // Data after a JPEG's end is accepted.
        bytes.resize(length, 0);
        bytes
    };
    let answer = upload(&vitrine, "a.jpg", &sized(32 << 20), &[])
        .is(200)
        .json();
    assert_eq!(answer["size"], 32 << 20);
    refused(upload(&vitrine, "a.jpg", &sized((32 << 20) + 1), &[]), 413);
    assert_eq!(vitrine.world().files("blobs").len(), 1);
    nothing_is_on_its_way(&vitrine);
    // The server's own limit holds as well.
    let small = Vitrine::with(&[("max_upload_bytes", "1000")]);
    refused(upload(&small, "a.jpg", &sized(1001), &[]), 413);
    upload(&small, "a.jpg", &sized(1000), &[]).is(200);
}

#[test]
fn other_verbs_are_405_and_say_which_are_allowed() {
    let vitrine = Vitrine::start();
    let answer = keep(&vitrine, "a.png", &picture::png(3, 2));
    let native = path(&vitrine, &answer, "native");
    for (method, path, allowed) in [
        ("GET", UPLOAD, "POST"),
        ("PUT", UPLOAD, "POST"),
        ("GET", DELETE, "POST"),
        ("DELETE", DELETE, "POST"),
        ("GET", GATHER, "POST"),
        ("POST", UNIVERSE, "GET,HEAD"),
        ("DELETE", UNIVERSE, "GET,HEAD"),
        ("DELETE", &native, "GET,HEAD"),
        ("POST", &native, "GET,HEAD"),
    ] {
        let answer = vitrine.send(&Request::new(method, path));
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
        refused(answer, 405);
    }
    vitrine.get(&native).is(200);
}

#[test]
fn uploads_beyond_the_rate_limit_are_429_and_so_are_guesses_at_tokens() {
    let vitrine = Vitrine::with(&[
        ("rate_limit_uploads_per_minute", "2"),
        ("rate_limit_auth_failures_per_minute", "2"),
    ]);
    let png = picture::png(3, 2);
    for _ in 0..2 {
        upload(&vitrine, "a.png", &png, &[]).is(200);
    }
    let busy = upload(&vitrine, "a.png", &png, &[]);
    let after: u64 = busy.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&after));
    refused(busy, 429);
    let guess = || vitrine.send(&call(DELETE, &[("token", "guess"), ("filename", "a")]));
    for _ in 0..2 {
        refused(guess(), 403);
    }
    refused(guess(), 429);
    refused(vitrine.get(&format!("{UNIVERSE}?token=guess")), 429);
}

#[test]
fn a_refused_upload_reads_its_answer_and_not_a_reset() {
    let vitrine = Vitrine::start();
    let large = vec![0; 20 << 20];
    let form = Form::new()
        .with_text("token", "a9b8c7d6e5f4")
        .with_file("file", "a.png", &large);
    let begun = std::time::Instant::now();
    refused(vitrine.send(&form.post(UPLOAD)), 403);
    assert!(begun.elapsed() < Duration::from_secs(20));
    nothing_is_kept(&vitrine);
}
