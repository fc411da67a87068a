//! What every image answer carries: headers, HEAD, parts, and 304.

use tests::{Answer, Request, Vitrine, picture};

const FOR_EVER: &str = "public, max-age=31536000, immutable";

#[track_caller]
fn may_be_embedded(answer: &Answer) {
    assert_eq!(answer.header("cache-control"), FOR_EVER, "{answer}");
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "*",
        "{answer}"
    );
    assert_eq!(
        answer.header("cross-origin-resource-policy"),
        "cross-origin",
        "{answer}"
    );
    assert_eq!(
        answer.header("x-content-type-options"),
        "nosniff",
        "{answer}"
    );
    let etag = answer.header("etag");
    assert!(
        etag.starts_with('"') && etag.ends_with('"') && etag.len() > 10,
        "a strong ETag: {answer}"
    );
    assert!(answer.header("last-modified").ends_with(" GMT"), "{answer}");
}

#[test]
fn every_image_answer_may_be_kept_and_embedded() {
    let vitrine = Vitrine::start();
    let id = vitrine.upload("a.jpg", &picture::jpeg(300, 200));
    let mut tags = Vec::new();
    for path in [
        format!("/{id}"),
        format!("/{id}/original"),
        format!("/{id}/100"),
        format!("/{id}/150"),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = vitrine.send(&Request::new(method, &path)).is(200);
            may_be_embedded(&answer);
            assert_eq!(answer.header("content-type"), "image/jpeg");
            tags.push(answer.header("etag").to_owned());
        }
    }
    // The same bytes have one tag, others another.
    assert!(tags[..4].iter().all(|tag| tag == &tags[0]), "{tags:?}");
    assert!(
        tags[4] == tags[5] && tags[6] == tags[7] && tags[4] != tags[6] && tags[4] != tags[0],
        "{tags:?}"
    );
}

#[test]
fn head_is_get_without_the_body() {
    let vitrine = Vitrine::start();
    let id = vitrine.upload("a.png", &picture::png(300, 200));
    for path in [
        format!("/{id}"),
        format!("/{id}/100"),
        format!("/{id}/77"),
        format!("/{id}/original"),
    ] {
        let head = vitrine.send(&Request::head(&path)).is(200);
        let get = vitrine.get(&path).is(200);
        assert_eq!(head.header("content-length"), get.body.len().to_string());
        let without_date = |answer: &Answer| {
            let mut headers = answer.headers.clone();
            headers.retain(|(name, _)| name != "date" && name != "x-request-id");
            headers.sort();
            headers
        };
        assert_eq!(without_date(&head), without_date(&get));
    }
    vitrine.send(&Request::head("/aaaaaaaaaa")).is(404);
    vitrine.send(&Request::head(&format!("/{id}/0"))).is(400);
    vitrine.get(&format!("/{id}")).is(200);
}

#[test]
fn what_the_client_has_already_is_not_sent_again() {
    let vitrine = Vitrine::start();
    let id = vitrine.upload("a.png", &picture::png(300, 200));
    for path in [
        format!("/{id}"),
        format!("/{id}/100"),
        format!("/{id}/original"),
    ] {
        let etag = vitrine.get(&path).is(200).header("etag").to_owned();
        for matching in [
            etag.clone(),
            format!("\"other\", {etag}"),
            format!("W/{etag}"),
            "*".into(),
        ] {
            let answer = vitrine
                .send(&Request::get(&path).header("If-None-Match", &matching))
                .is(304);
            assert_eq!(answer.header("etag"), etag);
            assert_eq!(answer.header("cache-control"), FOR_EVER);
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            vitrine
                .send(&Request::head(&path).header("If-None-Match", &matching))
                .is(304);
        }
        vitrine
            .send(&Request::get(&path).header("If-None-Match", "\"other\""))
            .is(200);
    }
}

#[test]
fn an_etag_survives_a_restart() {
    let mut vitrine = Vitrine::start();
    let id = vitrine.upload("a.png", &picture::png(300, 200));
    let before = vitrine.get(&format!("/{id}/100")).is(200);
    vitrine.terminate();
    vitrine.start_again();
    let after = vitrine.get(&format!("/{id}/100")).is(200);
    assert_eq!(before.header("etag"), after.header("etag"));
    assert_eq!(
        before.header("last-modified"),
        after.header("last-modified")
    );
    assert!(before.body == after.body);
}

#[test]
fn a_part_of_an_original_can_be_asked_for() {
    let vitrine = Vitrine::start();
    // One file that fits into one read, and one that does not.
    for bytes in [picture::png(64, 64), picture::noise(400, 400, 2)] {
        let id = vitrine.upload("a.png", &bytes);
        let all = bytes.len();
        let path = format!("/{id}/original");
        assert_eq!(vitrine.get(&path).header("accept-ranges"), "bytes");
        let part = |range: &str| vitrine.send(&Request::get(&path).header("Range", range));
        for (range, from, to) in [
            ("bytes=0-9", 0, 10),
            ("bytes=10-19", 10, 20),
            ("bytes=-7", all - 7, all),
            ("bytes=50-", 50, all),
            ("bytes=0-99999999999", 0, all),
            ("bytes=-99999999999", 0, all),
        ] {
            let answer = part(range).is(206);
            assert!(answer.body == bytes[from..to], "{range}");
            assert_eq!(
                answer.header("content-range"),
                format!("bytes {from}-{}/{all}", to - 1)
            );
            may_be_embedded(&answer);
        }
        for range in [format!("bytes={all}-"), "bytes=-0".into()] {
            let answer = part(&range).is(416);
            assert_eq!(
                answer.header("content-range"),
                format!("bytes */{all}"),
                "{range}"
            );
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        for not_understood in ["lines=1-2", "bytes=5-2", "bytes=x-y", "bytes=", "nonsense"] {
            assert!(
                part(not_understood).is(200).body == bytes,
                "{not_understood}"
            );
        }
        let etag = vitrine.get(&path).header("etag").to_owned();
        let if_range = |tag: &str| {
            vitrine.send(
                &Request::get(&path)
                    .header("Range", "bytes=0-9")
                    .header("If-Range", tag),
            )
        };
        if_range(&etag).is(206);
        if_range("\"other\"").is(200);
        let head = vitrine.send(&Request::head(&path).header("Range", "bytes=0-9"));
        assert!(matches!(head.status, 200 | 206), "{head}");
    }
}

#[test]
fn a_query_changes_nothing() {
    let vitrine = Vitrine::start();
    let id = vitrine.upload("a.png", &picture::png(300, 200));
    assert!(
        vitrine.get(&format!("/{id}?v=2&width=7")).is(200).body
            == vitrine.get(&format!("/{id}")).body
    );
    assert!(
        vitrine.get(&format!("/{id}/100?200")).is(200).body
            == vitrine.get(&format!("/{id}/100")).body
    );
}

#[test]
fn a_size_is_made_once_and_then_comes_from_disk() {
    let mut vitrine = Vitrine::with(&[("prepare_sizes", "false")]);
    let id = vitrine.upload("a.png", &picture::png(300, 200));
    assert_eq!(vitrine.world().files("variants"), [""; 0]);
    let made = vitrine.get(&format!("/{id}/123")).is(200).body;
    let files = vitrine.world().files("variants");
    assert_eq!(files.len(), 1, "{files:?}");
    let file = vitrine.world().data().join("variants").join(&files[0]);
    assert!(std::fs::read(&file).expect("the variant is there") == made);
    // Making it again would put another file in its place.
    let first = inode(&file);
    vitrine.terminate();
    vitrine.start_again();
    assert!(vitrine.get(&format!("/{id}/123")).is(200).body == made);
    assert_eq!(first, inode(&file), "the variant was made again");
}

fn inode(file: &std::path::Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(file).expect("the file is there").ino()
}

#[test]
fn every_answer_names_the_server() {
    let vitrine = Vitrine::start();
    for path in ["/aaaaaaaaaa", "/upload"] {
        let server = vitrine.get(path).header("server").to_owned();
        assert!(server.starts_with("vitrine/"), "{server:?}");
    }
}
