//! The user minds the queue: stops, goes on, gives up; and several targets do not wait for each other.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use uploader::{Failure, JobId, JobState, Settings, Source, Target, Uploader, WaitsFor, Wishes};

use crate::fake_server::{Manners, Server, answer, links};
use crate::harness::{Open, batch_done, png, state, target};

fn pictures(count: u32) -> Vec<Source> {
    let picture = |n| Source::Bytes {
        name: format!("{n}.png"),
        bytes: png(n + 3, 3),
    };
    (0..count).map(picture).collect()
}

fn state_of(uploader: &Uploader, id: JobId) -> JobState {
    uploader.job(id).unwrap().unwrap().state
}

const HELD: JobState = JobState::Waiting { on: WaitsFor::User };

#[tokio::test]
async fn a_stopped_upload_goes_on_when_the_user_says_so() {
    let mut server = Server::start(|n| match n {
        0 => Manners::Stall(10),
        _ => Manners::Answer(links("a7xK9mPq2w")),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(Open)).unwrap();
    let mut events = uploader.events();
    uploader.set_target(target(&server.base));
    let id = uploader.enqueue(pictures(1)).await.unwrap()[0];
    server.heard.recv().await.unwrap();
    uploader.hold(id).await.unwrap();
    assert_eq!(state_of(&uploader, id), HELD);
    // Neither the network nor a new target lets it go.
    uploader.wake();
    uploader.set_target(target(&server.base));
    let other = uploader
        .enqueue(vec![Source::Bytes {
            name: "b.png".into(),
            bytes: png(50, 50),
        }])
        .await
        .unwrap()[0];
    state(&mut events, other, JobState::ended).await;
    assert_eq!(state_of(&uploader, id), HELD);
    uploader.release(id).await.unwrap();
    state(&mut events, id, |state| {
        matches!(state, JobState::Done { .. })
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_upload_stays_as_a_row_that_can_be_tried_again() {
    let mut server = Server::start(|n| match n {
        0 => Manners::Stall(10),
        _ => Manners::Answer(links("a7xK9mPq2w")),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(Open)).unwrap();
    let mut events = uploader.events();
    uploader.set_target(target(&server.base));
    let id = uploader.enqueue(pictures(1)).await.unwrap()[0];
    server.heard.recv().await.unwrap();
    uploader.cancel(id).await.unwrap();
    assert_eq!(batch_done(&mut events).await, [id]);
    let failure = Failure::Cancelled;
    assert_eq!(state_of(&uploader, id), JobState::Failed { failure });
    uploader.retry(id).await.unwrap();
    state(&mut events, id, |state| {
        matches!(state, JobState::Done { .. })
    })
    .await;
}

#[tokio::test]
async fn a_pause_outlasts_the_program_and_ends_when_told_to() {
    let server = Server::start(|n| Manners::Answer(links(&format!("picture00{n}")))).await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(Open)).unwrap();
    uploader.pause().await.unwrap();
    uploader.stop(Duration::ZERO).await;
    drop(uploader);

    let uploader = Uploader::open(folder.path(), Arc::new(Open)).unwrap();
    assert!(uploader.is_paused());
    let mut events = uploader.events();
    uploader.set_target(target(&server.base));
    let ids = uploader.enqueue(pictures(3)).await.unwrap();
    // They are looked at all the same, in whichever order.
    let mut unseen: std::collections::HashSet<_> = ids.iter().copied().collect();
    let seen = |event| match event {
        uploader::Event::Job(job) => {
            if job.has_thumbnail {
                unseen.remove(&job.id);
            }
            unseen.is_empty().then_some(())
        }
        _ => None,
    };
    crate::harness::news(&mut events, seen).await;
    for id in &ids {
        assert_eq!(state_of(&uploader, *id), JobState::Queued);
    }
    assert_eq!(server.requests.load(std::sync::atomic::Ordering::SeqCst), 0);
    uploader.resume().await.unwrap();
    assert_eq!(batch_done(&mut events).await, ids);
}

#[tokio::test]
async fn a_target_that_is_away_holds_up_no_other() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let away = Target {
        id: "away".into(),
        ..target(&format!("http://{}", listener.local_addr().unwrap()))
    };
    drop(listener);
    let server = Server::start(|n| Manners::Answer(links(&format!("picture00{n}")))).await;
    let there = target(&server.base);
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(Open)).unwrap();
    let mut events = uploader.events();
    let usual = Some(there.id.clone());
    uploader.set_targets(vec![away.clone(), there], usual);
    let to_away = Wishes {
        target: Some(away.id.clone()),
        ..Wishes::default()
    };
    // More than one round of the worker has.
    let waiting = uploader.enqueue_with(pictures(70), to_away).await.unwrap();
    let ids = uploader.enqueue(pictures(5)).await.unwrap();
    assert_eq!(batch_done(&mut events).await, ids);
    assert!(waiting.iter().all(|id| !state_of(&uploader, *id).ended()));
}

#[tokio::test]
async fn results_come_in_the_order_of_the_request_whatever_is_done_first() {
    let first = Arc::new(Notify::new());
    let wait = first.clone();
    let server = Server::start(move |n| match n {
        0 => Manners::AnswerWhen(wait.clone(), links("picture000")),
        n => Manners::Answer(links(&format!("picture00{n}"))),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(Open)).unwrap();
    let mut events = uploader.events();
    uploader.set_target(target(&server.base));
    let ids = uploader.enqueue(pictures(6)).await.unwrap();
    let mut ended = std::collections::HashSet::new();
    crate::harness::news(&mut events, |event| match event {
        uploader::Event::Job(job) if job.state.ended() => {
            ended.insert(job.id);
            (ended.len() == 5).then_some(())
        }
        _ => None,
    })
    .await;
    first.notify_one();
    assert_eq!(batch_done(&mut events).await, ids);
}

/// The row of a picture whose first try ended like this.
async fn after(first: Manners, vitrine: bool) -> uploader::Job {
    let server = Server::start(move |n| match n {
        0 => first.clone(),
        _ => {
            let name = if vitrine { "vitrine/0.1.0" } else { "nginx" };
            let links = links("a7xK9mPq2w");
            let named = format!("HTTP/1.1 200 OK\r\nserver: {name}\r\n");
            Manners::Answer(links.replacen("HTTP/1.1 200 OK\r\n", &named, 1))
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        backoff: uploader::Backoff {
            first: Duration::from_millis(5),
            ..uploader::Backoff::default()
        },
        ..Settings::default()
    };
    let uploader = Uploader::open_with(folder.path(), Arc::new(Open), settings).unwrap();
    let mut events = uploader.events();
    uploader.set_target(target(&server.base));
    let id = uploader.enqueue(pictures(1)).await.unwrap()[0];
    state(&mut events, id, |state| {
        matches!(state, JobState::Done { .. })
    })
    .await
}

#[tokio::test]
async fn a_try_without_an_answer_may_be_there_twice_unless_the_server_tells_repetitions() {
    let busy = Manners::Answer(answer("503 Service Unavailable", "", ""));
    let cut = Manners::Cut(10_000);
    assert!(after(cut.clone(), false).await.maybe_twice);
    assert!(!after(cut, true).await.maybe_twice);
    assert!(!after(busy, false).await.maybe_twice, "it was answered");
}
