//! One picture, one connection.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use uploader::send_picture;
use uploader::{Failure, Picture, UploadResult};

use crate::fake_server::{Behaviour, FakeServer, http_response, imgs_response};
use crate::harness::{KEY, imgs_target, png, write_file};

async fn send_to(server: &FakeServer, bytes: &[u8]) -> Result<UploadResult, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let picture = Picture::open(&write_file(folder.path(), "pic \"ture\".png", bytes)).unwrap();
    send_picture(
        &imgs_target(&server.base),
        KEY,
        &picture,
        Some("once"),
        |_, _| {},
    )
    .await
}

#[tokio::test]
async fn a_picture_arrives_whole_and_its_links_come_back() {
    let mut server = FakeServer::start(|_| Behaviour::Answer(imgs_response("a7xK9mPq2w"))).await;
    let bytes = png(600, 200);
    let uploaded = send_to(&server, &bytes).await.unwrap();
    assert_eq!(uploaded.original, "https://pics.example/a7xK9mPq2w");
    assert_eq!(uploaded.sizes[&200], "https://pics.example/a7xK9mPq2w/200");

    let heard = server.received.recv().await.unwrap();
    assert!(
        heard.head.starts_with("POST /upload HTTP/1.1\r\n"),
        "{}",
        heard.head
    );
    assert_eq!(heard.header("authorization"), Some("Bearer sk_story"));
    assert_eq!(heard.header("idempotency-key"), Some("once"));
    assert_eq!(
        heard.header("content-length"),
        Some(heard.body.len().to_string().as_str())
    );
    let start = heard
        .body
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    assert_eq!(heard.body[start..start + bytes.len()], bytes);
    let part = String::from_utf8_lossy(&heard.body[..start]);
    assert!(
        part.contains("name=\"file\"; filename=\"pic %22ture%22.png\"\r\nContent-Type: image/png"),
        "{part}"
    );
}

#[tokio::test]
async fn progress_grows_to_the_whole_and_not_beyond() {
    let server = FakeServer::start(|_| Behaviour::Answer(imgs_response("a7xK9mPq2w"))).await;
    let folder = tempfile::tempdir().unwrap();
    let picture = Picture::open(&write_file(folder.path(), "a.png", &png(900, 900))).unwrap();
    let steps = Arc::new(Mutex::new(Vec::new()));
    let told = steps.clone();
    send_picture(
        &imgs_target(&server.base),
        KEY,
        &picture,
        None,
        move |sent, total| told.lock().unwrap().push((sent, total)),
    )
    .await
    .unwrap();
    let steps = steps.lock().unwrap();
    assert!(steps.len() > 10 && steps.is_sorted(), "{steps:?}");
    let (sent, total) = *steps.last().unwrap();
    assert!(sent == total && total > picture.bytes);
}

#[tokio::test]
async fn progress_waits_for_a_server_that_does_not_read() {
    let mut server = FakeServer::start(|_| Behaviour::Stall(1000)).await;
    let folder = tempfile::tempdir().unwrap();
    let picture = Picture::open(&write_file(folder.path(), "a.png", &png(3000, 2400))).unwrap();
    assert!(picture.bytes > 20_000_000);
    let most = Arc::new(AtomicU64::new(0));
    let told = most.clone();
    let base = server.base.clone();
    let bytes = picture.bytes;
    let sending = tokio::spawn(async move {
        let _folder = folder;
        send_picture(&imgs_target(&base), KEY, &picture, None, move |sent, _| {
            told.store(sent, Ordering::SeqCst)
        })
        .await
    });
    server.received.recv().await.unwrap();
    // With nothing else to wait for, the paused clock goes straight to the time-out.
    tokio::time::pause();
    let outcome = sending.await.unwrap();
    assert_eq!(
        outcome,
        Err(Failure::TimedOut {
            address: server.base.clone()
        })
    );
    assert!(
        most.load(Ordering::SeqCst) < bytes,
        "all of it was counted as sent, and nobody had read it"
    );
}

#[tokio::test]
async fn every_refusal_is_its_own_failure() {
    let cases = [
        (
            http_response("401 Unauthorized", "", r#"{"error":"Unauthorized"}"#),
            Failure::Unauthorised,
        ),
        (http_response("403 Forbidden", "", ""), Failure::Forbidden),
        (
            http_response("413 Content Too Large", "", ""),
            Failure::TooLarge { megabytes: 1 },
        ),
        (
            http_response("400 Bad Request", "", r#"{"error":"Invalid image file"}"#),
            Failure::Refused {
                said: "Invalid image file".into(),
            },
        ),
        (
            http_response("415 Unsupported Media Type", "", "<p>no</p>"),
            Failure::Refused {
                said: "status 415".into(),
            },
        ),
        (
            http_response("429 Too Many Requests", "retry-after: 7\r\n", ""),
            Failure::RateLimited {
                after_seconds: Some(7),
            },
        ),
        (
            http_response("503 Service Unavailable", "retry-after: 9\r\n", ""),
            Failure::Busy {
                after_seconds: Some(9),
            },
        ),
        (
            http_response("500 Internal Server Error", "", ""),
            Failure::ServerError { status: 500 },
        ),
    ];
    for (reply, expected) in cases {
        let server = FakeServer::start(move |_| Behaviour::Answer(reply.clone())).await;
        assert_eq!(send_to(&server, &png(20, 20)).await, Err(expected));
    }
}

#[tokio::test]
async fn a_foreign_server_is_an_unexpected_reply() {
    let cases = [
        (
            http_response("200 OK", "", "<html>Sign in</html>"),
            Some(200),
        ),
        (
            http_response(
                "200 OK",
                "",
                r#"{"id":"a","original":"javascript:alert(1)"}"#,
            ),
            Some(200),
        ),
        (
            http_response("302 Found", "location: https://elsewhere.example/\r\n", ""),
            Some(302),
        ),
        (http_response("404 Not Found", "", ""), Some(404)),
        (
            "\0\0garbage that is no HTTP at all\r\n\r\n".to_owned(),
            None,
        ),
    ];
    for (reply, status) in cases {
        let shown = reply.clone();
        let server = FakeServer::start(move |_| Behaviour::Answer(reply.clone())).await;
        let address = server.base.clone();
        assert_eq!(
            send_to(&server, &png(20, 20)).await,
            Err(Failure::UnexpectedReply { address, status }),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn a_cut_connection_is_transient() {
    let server = FakeServer::start(|_| Behaviour::Cut(100_000)).await;
    let failure = send_to(&server, &png(900, 900)).await.unwrap_err();
    assert_eq!(
        failure,
        Failure::Interrupted {
            address: server.base.clone()
        }
    );
    assert!(failure.is_transient());
}

#[tokio::test]
async fn an_unreachable_server_is_transient() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let folder = tempfile::tempdir().unwrap();
    let picture = Picture::open(&write_file(folder.path(), "a.png", &png(2, 2))).unwrap();
    let failure = send_picture(&imgs_target(&base), KEY, &picture, None, |_, _| {})
        .await
        .unwrap_err();
    assert_eq!(failure, Failure::Unreachable { address: base });
    assert!(failure.is_transient());
}

#[tokio::test]
async fn an_answer_that_comes_while_sending_is_read() {
    let server = FakeServer::start(|_| {
        Behaviour::AnswerEarly(10_000, http_response("413 Content Too Large", "", "{}"))
    })
    .await;
    let outcome = send_to(&server, &png(3000, 2400)).await;
    assert!(
        matches!(outcome, Err(Failure::TooLarge { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_picture_from_a_pipe_is_sent_and_its_file_goes_away() {
    let server = FakeServer::start(|_| Behaviour::Answer(imgs_response("a7xK9mPq2w"))).await;
    let picture = Picture::from_reader("-", png(20, 20).as_slice()).unwrap();
    let kept = picture.path.clone();
    send_picture(&imgs_target(&server.base), KEY, &picture, None, |_, _| {})
        .await
        .unwrap();
    drop(picture);
    assert!(!kept.exists());
}

#[test]
fn an_invalid_picture_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let whole = png(60, 60);
    let open =
        |name: &str, bytes: &[u8]| Picture::open(&write_file(folder.path(), name, bytes)).map(drop);
    assert_eq!(
        open("text.jpg", b"only words, however many there are"),
        Err(Failure::NotAPicture)
    );
    assert_eq!(open("empty.png", b""), Err(Failure::EmptyFile));
    assert!(matches!(
        open("cut.png", &whole[..whole.len() / 2]),
        Err(Failure::BrokenPicture { .. })
    ));
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\0\0\0\0\0";
    assert!(matches!(
        open("a.heic", heic),
        Err(Failure::UnsupportedFormat { .. })
    ));
    assert_eq!(
        Picture::open(folder.path()).map(drop),
        Err(Failure::IsAFolder)
    );
    assert_eq!(
        Picture::open(&folder.path().join("gone.png")).map(drop),
        Err(Failure::FileGone)
    );
}
