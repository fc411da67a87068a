//! Taking pictures away again, and trying a target out.

use std::sync::Arc;
use std::time::Duration;

use uploader::{Dialect, Event, Failure, JobState, Source, Target, Uploader};

use crate::fake_server::{Behaviour, FakeServer, http_response, imgs_response};
use crate::harness::{FixedSecrets, KEY, imgs_target, png, wait_for_event, wait_for_state};

/// A server that answers uploads, and deletions with this.
async fn server_with_delete_status(deletion: &'static str) -> FakeServer {
    FakeServer::start_with_head(move |n, head| {
        Behaviour::Answer(match head.starts_with("POST ") {
            true => imgs_response(&format!("picture00{n}")),
            false => http_response(deletion, "", "{}"),
        })
    })
    .await
}

async fn upload_one(uploader: &Uploader) -> uploader::JobId {
    let mut events = uploader.events();
    let source = Source::Bytes {
        name: "a.png".into(),
        bytes: png(9, 9),
    };
    let id = uploader.enqueue(vec![source]).await.unwrap()[0];
    wait_for_state(&mut events, id, JobState::has_ended).await;
    id
}

#[tokio::test]
async fn a_deleted_picture_leaves_the_server_the_list_and_the_dedup_index() {
    let mut server = server_with_delete_status("200 OK").await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(FixedSecrets)).unwrap();
    uploader.set_target(imgs_target(&server.base));
    let id = upload_one(&uploader).await;
    server.received.recv().await.unwrap();
    let mut events = uploader.events();
    uploader.delete(id, Duration::ZERO).await.unwrap();
    let gone = wait_for_event(&mut events, |event| match event {
        Event::JobForgotten(gone) => Some(gone),
        _ => None,
    });
    assert_eq!(gone.await, id);
    let heard = server.received.recv().await.unwrap();
    assert!(
        heard.head.starts_with("DELETE /picture000 HTTP/1.1\r\n"),
        "{}",
        heard.head
    );
    assert_eq!(heard.header("authorization"), Some("Bearer sk_story"));
    let again = upload_one(&uploader).await;
    let job = uploader.job(again).unwrap().unwrap();
    assert!(matches!(job.state, JobState::Done { .. }), "{job:?}");
}

#[tokio::test]
async fn a_scheduled_delete_can_be_undone() {
    let server = server_with_delete_status("200 OK").await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(FixedSecrets)).unwrap();
    uploader.set_target(imgs_target(&server.base));
    let id = upload_one(&uploader).await;
    uploader
        .delete(id, Duration::from_secs(3600))
        .await
        .unwrap();
    assert!(uploader.job(id).unwrap().unwrap().deleted_at.is_some());
    assert!(uploader.undo_delete(id).await.unwrap());
    assert!(!uploader.undo_delete(id).await.unwrap());
    assert_eq!(uploader.job(id).unwrap().unwrap().deleted_at, None);
    assert_eq!(server.requests.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_picture_that_is_gone_counts_as_deleted() {
    let server = server_with_delete_status("404 Not Found").await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(FixedSecrets)).unwrap();
    uploader.set_target(imgs_target(&server.base));
    let id = upload_one(&uploader).await;
    let mut events = uploader.events();
    uploader.delete(id, Duration::ZERO).await.unwrap();
    let gone = |event| matches!(event, Event::JobForgotten(_)).then_some(());
    wait_for_event(&mut events, gone).await;
}

#[tokio::test]
async fn a_refusal_to_delete_is_shown_in_the_row() {
    let server = server_with_delete_status("403 Forbidden").await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(FixedSecrets)).unwrap();
    uploader.set_target(imgs_target(&server.base));
    let id = upload_one(&uploader).await;
    let mut events = uploader.events();
    uploader.delete(id, Duration::ZERO).await.unwrap();
    let refused = wait_for_event(&mut events, |event| match event {
        Event::Job(job) => job.not_deleted,
        _ => None,
    });
    let said = "status 403".to_owned();
    assert_eq!(refused.await, Failure::NotDeleted { said });
    let job = uploader.job(id).unwrap().unwrap();
    assert!(job.deleted_at.is_none() && job.state.upload_result().is_some());
}

#[tokio::test]
async fn a_target_without_delete_reports_it_at_once() {
    let server = FakeServer::start(|_| {
        let body = r#"{"id":"6f0c","url":"/api/image/6f0c.png"}"#;
        Behaviour::Answer(http_response("201 Created", "", body))
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(FixedSecrets)).unwrap();
    uploader.set_target(Target {
        kind: Dialect::Slink,
        ..imgs_target(&server.base)
    });
    let id = upload_one(&uploader).await;
    let refused = uploader.delete(id, Duration::ZERO).await;
    let target = "Story".to_owned();
    assert_eq!(refused, Err(Failure::CannotDelete { target }));
}

#[tokio::test]
async fn a_target_test_deletes_its_picture_again() {
    let mut shop = server_with_delete_status("200 OK").await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(FixedSecrets)).unwrap();
    let tested = uploader
        .test_target(&imgs_target(&shop.base), KEY)
        .await
        .unwrap();
    assert_eq!(tested.left, None);
    assert!(
        shop.received
            .recv()
            .await
            .unwrap()
            .head
            .starts_with("POST /upload ")
    );
    assert!(
        shop.received
            .recv()
            .await
            .unwrap()
            .head
            .starts_with("DELETE /picture000 ")
    );
    let stubborn = server_with_delete_status("403 Forbidden").await;
    let tested = uploader
        .test_target(&imgs_target(&stubborn.base), KEY)
        .await
        .unwrap();
    let link = Some("https://pics.example/picture000".to_owned());
    assert_eq!(tested.left, link, "the user is told what is left there");
}
