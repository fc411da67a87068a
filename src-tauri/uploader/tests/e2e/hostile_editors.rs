//! Who knocks at the door for editors without being one.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use uploader::Uploader;
use uploader::picgo_server::{EditorServer, EditorServerConfig, StartError};

use crate::fake_editor::{EditorFixture, FakeHost};
use crate::fake_server::{Behaviour, FakeServer, http_response};
use crate::harness::{FixedSecrets, png, write_file};

#[tokio::test]
async fn a_hostile_page_can_neither_upload_nor_read() {
    let world = EditorFixture::new(FakeHost::default()).await;
    let path = world.write_picture("a.png", 9);
    let body = json!({ "list": [path] }).to_string();
    let port = world.editor_server.port();
    let json_type = "content-type: application/json\r\n";
    let plain_type = "content-type: text/plain\r\n";
    for origin in ["https://evil.example", "null", "http://localhost:8080"] {
        for kind in [json_type, plain_type] {
            let headers = format!("origin: {origin}\r\n{kind}");
            let said = world
                .send_request("POST /upload", &headers, body.as_bytes())
                .await;
            assert_eq!(said.status, 403, "{origin}");
            assert!(!said.head.contains("access-control-allow"), "{}", said.head);
        }
        let headers = format!("origin: {origin}\r\naccess-control-request-method: POST\r\n");
        let said = world.send_request("OPTIONS /upload", &headers, b"").await;
        assert!(said.status == 403 && !said.head.contains("access-control-allow"));
    }
    // A page whose name was made to mean this computer.
    let length = body.len();
    for host in [format!("evil.example:{port}"), "evil.example".to_owned()] {
        let head = format!(
            "POST /upload HTTP/1.1\r\nhost: {host}\r\n{json_type}content-length: {length}\r\n"
        );
        assert_eq!(
            world.send_raw(&head, body.as_bytes()).await.status,
            403,
            "{host}"
        );
    }
    // What a form of a page can send without being asked, from a browser that leaves the origin out.
    let headers = format!("sec-fetch-site: cross-site\r\n{plain_type}");
    assert_eq!(
        world
            .send_request("POST /upload", &headers, body.as_bytes())
            .await
            .status,
        403
    );
    let said = world
        .send_request("POST /upload", plain_type, body.as_bytes())
        .await;
    assert_eq!(
        said.json["success"],
        json!(false),
        "JSON that does not call itself that"
    );
    assert_eq!(world.request_count(), 0);
    assert!(
        world
            .editor_server
            .recent_clients()
            .iter()
            .any(|caller| caller.refused)
    );
}

#[tokio::test]
async fn only_pictures_leave_this_computer() {
    let world = EditorFixture::new(FakeHost::default()).await;
    let folder = world.pictures.path();
    let secret = write_file(folder, "key.png", b"-----BEGIN OPENSSH PRIVATE KEY-----");
    let hidden = write_file(folder, ".hidden.png", &png(3, 3));
    let large = write_file(folder, "large.png", &png(400, 400));
    let good = world.write_picture("good.png", 3);
    let climbing = format!("{}/../../etc/passwd", folder.display());
    let refused = [
        secret.to_str().unwrap(),
        hidden.to_str().unwrap(),
        large.to_str().unwrap(),
        &climbing,
        "/etc/passwd",
        "a.png",
    ];
    for path in refused {
        // One that is refused takes the whole question along: nothing goes up unasked.
        let said = world
            .upload_paths("", &[good.to_str().unwrap(), path])
            .await;
        assert_eq!(
            (said.status, &said.json["success"]),
            (200, &json!(false)),
            "{path}"
        );
        assert_eq!(said.json["code"], json!("INVALID_UPLOAD_SELECTION"));
        let said = world.upload_paths("?strict=1", &[path]).await;
        assert_eq!(said.status, 400, "{path}");
    }
    let private = format!("{}/a.png", world.server.base);
    let said = world.upload_paths("", &[&private]).await;
    assert_eq!(said.json["success"], json!(false), "{}", said.json);
    assert_eq!(world.request_count(), 0);
}

#[tokio::test]
async fn an_endless_body_is_read_up_to_the_limit() {
    let world = EditorFixture::new(FakeHost::default()).await;
    let ten_gigabytes = 10_000_000_000_u64;
    for kind in [
        "application/json",
        "multipart/form-data; boundary=xyz",
        "text/plain",
    ] {
        let port = world.editor_server.port();
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let head = format!(
            "POST /upload HTTP/1.1\r\nhost: localhost:{port}\r\ncontent-type: {kind}\r\ncontent-length: {ten_gigabytes}\r\n\r\n\
             --xyz\r\ncontent-disposition: form-data; name=\"a\"; filename=\"a.png\"\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let piece = vec![b'x'; 64 * 1024];
        let mut written = 0_u64;
        while written < ten_gigabytes && stream.write_all(&piece).await.is_ok() {
            written += piece.len() as u64;
        }
        assert!(written < 50_000_000, "{kind}: {written} bytes were taken");
    }
    assert_eq!(world.request_count(), 0);
    assert_eq!(
        world.send_request("POST /heartbeat", "", b"").await.json["result"],
        json!("alive")
    );
}

#[tokio::test]
async fn a_token_is_accepted_wherever_clients_put_it() {
    let home = FakeHost {
        token: Some("s3cret".into()),
        ..FakeHost::default()
    };
    let world = EditorFixture::new(home).await;
    let path = world.write_picture("a.png", 9);
    let body = json!({ "list": [path] }).to_string();
    let ask = async |query: &str, header: &str| {
        let headers = format!("content-type: application/json\r\n{header}");
        world
            .send_request(&format!("POST /upload{query}"), &headers, body.as_bytes())
            .await
    };
    let said = ask("", "").await;
    assert_eq!((said.status, &said.json["success"]), (200, &json!(false)));
    assert_eq!(ask("?strict=1&key=wrong", "").await.status, 401);
    assert_eq!(world.request_count(), 0);
    let ways = [
        ("?key=s3cret", ""),
        ("?secret=s3cret", ""),
        ("", "authorization: Bearer s3cret\r\n"),
        ("", "x-picgo-secret: s3cret\r\n"),
    ];
    for (query, header) in ways {
        assert_eq!(
            ask(query, header).await.json["success"],
            json!(true),
            "{query}{header}"
        );
    }
    // Whether somebody is there is no secret.
    assert_eq!(
        world.send_request("GET /heartbeat", "", b"").await.json["success"],
        json!(true)
    );
}

#[tokio::test]
async fn a_running_editor_server_is_an_error_and_a_busy_port_is_skipped() {
    let open = async |port| {
        let queue = tempfile::tempdir().unwrap();
        let uploader = Uploader::open(queue.path(), Arc::new(FixedSecrets)).unwrap();
        let door = EditorServerConfig {
            port,
            ..EditorServerConfig::default()
        };
        EditorServer::start(uploader, Arc::new(FakeHost::default()), door).await
    };
    let first = open(0).await.unwrap();
    let sibling = open(first.port()).await.map(|editors| editors.port());
    assert_eq!(sibling, Err(StartError::AlreadyRunning(first.port())));
    let port = first.port();
    drop(first);
    // Closed with its last handle.
    let refused = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), refused)
        .await
        .unwrap();

    let other =
        FakeServer::start(|_| Behaviour::Answer(http_response("200 OK", "", "<html>"))).await;
    let taken: u16 = other.base.rsplit(':').next().unwrap().parse().unwrap();
    if let Ok(stepped) = open(taken).await {
        assert!(stepped.port() > taken);
    }
}
