//! One picture, one connection.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use uploader::http::client;
use uploader::{Failure, Picture, Uploaded};

use crate::fake_server::{Manners, Server, answer, links};
use crate::harness::{KEY, file, png, target};

async fn sent(server: &Server, bytes: &[u8]) -> Result<Uploaded, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let picture = Picture::open(&file(folder.path(), "pic \"ture\".png", bytes)).unwrap();
    send(
        &target(&server.base),
        KEY,
        &picture,
        Some("once"),
        |_, _| {},
    )
    .await
}

#[tokio::test]
async fn a_picture_arrives_whole_and_its_links_come_back() {
    let mut server = Server::start(|_| Manners::Answer(links("a7xK9mPq2w"))).await;
    let bytes = png(600, 200);
    let uploaded = sent(&server, &bytes).await.unwrap();
    assert_eq!(uploaded.original, "https://pics.example/a7xK9mPq2w");
    assert_eq!(uploaded.sizes[&200], "https://pics.example/a7xK9mPq2w/200");

    let heard = server.heard.recv().await.unwrap();
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
    let server = Server::start(|_| Manners::Answer(links("a7xK9mPq2w"))).await;
    let folder = tempfile::tempdir().unwrap();
    let picture = Picture::open(&file(folder.path(), "a.png", &png(900, 900))).unwrap();
    let steps = Arc::new(Mutex::new(Vec::new()));
    let told = steps.clone();
    send(
        &target(&server.base),
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
    let mut server = Server::start(|_| Manners::Stall(1000)).await;
    let folder = tempfile::tempdir().unwrap();
    let picture = Picture::open(&file(folder.path(), "a.png", &png(3000, 2400))).unwrap();
    assert!(picture.bytes > 20_000_000);
    let most = Arc::new(AtomicU64::new(0));
    let told = most.clone();
    let base = server.base.clone();
    let bytes = picture.bytes;
    let sending = tokio::spawn(async move {
        let _folder = folder;
        send(&target(&base), KEY, &picture, None, move |sent, _| {
            told.store(sent, Ordering::SeqCst)
        })
        .await
    });
    server.heard.recv().await.unwrap();
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
            answer("401 Unauthorized", "", r#"{"error":"Unauthorized"}"#),
            Failure::Unauthorised,
        ),
        (answer("403 Forbidden", "", ""), Failure::Forbidden),
        (
            answer("413 Content Too Large", "", ""),
            Failure::TooLarge { megabytes: 1 },
        ),
        (
            answer("400 Bad Request", "", r#"{"error":"Invalid image file"}"#),
            Failure::Refused {
                said: "Invalid image file".into(),
            },
        ),
        (
            answer("415 Unsupported Media Type", "", "<p>no</p>"),
            Failure::Refused {
                said: "status 415".into(),
            },
        ),
        (
            answer("429 Too Many Requests", "retry-after: 7\r\n", ""),
            Failure::RateLimited {
                after_seconds: Some(7),
            },
        ),
        (
            answer("503 Service Unavailable", "retry-after: 9\r\n", ""),
            Failure::Busy {
                after_seconds: Some(9),
            },
        ),
        (
            answer("500 Internal Server Error", "", ""),
            Failure::ServerError { status: 500 },
        ),
    ];
    for (reply, expected) in cases {
        let server = Server::start(move |_| Manners::Answer(reply.clone())).await;
        assert_eq!(sent(&server, &png(20, 20)).await, Err(expected));
    }
}

#[tokio::test]
async fn what_is_no_imgs_server_is_named_as_that() {
    let cases = [
        (answer("200 OK", "", "<html>Sign in</html>"), Some(200)),
        (
            answer(
                "200 OK",
                "",
                r#"{"id":"a","original":"javascript:alert(1)"}"#,
            ),
            Some(200),
        ),
        (
            answer("302 Found", "location: https://elsewhere.example/\r\n", ""),
            Some(302),
        ),
        (answer("404 Not Found", "", ""), Some(404)),
        (
            "\0\0garbage that is no HTTP at all\r\n\r\n".to_owned(),
            None,
        ),
    ];
    for (reply, status) in cases {
        let shown = reply.clone();
        let server = Server::start(move |_| Manners::Answer(reply.clone())).await;
        let address = server.base.clone();
        assert_eq!(
            sent(&server, &png(20, 20)).await,
            Err(Failure::UnexpectedReply { address, status }),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn a_connection_cut_in_the_middle_may_pass() {
    let server = Server::start(|_| Manners::Cut(100_000)).await;
    let failure = sent(&server, &png(900, 900)).await.unwrap_err();
    assert_eq!(
        failure,
        Failure::Interrupted {
            address: server.base.clone()
        }
    );
    assert!(failure.may_pass());
}

#[tokio::test]
async fn a_server_that_is_not_there_may_pass() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let folder = tempfile::tempdir().unwrap();
    let picture = Picture::open(&file(folder.path(), "a.png", &png(2, 2))).unwrap();
    let failure = send(&target(&base), KEY, &picture, None, |_, _| {})
        .await
        .unwrap_err();
    assert_eq!(failure, Failure::Unreachable { address: base });
    assert!(failure.may_pass());
}

#[tokio::test]
async fn an_answer_that_comes_while_sending_is_read() {
    let server =
        Server::start(|_| Manners::AnswerEarly(10_000, answer("413 Content Too Large", "", "{}")))
            .await;
    let outcome = sent(&server, &png(3000, 2400)).await;
    assert!(
        matches!(outcome, Err(Failure::TooLarge { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_picture_from_a_pipe_is_sent_and_its_file_goes_away() {
    let server = Server::start(|_| Manners::Answer(links("a7xK9mPq2w"))).await;
    let picture = Picture::read("-", png(20, 20).as_slice()).unwrap();
    let kept = picture.path.clone();
    send(&target(&server.base), KEY, &picture, None, |_, _| {})
        .await
        .unwrap();
    drop(picture);
    assert!(!kept.exists());
}

#[test]
fn what_is_no_picture_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let whole = png(60, 60);
    let open =
        |name: &str, bytes: &[u8]| Picture::open(&file(folder.path(), name, bytes)).map(drop);
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
