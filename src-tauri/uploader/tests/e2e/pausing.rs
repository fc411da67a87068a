//! The user minds the queue: stops, goes on, gives up; and several targets do not wait for each other.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use uploader::{
    Failure, JobId, JobState, Settings, Source, Target, UploadOptions, Uploader, WaitReason,
};

use crate::fake_server::{Behaviour, FakeServer, http_response, imgs_response};
use crate::harness::{FixedSecrets, imgs_target, png, wait_for_batch, wait_for_state};

fn new_pictures(count: u32) -> Vec<Source> {
    let picture = |n| Source::Bytes {
        name: format!("{n}.png"),
        bytes: png(n + 3, 3),
    };
    (0..count).map(picture).collect()
}

fn state_of(uploader: &Uploader, id: JobId) -> JobState {
    uploader.job(id).unwrap().unwrap().state
}

const WAITING_FOR_USER: JobState = JobState::Waiting {
    on: WaitReason::User,
};

#[tokio::test]
async fn a_held_upload_continues_when_released() {
    let mut server = FakeServer::start(|n| match n {
        0 => Behaviour::Stall(10),
        _ => Behaviour::Answer(imgs_response("a7xK9mPq2w")),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(FixedSecrets)).unwrap();
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&server.base));
    let id = uploader.enqueue(new_pictures(1)).await.unwrap()[0];
    server.received.recv().await.unwrap();
    uploader.hold(id).await.unwrap();
    assert_eq!(state_of(&uploader, id), WAITING_FOR_USER);
    // Neither the network nor a new target lets it go.
    uploader.wake();
    uploader.set_target(imgs_target(&server.base));
    let other = uploader
        .enqueue(vec![Source::Bytes {
            name: "b.png".into(),
            bytes: png(50, 50),
        }])
        .await
        .unwrap()[0];
    wait_for_state(&mut events, other, JobState::has_ended).await;
    assert_eq!(state_of(&uploader, id), WAITING_FOR_USER);
    uploader.release(id).await.unwrap();
    wait_for_state(&mut events, id, |state| {
        matches!(state, JobState::Done { .. })
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_upload_stays_as_a_row_that_can_be_tried_again() {
    let mut server = FakeServer::start(|n| match n {
        0 => Behaviour::Stall(10),
        _ => Behaviour::Answer(imgs_response("a7xK9mPq2w")),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(FixedSecrets)).unwrap();
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&server.base));
    let id = uploader.enqueue(new_pictures(1)).await.unwrap()[0];
    server.received.recv().await.unwrap();
    uploader.cancel(id).await.unwrap();
    assert_eq!(wait_for_batch(&mut events).await, [id]);
    let failure = Failure::Cancelled;
    assert_eq!(state_of(&uploader, id), JobState::Failed { failure });
    uploader.retry(id).await.unwrap();
    wait_for_state(&mut events, id, |state| {
        matches!(state, JobState::Done { .. })
    })
    .await;
}

#[tokio::test]
async fn a_pause_survives_a_restart_until_resumed() {
    let server =
        FakeServer::start(|n| Behaviour::Answer(imgs_response(&format!("picture00{n}")))).await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(FixedSecrets)).unwrap();
    uploader.pause().await.unwrap();
    uploader.stop(Duration::ZERO).await;
    drop(uploader);

    let uploader = Uploader::open(folder.path(), Arc::new(FixedSecrets)).unwrap();
    assert!(uploader.is_paused());
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&server.base));
    let ids = uploader.enqueue(new_pictures(3)).await.unwrap();
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
    crate::harness::wait_for_event(&mut events, seen).await;
    for id in &ids {
        assert_eq!(state_of(&uploader, *id), JobState::Queued);
    }
    assert_eq!(server.requests.load(std::sync::atomic::Ordering::SeqCst), 0);
    uploader.resume().await.unwrap();
    assert_eq!(wait_for_batch(&mut events).await, ids);
}

#[tokio::test]
async fn an_unreachable_target_delays_no_other_target() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let away = Target {
        id: "away".into(),
        ..imgs_target(&format!("http://{}", listener.local_addr().unwrap()))
    };
    drop(listener);
    let server =
        FakeServer::start(|n| Behaviour::Answer(imgs_response(&format!("picture00{n}")))).await;
    let there = imgs_target(&server.base);
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(FixedSecrets)).unwrap();
    let mut events = uploader.events();
    let usual = Some(there.id.clone());
    uploader.set_targets(vec![away.clone(), there], usual);
    let to_away = UploadOptions {
        target: Some(away.id.clone()),
        ..UploadOptions::default()
    };
    // More than one round of the worker has.
    let waiting = uploader
        .enqueue_with(new_pictures(70), to_away)
        .await
        .unwrap();
    let ids = uploader.enqueue(new_pictures(5)).await.unwrap();
    assert_eq!(wait_for_batch(&mut events).await, ids);
    assert!(
        waiting
            .iter()
            .all(|id| !state_of(&uploader, *id).has_ended())
    );
}

#[tokio::test]
async fn results_come_in_the_order_of_the_request_whatever_is_done_first() {
    let first = Arc::new(Notify::new());
    let wait = first.clone();
    let server = FakeServer::start(move |n| match n {
        0 => Behaviour::AnswerWhen(wait.clone(), imgs_response("picture000")),
        n => Behaviour::Answer(imgs_response(&format!("picture00{n}"))),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = Uploader::open(folder.path(), Arc::new(FixedSecrets)).unwrap();
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&server.base));
    let ids = uploader.enqueue(new_pictures(6)).await.unwrap();
    let mut ended = std::collections::HashSet::new();
    crate::harness::wait_for_event(&mut events, |event| match event {
        uploader::Event::Job(job) if job.state.has_ended() => {
            ended.insert(job.id);
            (ended.len() == 5).then_some(())
        }
        _ => None,
    })
    .await;
    first.notify_one();
    assert_eq!(wait_for_batch(&mut events).await, ids);
}

/// The row of a picture whose first try ended like this.
async fn job_after_first_try(first: Behaviour, vitrine: bool) -> uploader::Job {
    let server = FakeServer::start(move |n| match n {
        0 => first.clone(),
        _ => {
            let name = if vitrine { "vitrine/0.1.0" } else { "nginx" };
            let links = imgs_response("a7xK9mPq2w");
            let named = format!("HTTP/1.1 200 OK\r\nserver: {name}\r\n");
            Behaviour::Answer(links.replacen("HTTP/1.1 200 OK\r\n", &named, 1))
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        backoff: uploader::Backoff {
            first_delay: Duration::from_millis(5),
            ..uploader::Backoff::default()
        },
        ..Settings::default()
    };
    let uploader = Uploader::open_with(folder.path(), Arc::new(FixedSecrets), settings).unwrap();
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&server.base));
    let id = uploader.enqueue(new_pictures(1)).await.unwrap()[0];
    wait_for_state(&mut events, id, |state| {
        matches!(state, JobState::Done { .. })
    })
    .await
}

#[tokio::test]
async fn an_unanswered_try_may_be_a_duplicate_unless_the_server_is_idempotent() {
    let busy = Behaviour::Answer(http_response("503 Service Unavailable", "", ""));
    let cut = Behaviour::Cut(10_000);
    assert!(job_after_first_try(cut.clone(), false).await.maybe_twice);
    assert!(!job_after_first_try(cut, true).await.maybe_twice);
    assert!(
        !job_after_first_try(busy, false).await.maybe_twice,
        "it was answered"
    );
}
