//! Pictures from an address that a client gave, and hosts that misbehave in every way.

mod timeouts;

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use library::StagedUpload;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::fake_remote_host::{Does, Stranger, answer, redirect};
use super::harness::World;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::upload::remote_fetch::fetch;
use crate::upload::remote_fetcher::RemoteFetcher;

const MOST: u64 = 1000;
const SOON: Duration = Duration::from_millis(200);

/// A world that may ask this stranger and nobody else on this computer.
fn knowing(stranger: &Stranger) -> World {
    World::set(config(stranger))
}

fn config(stranger: &Stranger) -> Config {
    Config {
        fetch_allow_hosts: vec![stranger.address.to_string()],
        ..Config::default()
    }
}

async fn get(world: &World, address: &str) -> Result<(StagedUpload, String)> {
    fetch(&world.app, address, "us/1", MOST).await
}

#[track_caller]
fn refused(result: Result<(StagedUpload, String)>, status: u16, words: &str) {
    let error = result.map(|(_, name)| name).unwrap_err();
    assert_eq!(error.status().as_u16(), status, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

/// The bytes of the one upload on its way.
fn bytes(world: &World) -> Vec<u8> {
    let mut files = world.folder.path().join("incoming").read_dir().unwrap();
    fs::read(files.next().unwrap().unwrap().path()).unwrap()
}

/// Waits for what other threads are about to do.
async fn until(so: impl Fn() -> bool) {
    let waiting = async {
        while !so() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .expect("it never came to that");
}

#[tokio::test]
async fn a_picture_arrives_whole_under_the_name_in_its_address() {
    let body = vec![7; MOST as usize];
    let stranger = Stranger::doing(Does::Says(answer("200 OK", "", &body))).await;
    let world = knowing(&stranger);
    let address = stranger.at("/a/caf%C3%A9%2F.png?size=1#top");
    let (incoming, name) = get(&world, &address).await.unwrap();
    assert_eq!((incoming.size(), name.as_str()), (MOST, "café/.png"));
    assert_eq!(bytes(&world), body);
    drop(incoming);
    assert_eq!(world.left_behind(), 0);

    let head = stranger.heads.lock().unwrap()[0].to_lowercase();
    assert!(
        head.starts_with("get /a/caf%c3%a9%2f.png?size=1 http/1.1\r\n"),
        "{head}"
    );
    for line in ["user-agent: us/1\r\n", "accept-encoding: identity\r\n"] {
        assert!(head.contains(line), "{head}");
    }
    for word in ["top", "referer", "cookie", "authorization"] {
        assert!(!head.contains(word), "{head}");
    }
}

#[tokio::test]
async fn packed_bytes_stay_packed() {
    // Whatever it says it is: unpacked, a kilobyte can be a megabyte.
    let packed = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x04\0\x43\xbe\xb7\xe8\x01\0\0\0";
    let reply = answer("200 OK", "content-encoding: gzip\r\n", packed);
    let stranger = Stranger::doing(Does::Says(reply)).await;
    let world = knowing(&stranger);
    let (incoming, _) = get(&world, &stranger.at("/a.png")).await.unwrap();
    assert_eq!(bytes(&world), packed);
    drop(incoming);
}

#[tokio::test]
async fn who_misbehaves_is_found_out_and_leaves_nothing_behind() {
    let endless = |head: &str| {
        Does::Floods(
            format!("HTTP/1.1 200 OK\r\n{head}\r\n").into(),
            vec![b'x'; 500],
        )
    };
    let says = |text: &str| Does::Says(text.into());
    let cases = [
        (says(""), 502, "cut the connection"),
        (says("hello\r\n\r\n"), 502, "like a web server"),
        (says("HTTP/1.1 abc OK\r\n\r\n"), 502, "like a web server"),
        (says("HTTP/1.1 200 OK\r\ncontent-le"), 502, "cut"),
        (
            says("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"),
            502,
            "cut the connection",
        ),
        (
            says("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf"),
            502,
            "cut the connection",
        ),
        (
            says("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhalf"),
            502,
            "127.0.0.1",
        ),
        (
            says("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nhalf"),
            502,
            "127.0.0.1",
        ),
        (
            says("HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n"),
            413,
            "larger than 1000 bytes",
        ),
        (endless(""), 413, "larger than 1000 bytes"),
        (
            endless("content-length: 18446744073709551613\r\n"),
            413,
            "larger than 1000 bytes",
        ),
        (
            Does::Floods(
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".into(),
                b"5\r\nhello\r\n".into(),
            ),
            413,
            "larger than 1000 bytes",
        ),
        (
            Does::Floods(b"HTTP/1.1 200 OK\r\n".into(), b"x-more: of this\r\n".into()),
            502,
            "like a web server",
        ),
        (
            Does::Floods(b"HTTP/1.1 200 OK\r\nx: ".into(), vec![b'x'; 4096]),
            502,
            "like a web server",
        ),
    ];
    for (number, (does, status, words)) in cases.into_iter().enumerate() {
        let stranger = Stranger::doing(does).await;
        let world = knowing(&stranger);
        println!("case {number}");
        refused(get(&world, &stranger.at("/a.png")).await, status, words);
        assert_eq!(world.left_behind(), 0, "case {number}");
    }
}

#[tokio::test]
async fn only_the_status_200_is_a_picture() {
    for status in [201, 204, 206, 300, 304, 401, 403, 404, 410, 429, 500, 503] {
        let reply = answer(&format!("{status} So"), "", b"");
        let stranger = Stranger::doing(Does::Says(reply)).await;
        let answered = get(&knowing(&stranger), &stranger.at("/a.png")).await;
        refused(answered, 502, &format!("answered {status} instead"));
    }
    let nowhere = answer("302 Found", "", b"");
    let stranger = Stranger::doing(Does::Says(nowhere)).await;
    let answered = get(&knowing(&stranger), &stranger.at("/a.png")).await;
    refused(answered, 502, "answered 302 instead");
}

#[tokio::test]
async fn five_redirects_are_followed_and_the_sixth_is_refused() {
    for (redirects, found) in [(5, true), (6, false)] {
        let stranger = Stranger::at_each(move |number| {
            Does::Says(match number < redirects {
                true => redirect(&format!("/{number}")),
                false => answer("200 OK", "", b"here"),
            })
        })
        .await;
        let world = knowing(&stranger);
        let answered = get(&world, &stranger.at("/name.png")).await;
        assert_eq!(stranger.requests(), 6);
        match found {
            true => assert_eq!(answered.unwrap().1, "name.png"),
            false => refused(answered, 422, "one redirect too many"),
        }
    }
}

#[tokio::test]
async fn a_redirect_leads_nowhere_that_its_address_could_not() {
    let inside = Stranger::doing(Does::Says(answer("200 OK", "", b"secret"))).await;
    let port = inside.address.port();
    let cases = [
        (inside.at("/"), 422, "inside a computer"),
        (format!("//127.0.0.1:{port}/"), 422, "inside a computer"),
        (
            format!("http://localhost:{port}/"),
            422,
            "inside a computer",
        ),
        (format!("http://[::1]:{port}/"), 422, "inside a computer"),
        (
            format!("http://[::ffff:127.0.0.1]:{port}/"),
            422,
            "inside a computer",
        ),
        ("http://10.0.0.1/".into(), 422, "inside a computer"),
        (
            "http://169.254.169.254/latest/meta-data/".into(),
            422,
            "inside a computer",
        ),
        ("https://[fd00::1]/".into(), 422, "inside a computer"),
        ("http://127.0.0.1:22/".into(), 422, "port 22"),
        ("ftp://127.0.0.1/".into(), 422, "not by ftp"),
        ("file:///etc/passwd".into(), 422, "not by file"),
        ("data:image/png,a".into(), 422, "not by data"),
        (
            format!("http://me:secret@127.0.0.1:{port}/"),
            422,
            "a user name",
        ),
        ("http://".into(), 502, "no web address"),
        ("http://a:b:c/".into(), 502, "no web address"),
    ];
    for (location, status, words) in cases {
        let stranger = Stranger::doing(Does::Says(redirect(&location))).await;
        let world = knowing(&stranger);
        println!("{location}");
        refused(get(&world, &stranger.at("/a.png")).await, status, words);
    }
    assert_eq!(inside.requests(), 0);
}

#[tokio::test]
async fn loopback_is_refused_however_it_is_spelled() {
    let stranger = Stranger::doing(Does::Says(answer("200 OK", "", b"secret"))).await;
    let (world, port) = (World::new(), stranger.address.port());
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "%31%32%37.0.0.1",
        "127\u{3002}0\u{3002}0\u{3002}1",
        "0",
        "0.0.0.0",
        "[::]",
        "[::1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
    ] {
        println!("{host}");
        refused(
            get(&world, &format!("http://{host}:{port}/a.png")).await,
            422,
            "inside a computer",
        );
    }
    assert_eq!(stranger.requests(), 0);
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_before_anything_is_asked() {
    let world = World::new();
    for (address, status, words) in [
        ("", 400, "not a web address"),
        ("a.png", 400, "not a web address"),
        ("http://", 400, "not a web address"),
        ("http://999.1.1.1/", 400, "not a web address"),
        ("ftp://a.example/a.png", 422, "not by ftp"),
        ("file:///etc/passwd", 422, "not by file"),
        ("http://a.example:25/a.png", 422, "port 25"),
        ("http://me:secret@a.example/a.png", 422, "a user name"),
    ] {
        refused(get(&world, address).await, status, words);
    }
}

#[tokio::test]
async fn nobody_there_is_told_from_nobody_known() {
    let stranger = Stranger::doing(Does::Says(Vec::new())).await;
    let world = knowing(&stranger);
    refused(
        get(&world, "http://nobody.invalid/a.png").await,
        502,
        "no host called nobody.invalid",
    );
    // A port that was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let world = World::set(Config {
        fetch_allow_hosts: vec![address.to_string()],
        ..Config::default()
    });
    refused(
        get(&world, &format!("http://{address}/a.png")).await,
        502,
        "does not accept connections",
    );
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let reply = Does::Says(answer("200 OK", "", b"here"));
    let stranger = Stranger::self_signed(reply).await;
    let world = knowing(&stranger);
    let https = format!("https://{}/a.png", stranger.address);
    refused(get(&world, &https).await, 422, "certificate");
    // And who speaks TLS is no web server to who does not.
    refused(get(&world, &stranger.at("/a.png")).await, 502, "127.0.0.1");
    assert_eq!(stranger.requests(), 0);
}

#[tokio::test]
async fn who_answers_tls_in_plain_text_is_no_web_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let world = World::set(Config {
        fetch_allow_hosts: vec![address.to_string()],
        ..Config::default()
    });
    let answering = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 So\r\n\r\n").await.unwrap();
        stream
    };
    let address = format!("https://{address}/a.png");
    let (answered, _stream) = tokio::join!(get(&world, &address), answering);
    refused(answered, 502, "like a web server");
}

#[tokio::test]
async fn who_is_slow_is_given_up() {
    let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".to_vec();
    let cases = [
        Does::Stalls(Vec::new()),
        Does::Stalls(b"HTTP/1.1 200 OK\r\ncontent-le".into()),
        Does::Stalls(whole.clone()),
        Does::Stalls([whole, b"half".into()].concat()),
        Does::Floods(Vec::new(), b"HTTP/1.1 100 Continue\r\n\r\n".into()),
    ];
    for does in cases {
        let mut stranger = Stranger::doing(does).await;
        let world = knowing(&stranger);
        let mut fetches = RemoteFetcher::new(&config(&stranger));
        fetches.limits.total_timeout = SOON;
        let address = stranger.at("/a.png");
        let answered = fetches.fetch(&world.app, &address, "us/1", MOST).await;
        refused(answered, 504, "in time");
        assert_eq!(world.left_behind(), 0);
        stranger.left.recv().await.unwrap();
    }
}

#[tokio::test]
async fn who_never_shakes_hands_is_given_up_sooner() {
    let stranger = Stranger::doing(Does::Stalls(Vec::new())).await;
    let world = knowing(&stranger);
    let mut fetches = RemoteFetcher::new(&config(&stranger));
    fetches.limits.connect_timeout = SOON;
    let address = format!("https://{}/a.png", stranger.address);
    let answered = fetches.fetch(&world.app, &address, "us/1", MOST).await;
    refused(answered, 504, "in time");
}
