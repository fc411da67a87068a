//! `POST /upload`, row by row.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use bytes::Bytes;
use http_body::Frame;
use http_body_util::StreamBody;
use library::Scopes;

use super::harness::{World, form, part, picture, png, request, upload, upload_body};
use crate::config::Config;

const FILE: &str = "name=\"file\"; filename=\"a.png\"";

#[tokio::test]
async fn an_upload_is_answered_with_its_links() {
    let world = World::new();
    let answer = world.upload(&png(600, 300)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(answer.header("server").starts_with("vitrine/"));
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert!(
        id.len() == 10 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "{id}"
    );
    let base = format!("http://nas:4870/{id}");
    assert_eq!(
        answer.text(),
        format!(
            "{{\"id\":\"{id}\",\"original\":\"{base}\",\"sizes\":{{\"200\":\"{base}/200\",\"400\":\"{base}/400\"}}}}"
        )
    );
    assert_eq!(world.left_behind(), 0);
}

#[tokio::test]
async fn sizes_are_those_strictly_smaller_than_the_picture_in_ascending_order() {
    let world = World::new();
    for (width, sizes) in [
        (200, &[][..]),
        (201, &["200"]),
        (1601, &["200", "400", "800", "1200", "1600"]),
    ] {
        let answer = world.upload(&png(width, 2)).await;
        let text = answer.text().split_once("\"sizes\":").unwrap().1;
        let keys: Vec<&str> = text
            .split('"')
            .filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
            .collect();
        let keys: Vec<&str> = keys.into_iter().filter(|key| !key.is_empty()).collect();
        assert_eq!(keys, sizes, "{text}");
    }
}

#[tokio::test]
async fn a_missing_or_wrong_key_is_unauthorised_whatever_the_body_is() {
    let world = World::new();
    for authorisation in ["Bearer sk_wrong", "Basic eDp5", "Bearer", ""] {
        let request = request("POST", "/upload").header("authorization", authorisation);
        world
            .send(request.body("not even a form".into()).unwrap())
            .await
            .refuses(401, "Unauthorized");
    }
}

#[tokio::test]
async fn a_request_without_a_file_is_refused() {
    let world = World::new();
    let picture = png(3, 3);
    for parts in [
        vec![],
        vec![part("name=\"image\"; filename=\"a.png\"", &picture)],
        vec![part("name=\"other\"", b"text")],
        vec![part("name=\"file\"; filename=\"\"", b"")],
        vec![part("name=\"file\"", b"")],
        vec![part("filename=\"a.png\"", &picture)],
    ] {
        world
            .send(upload(&world.secret, &parts))
            .await
            .refuses(400, "No file uploaded");
    }
    for body in [
        "",
        "no boundary at all",
        "--a-boundary\r\n",
        "--a-boundary\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ncut",
    ] {
        world
            .send(upload_body(&world.secret, body.into()))
            .await
            .refuses(400, "No file uploaded");
    }
    for content_type in [
        "",
        "multipart/form-data",
        "image/png",
        "application/json",
        "application/x-www-form-urlencoded",
    ] {
        let request = request("POST", "/upload")
            .header("authorization", format!("Bearer {}", world.secret))
            .header("content-type", content_type)
            .body(Body::from(picture.repeat(100_000)))
            .unwrap();
        world.send(request).await.refuses(400, "No file uploaded");
    }
    assert_eq!(world.left_behind(), 0);
}

#[tokio::test]
async fn the_file_is_found_among_parts_of_any_order_and_manner() {
    let world = World::new();
    let (mine, other) = (png(30, 3), png(7, 7));
    for parts in [
        vec![part("name=\"file\"", &mine)],
        vec![part("name=\"file\"; filename=\"\"", &mine)],
        vec![part("name=\"file\"; filename=\"b\\\"ild.png\"", &mine)],
        vec![
            part("name=\"title\"", b"x"),
            part(FILE, &mine),
            part("name=\"y\"", b"z"),
        ],
        vec![part("name=\"file\"", b"{input}"), part(FILE, &mine)],
        vec![part(FILE, &mine), part("name=\"file\"", b"{input}")],
        vec![part(FILE, &mine), part(FILE, &other)],
        vec![
            part("name=\"image\"; filename=\"b.png\"", &other),
            part(FILE, &mine),
        ],
        vec![
            part("name=\"file\"\r\nContent-Type: text/plain", b"x"),
            part("name=\"file\"\r\nContent-Type: image/png", &mine),
        ],
    ] {
        let answer = world.send(upload(&world.secret, &parts)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(world.get(&format!("/{id}")).await.body, mine);
    }
    assert_eq!(world.left_behind(), 0);
}

#[tokio::test]
async fn what_is_no_picture_is_an_invalid_image_file() {
    let world = World::new();
    let mut claims_too_much = png(3, 3);
    claims_too_much[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let whole = picture(64, 64, image::ImageFormat::Jpeg);
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    for bytes in [
        &b"just text"[..],
        b"",
        &claims_too_much,
        &whole[..whole.len() / 2],
        svg,
    ] {
        world.upload(bytes).await.refuses(400, "Invalid image file");
    }
    assert_eq!(world.left_behind(), 0);
}

#[tokio::test]
async fn what_is_too_large_is_refused_with_and_without_a_length() {
    let world = World::set(Config {
        max_upload_bytes: 100_000,
        ..Config::default()
    });
    let mut large = png(3, 3);
    large.resize(100_001, 0);
    world.upload(&large).await.refuses(413, "File too large");
    large.resize(4 << 20, 0);
    world.upload(&large).await.refuses(413, "File too large");
    let pieces: Vec<_> = form(&[part(FILE, &large)])
        .chunks(5000)
        .map(<[u8]>::to_vec)
        .collect();
    let stream = futures_util::stream::iter(
        pieces
            .into_iter()
            .map(|piece| Ok::<_, std::io::Error>(Frame::data(Bytes::from(piece)))),
    );
    let without_length = upload_body(&world.secret, Body::new(StreamBody::new(stream)));
    world
        .send(without_length)
        .await
        .refuses(413, "File too large");
    let text = part("name=\"text\"", &vec![b'a'; (1 << 20) + 1]);
    world
        .send(upload(&world.secret, &[text]))
        .await
        .refuses(413, "File too large");
    assert_eq!(world.left_behind(), 0);
}

#[tokio::test]
async fn headers_of_a_part_without_an_end_are_refused_before_they_cost_much() {
    const PIECE: usize = 1 << 10;
    let world = World::new();
    let taken = Arc::new(AtomicUsize::new(0));
    let begin = b"--a-boundary\r\nX: ".to_vec();
    let endless = std::iter::once(begin).chain(std::iter::repeat_n(vec![b'x'; PIECE], 4000));
    let counted = endless.zip(std::iter::repeat(taken.clone()));
    let stream = futures_util::stream::iter(counted.map(|(piece, taken)| {
        taken.fetch_add(1, Ordering::Relaxed);
        Ok::<_, std::io::Error>(Frame::data(Bytes::from(piece)))
    }));
    let endless = upload_body(&world.secret, Body::new(StreamBody::new(stream)));
    world.send(endless).await.refuses(400, "No file uploaded");
    // What is refused is thrown away later, in a task of its own.
    let taken = taken.load(Ordering::Relaxed);
    assert!(taken * PIECE < 100 << 10, "{taken} pieces were taken");
}

#[tokio::test]
async fn many_small_parts_before_a_large_file_are_no_endless_header() {
    let world = World::new();
    let mut parts: Vec<Vec<u8>> = (0..2000)
        .map(|number| part(&format!("name=\"field {number}\""), b"some text"))
        .collect();
    let mut file = png(3, 3);
    file.resize(300_000, 0);
    parts.push(part(FILE, &file));
    let pieces: Vec<_> = form(&parts).chunks(30).map(<[u8]>::to_vec).collect();
    let stream = futures_util::stream::iter(
        pieces
            .into_iter()
            .map(|piece| Ok::<_, std::io::Error>(Frame::data(Bytes::from(piece)))),
    );
    let answer = world
        .send(upload_body(
            &world.secret,
            Body::new(StreamBody::new(stream)),
        ))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_boundary_far_longer_than_allowed_names_no_parts() {
    let world = World::new();
    let long = "b".repeat(300);
    let body =
        String::from_utf8_lossy(&form(&[part(FILE, b"GIF89a")])).replace("a-boundary", &long);
    let request = request("POST", "/upload")
        .header("authorization", format!("Bearer {}", world.secret))
        .header(
            "content-type",
            format!("multipart/form-data; boundary={long}"),
        )
        .body(Body::from(body))
        .unwrap();
    world.send(request).await.refuses(400, "No file uploaded");
}

#[tokio::test]
async fn a_key_without_the_scope_is_forbidden() {
    let world = World::new();
    let reader = world.key(Scopes {
        upload: false,
        ..Scopes::ALL
    });
    world
        .send(upload(&reader, &[part(FILE, &png(3, 3))]))
        .await
        .refuses(403, "Forbidden");
}

#[tokio::test]
async fn the_same_idempotency_key_gets_the_first_answer_again() {
    let world = World::new();
    let send = async |key: &str, bytes: &[u8]| {
        let mut request = upload(&world.secret, &[part(FILE, bytes)]);
        request
            .headers_mut()
            .insert("idempotency-key", key.parse().unwrap());
        world.send(request).await
    };
    let first = send("one", &png(300, 3)).await;
    let again = send("one", &png(300, 3)).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(again.header("content-type"), "application/json");
    assert_ne!(send("two", &png(300, 3)).await.body, first.body);
    send("one", &png(301, 3))
        .await
        .refuses(422, "Idempotency-Key was used for another file");
    assert_eq!(send(&"x".repeat(128), &png(3, 3)).await.status, 200);
    send(&"x".repeat(129), &png(3, 3))
        .await
        .refuses(400, "Idempotency-Key must have 1 to 128 characters");
}
