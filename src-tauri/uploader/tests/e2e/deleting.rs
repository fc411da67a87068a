//! Taking pictures away again, and trying a target out.

use std::sync::Arc;
use std::time::Duration;

use uploader::{Event, Failure, JobState, Kind, Source, Target, Uploader};

use crate::fake_server::{Manners, Server, answer, links};
use crate::harness::{KEY, Open, news, png, state, target};

/// A server that answers uploads, and deletions with this.
async fn server(deletion: &'static str) -> Server {
    Server::hearing(move |n, head| {
        Manners::Answer(match head.starts_with("POST ") {
            true => links(&format!("picture00{n}")),
            false => answer(deletion, "", "{}"),
        })
    })
    .await
}

async fn uploaded(uploader: &Uploader) -> uploader::JobId {
    let mut events = uploader.events();
    let source = Source::Bytes {
        name: "a.png".into(),
        bytes: png(9, 9),
    };
    let id = uploader.enqueue(vec![source]).await.unwrap()[0];
    state(&mut events, id, JobState::ended).await;
    id
}

#[tokio::test]
async fn a_deleted_picture_leaves_the_server_and_the_list_and_is_no_longer_known() {
    let mut server = server("200 OK").await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(Open)).unwrap();
    uploader.set_target(target(&server.base));
    let id = uploaded(&uploader).await;
    server.heard.recv().await.unwrap();
    let mut events = uploader.events();
    uploader.delete(id, Duration::ZERO).await.unwrap();
    let gone = news(&mut events, |event| match event {
        Event::Forgotten(gone) => Some(gone),
        _ => None,
    });
    assert_eq!(gone.await, id);
    let heard = server.heard.recv().await.unwrap();
    assert!(
        heard.head.starts_with("DELETE /picture000 HTTP/1.1\r\n"),
        "{}",
        heard.head
    );
    assert_eq!(heard.header("authorization"), Some("Bearer sk_story"));
    let again = uploaded(&uploader).await;
    let job = uploader.job(again).unwrap().unwrap();
    assert!(matches!(job.state, JobState::Done { .. }), "{job:?}");
}

#[tokio::test]
async fn the_user_may_think_better_of_it() {
    let server = server("200 OK").await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(Open)).unwrap();
    uploader.set_target(target(&server.base));
    let id = uploaded(&uploader).await;
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
async fn what_is_not_there_any_more_has_been_deleted() {
    let server = server("404 Not Found").await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(Open)).unwrap();
    uploader.set_target(target(&server.base));
    let id = uploaded(&uploader).await;
    let mut events = uploader.events();
    uploader.delete(id, Duration::ZERO).await.unwrap();
    let gone = |event| matches!(event, Event::Forgotten(_)).then_some(());
    news(&mut events, gone).await;
}

#[tokio::test]
async fn a_refusal_to_delete_is_shown_in_the_row() {
    let server = server("403 Forbidden").await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(Open)).unwrap();
    uploader.set_target(target(&server.base));
    let id = uploaded(&uploader).await;
    let mut events = uploader.events();
    uploader.delete(id, Duration::ZERO).await.unwrap();
    let refused = news(&mut events, |event| match event {
        Event::Job(job) => job.not_deleted,
        _ => None,
    });
    let said = "status 403".to_owned();
    assert_eq!(refused.await, Failure::NotDeleted { said });
    let job = uploader.job(id).unwrap().unwrap();
    assert!(job.deleted_at.is_none() && job.state.uploaded().is_some());
}

#[tokio::test]
async fn a_target_that_cannot_delete_says_so_at_once() {
    let server = Server::start(|_| {
        let body = r#"{"id":"6f0c","url":"/api/image/6f0c.png"}"#;
        Manners::Answer(answer("201 Created", "", body))
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(Open)).unwrap();
    uploader.set_target(Target {
        kind: Kind::Slink,
        ..target(&server.base)
    });
    let id = uploaded(&uploader).await;
    let refused = uploader.delete(id, Duration::ZERO).await;
    let target = "Story".to_owned();
    assert_eq!(refused, Err(Failure::CannotDelete { target }));
}

#[tokio::test]
async fn a_target_is_tried_with_a_picture_that_does_not_stay() {
    let mut shop = server("200 OK").await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(Open)).unwrap();
    let tested = uploader.test(&target(&shop.base), KEY).await.unwrap();
    assert_eq!(tested.left, None);
    assert!(
        shop.heard
            .recv()
            .await
            .unwrap()
            .head
            .starts_with("POST /upload ")
    );
    assert!(
        shop.heard
            .recv()
            .await
            .unwrap()
            .head
            .starts_with("DELETE /picture000 ")
    );
    let stubborn = server("403 Forbidden").await;
    let tested = uploader.test(&target(&stubborn.base), KEY).await.unwrap();
    let link = Some("https://pics.example/picture000".to_owned());
    assert_eq!(tested.left, link, "the user is told what is left there");
}
