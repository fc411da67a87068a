//! Pictures that are dropped from a web page.

use std::sync::Arc;

use uploader::{Failure, JobState, Settings, Source, Uploader};

use crate::fake_server::{Behaviour, FakeServer, http_response, imgs_response};
use crate::harness::{FixedSecrets, imgs_target, png, wait_for_batch};

/// The state in which a dropped address ends, with `allowed` hosts lifted from the guard.
async fn drop_and_wait(address: &str, allowed: Vec<String>) -> (String, JobState) {
    let home = FakeServer::start(|_| Behaviour::Answer(imgs_response("a7xK9mPq2w"))).await;
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        fetch_allow_hosts: allowed,
        ..Settings::default()
    };
    let uploader = Uploader::open_with(folder.path(), Arc::new(FixedSecrets), settings).unwrap();
    uploader.set_target(imgs_target(&home.base));
    let mut events = uploader.events();
    let ids = uploader
        .enqueue(vec![Source::from_dropped_path(address.into())])
        .await
        .unwrap();
    wait_for_batch(&mut events).await;
    let job = uploader.job(ids[0]).unwrap().unwrap();
    (job.name, job.state)
}

fn host_of(server: &FakeServer) -> Vec<String> {
    vec![server.base.strip_prefix("http://").unwrap().to_owned()]
}

/// A picture as a body that is text for `answer`: GIF's smallest form has no byte above 127 but those in its palette.
fn tiny_gif() -> String {
    String::from_utf8(
        [
            b"GIF89a\x01\0\x01\0\x70\0\0".as_slice(),
            b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b",
        ]
        .concat(),
    )
    .unwrap()
}

#[tokio::test]
async fn a_web_picture_is_fetched_through_redirects_and_sent() {
    let gif = tiny_gif();
    let web = FakeServer::start(move |n| {
        Behaviour::Answer(match n {
            0 => http_response("302 Found", "location: /pictures/dot?size=1\r\n", ""),
            _ => http_response("200 OK", "content-type: image/gif\r\n", &gif),
        })
    })
    .await;
    let (name, state) = drop_and_wait(&format!("{}/start", web.base), host_of(&web)).await;
    assert!(matches!(state, JobState::Done { .. }), "{state:?}");
    assert_eq!(name, "dot.gif");
}

#[tokio::test]
async fn private_addresses_are_never_contacted() {
    let web = FakeServer::start(|_| Behaviour::Answer(http_response("200 OK", "", ""))).await;
    let port = web.base.rsplit(':').next().unwrap();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "0.0.0.0",
    ] {
        let (_, state) = drop_and_wait(&format!("http://{host}:{port}/a.png"), Vec::new()).await;
        let refused = matches!(
            state,
            JobState::Failed {
                failure: Failure::WebPrivate { .. }
            }
        );
        assert!(refused, "{host}: {state:?}");
    }
    assert_eq!(web.requests.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let inside = FakeServer::start(|_| Behaviour::Answer(http_response("200 OK", "", ""))).await;
    let location = format!("location: {}/a.png\r\n", inside.base);
    let web =
        FakeServer::start(move |_| Behaviour::Answer(http_response("302 Found", &location, "")))
            .await;
    let (_, state) = drop_and_wait(&format!("{}/a.png", web.base), host_of(&web)).await;
    assert!(
        matches!(
            state,
            JobState::Failed {
                failure: Failure::WebPrivate { .. }
            }
        ),
        "{state:?}"
    );
    assert_eq!(inside.requests.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_sixth_redirect_is_one_too_many() {
    let web = FakeServer::start(|_| {
        Behaviour::Answer(http_response("302 Found", "location: /again\r\n", ""))
    })
    .await;
    let (_, state) = drop_and_wait(&format!("{}/a.png", web.base), host_of(&web)).await;
    assert!(
        matches!(
            state,
            JobState::Failed {
                failure: Failure::WebRedirects { .. }
            }
        ),
        "{state:?}"
    );
    assert_eq!(web.requests.load(std::sync::atomic::Ordering::SeqCst), 6);
}

#[tokio::test]
async fn html_text_and_oversized_bodies_are_refused() {
    type Expected = fn(&Failure) -> bool;
    let cases: [(String, Expected); 4] = [
        (
            http_response("200 OK", "content-type: text/html\r\n", "<p>"),
            |f| matches!(f, Failure::WebNotAPicture { .. }),
        ),
        (
            http_response("200 OK", "content-type: image/png\r\n", "no"),
            |f| matches!(f, Failure::WebNotAPicture { .. }),
        ),
        (http_response("403 Forbidden", "", ""), |f| {
            matches!(f, Failure::WebRefused { status: 403, .. })
        }),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 60000000\r\n\r\n".into(),
            |f| matches!(f, Failure::WebTooLarge { .. }),
        ),
    ];
    for (reply, expected) in cases {
        let web = FakeServer::start(move |_| Behaviour::Answer(reply.clone())).await;
        let (_, state) = drop_and_wait(&format!("{}/a.png", web.base), host_of(&web)).await;
        assert!(
            matches!(&state, JobState::Failed { failure } if expected(failure)),
            "{state:?}"
        );
    }
}

#[tokio::test]
async fn a_data_url_is_decoded_without_a_request() {
    let hex: String = png(3, 3)
        .iter()
        .map(|byte| format!("%{byte:02x}"))
        .collect();
    let (name, state) = drop_and_wait(&format!("data:image/png,{hex}"), Vec::new()).await;
    assert!(matches!(state, JobState::Done { .. }), "{state:?}");
    assert_eq!(name, "picture.png");
}
