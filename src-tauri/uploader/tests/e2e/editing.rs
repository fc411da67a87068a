//! The door for editors, and what their clients really send.
//!
//! The requests are written from what the clients are known to send (Typora, Obsidian's plugin for uploads, PicGo's
//! command line); they were not recorded from them.

use std::sync::Arc;

use serde_json::{Value, json};
use uploader::Uploader;
use uploader::picgo_server::{EditorServer, EditorServerConfig};

use crate::fake_editor::{EditorFixture, FakeHost};
use crate::fake_server::{Behaviour, FakeServer, http_response};
use crate::harness::{FixedSecrets, imgs_target, png};

#[tokio::test]
async fn typora_sends_paths_and_gets_a_link_for_each_in_their_order() {
    let world = EditorFixture::new(FakeHost::default()).await;
    let paths: Vec<_> = (1..=3)
        .map(|n| world.write_picture(&format!("{n}.png"), n))
        .collect();
    let list: Vec<_> = paths.iter().map(|path| path.to_str().unwrap()).collect();
    let said = world.upload_paths("", &list).await;
    assert_eq!(
        (said.status, &said.json["success"]),
        (200, &json!(true)),
        "{}",
        said.json
    );
    let result = said.json["result"].as_array().unwrap();
    assert_eq!(result.len(), 3);
    assert!(
        result
            .iter()
            .all(|link| link.as_str().unwrap().starts_with("https://pics.example/"))
    );
    let items = said.json["items"].as_array().unwrap();
    let shown: Vec<_> = items
        .iter()
        .map(|item| {
            (
                item["fileName"].as_str().unwrap(),
                item["width"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(shown, [("1.png", 1), ("2.png", 2), ("3.png", 3)]);
    assert_eq!(items[0]["imgUrl"], result[0]);
}

#[tokio::test]
async fn obsidian_sends_a_form_with_whole_paths_from_its_own_origin() {
    let world = EditorFixture::new(FakeHost::default()).await;
    let mut body = Vec::new();
    for (name, width) in [("/vault/a.png", 5), ("C:\\vault\\b.png", 6)] {
        let part = format!(
            "--xyz\r\nContent-Disposition: form-data; name=\"list\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n"
        );
        body.extend(part.as_bytes());
        body.extend(png(width, 4));
        body.extend(b"\r\n");
    }
    body.extend(b"--xyz--\r\n");
    let headers =
        "origin: app://obsidian.md\r\ncontent-type: multipart/form-data; boundary=xyz\r\n";
    let asked = world
        .send_request("OPTIONS /upload", "origin: app://obsidian.md\r\n", b"")
        .await;
    assert_eq!(asked.status, 204);
    let allowed = "access-control-allow-origin: app://obsidian.md";
    assert!(asked.head.contains(allowed), "{}", asked.head);
    let said = world.send_request("POST /upload", headers, &body).await;
    assert_eq!(said.json["success"], json!(true), "{}", said.json);
    assert!(said.head.contains(allowed));
    let names: Vec<_> = said.json["fullResult"]
        .as_array()
        .unwrap()
        .iter()
        .map(|full| full["fileName"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["a.png", "b.png"]);
}

#[tokio::test]
async fn an_empty_request_means_the_clipboard() {
    let home = FakeHost {
        clipboard: Some(png(7, 7)),
        ..FakeHost::default()
    };
    let world = EditorFixture::new(home).await;
    for (headers, body) in [
        ("", ""),
        ("content-type: application/json\r\n", "{}"),
        ("content-type: application/json\r\n", r#"{"list":[]}"#),
    ] {
        let said = world
            .send_request("POST /upload", headers, body.as_bytes())
            .await;
        assert_eq!(said.json["success"], json!(true), "{body} {}", said.json);
    }
    assert_eq!(world.request_count(), 1, "the same picture goes up once");
    let none = EditorFixture::new(FakeHost::default()).await;
    let said = none.send_request("POST /upload", "", b"").await;
    assert_eq!((said.status, &said.json["success"]), (200, &json!(false)));
    assert!(said.json["message"].as_str().unwrap().contains("clipboard"));
}

#[tokio::test]
async fn the_full_result_of_an_upload_deletes_it() {
    let mut world = EditorFixture::new(FakeHost::default()).await;
    let path = world.write_picture("a.png", 9);
    let said = world.upload_paths("", &[path.to_str().unwrap()]).await;
    let mut full = said.json["fullResult"][0].clone();
    let ask = async |world: &EditorFixture, list: Value| {
        let body = json!({ "list": list }).to_string();
        let headers = "content-type: application/json\r\n";
        world
            .send_request("POST /delete", headers, body.as_bytes())
            .await
            .json
    };
    let link = full["imgUrl"].clone();
    full["imgUrl"] = json!("https://pics.example/guessed");
    let guessed = ask(
        &world,
        json!([full, "https://pics.example/picture0000", { "id": "1" }]),
    )
    .await;
    assert_eq!(guessed["message"], json!("delete success: 0, fail: 3"));
    full["imgUrl"] = link;
    let deleted = ask(&world, json!([full])).await;
    assert_eq!(
        deleted["message"],
        json!("delete success: 1, fail: 0"),
        "{deleted}"
    );
    world.server.received.recv().await.unwrap();
    let heard = world.server.received.recv().await.unwrap();
    assert!(
        heard.head.starts_with("DELETE /picture0000 "),
        "{}",
        heard.head
    );
}

#[tokio::test]
async fn a_target_is_chosen_in_both_dialects() {
    let world = EditorFixture::new(FakeHost::default()).await;
    let path = world.write_picture("a.png", 9);
    let path = path.to_str().unwrap();
    for query in [
        "?uploader=vitrine&configName=Story",
        "?picbed=vitrine&configName=Story",
        "?configId=Story",
    ] {
        assert_eq!(
            world.upload_paths(query, &[path]).await.json["success"],
            json!(true),
            "{query}"
        );
    }
    let cases = [
        ("?uploader=smms", "UNKNOWN_UPLOADER"),
        ("?configName=gone", "UPLOAD_CONFIG_NOT_FOUND"),
        ("?configId=twice", "UPLOAD_CONFIG_AMBIGUOUS"),
    ];
    for (query, code) in cases {
        assert_eq!(
            world.upload_paths(query, &[path]).await.json["code"],
            json!(code),
            "{query}"
        );
    }
}

/// A world whose server refuses everything so.
async fn fixture_with_failing_target(status: &'static str) -> EditorFixture {
    let refusing =
        FakeServer::start(move |_| Behaviour::Answer(http_response(status, "", ""))).await;
    let queue = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(queue.path(), Arc::new(FixedSecrets)).unwrap();
    uploader.set_target(imgs_target(&refusing.base));
    let door = EditorServerConfig {
        port: 0,
        ..EditorServerConfig::default()
    };
    let editors = EditorServer::start(uploader.clone(), Arc::new(FakeHost::default()), door)
        .await
        .unwrap();
    EditorFixture {
        server: refusing,
        pictures: tempfile::tempdir().unwrap(),
        _queue: queue,
        uploader,
        editor_server: editors,
    }
}

#[tokio::test]
async fn a_failed_upload_is_reported_in_a_sentence() {
    let world = fixture_with_failing_target("401 Unauthorized").await;
    let path = world.write_picture("a.png", 9);
    let said = world.upload_paths("", &[path.to_str().unwrap()]).await;
    assert_eq!((said.status, &said.json["success"]), (200, &json!(false)));
    assert_eq!(
        said.json["message"],
        json!("The server refused the key. Enter it again.")
    );
    assert_eq!(said.json["msg"], said.json["message"]);
}

#[tokio::test]
async fn a_self_test_gives_the_link_and_leaves_no_picture_or_job() {
    let mut world = EditorFixture::new(FakeHost {
        token: Some("s3cret".into()),
        ..FakeHost::default()
    })
    .await;
    // The second is no repetition of the first.
    for upload in ["picture0000", "picture0002"] {
        let tried = world.editor_server.self_test().run().await.unwrap();
        assert!(tried.link.ends_with(upload), "{tried:?}");
        assert_eq!(tried.delete_failure, None);
        let sent = world.server.received.recv().await.unwrap();
        assert!(sent.head.starts_with("POST /upload "), "{}", sent.head);
        let deleted = world.server.received.recv().await.unwrap();
        let expected = format!("DELETE /{upload} ");
        assert!(deleted.head.starts_with(&expected), "{}", deleted.head);
        assert_eq!(world.uploader.jobs(9, None).unwrap(), []);
    }
}

#[tokio::test]
async fn a_self_test_reports_the_error_an_editor_would_get() {
    let world = fixture_with_failing_target("401 Unauthorized").await;
    let refused = world.editor_server.self_test().run().await.unwrap_err();
    assert_eq!(refused, "The server refused the key. Enter it again.");
    assert_eq!(world.uploader.jobs(9, None).unwrap(), []);
}

#[tokio::test]
async fn a_self_test_reports_a_picture_that_cannot_be_deleted() {
    let world = EditorFixture::with_delete_status(FakeHost::default(), "403 Forbidden").await;
    let tried = world.editor_server.self_test().run().await.unwrap();
    assert!(tried.delete_failure.is_some(), "{tried:?}");
    assert_eq!(world.uploader.jobs(9, None).unwrap(), []);
}
