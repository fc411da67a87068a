//! Many pictures, over time, through whatever happens.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use uploader::{
    Backoff, Event, Failure, JobState, Secrets, SecretsError, Settings, Source, Uploader,
    WaitReason,
};

use crate::fake_server::{Behaviour, FakeServer, http_response, imgs_response};
use crate::harness::{
    FixedSecrets, KEY, imgs_target, png, wait_for_batch, wait_for_event, wait_for_state, write_file,
};

/// Tried again at once, or not before the test is over.
fn settings_with_delay(first: Duration) -> Settings {
    Settings {
        backoff: Backoff {
            first_delay: first,
            max_delay: first,
            max_attempts: 8,
            max_fetch_attempts: 2,
        },
        ..Settings::default()
    }
}

const AT_ONCE: Duration = Duration::from_millis(5);
const MUCH_LATER: Duration = Duration::from_secs(3600);

fn open_uploader(folder: &Path, settings: Settings) -> Uploader {
    Uploader::open_with(folder, Arc::new(FixedSecrets), settings).unwrap()
}

fn is_done(state: &JobState) -> bool {
    matches!(state, JobState::Done { .. })
}

#[tokio::test]
async fn a_batch_ends_in_the_order_of_the_gesture_and_bad_files_stop_no_other() {
    let server =
        FakeServer::start(|n| Behaviour::Answer(imgs_response(&format!("picture00{n}")))).await;
    let (folder, dropped) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let uploader = open_uploader(folder.path(), Settings::default());
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&server.base));
    let sources = vec![
        Source::File(write_file(dropped.path(), "größe ü.png", &png(300, 300))),
        Source::File(write_file(dropped.path(), "text.jpg", b"words")),
        Source::File(dropped.path().to_owned()),
        Source::File(write_file(dropped.path(), "small.png", &png(2, 2))),
        Source::File(write_file(dropped.path(), "empty.gif", b"")),
        Source::Bytes {
            name: "pasted".into(),
            bytes: png(5, 4),
        },
    ];
    let ids = uploader.enqueue(sources).await.unwrap();
    assert_eq!(uploader.jobs(10, None).unwrap().len(), 6);
    assert_eq!(wait_for_batch(&mut events).await, ids);
    let jobs: Vec<_> = ids
        .iter()
        .map(|id| uploader.job(*id).unwrap().unwrap())
        .collect();
    let codes: Vec<_> = jobs
        .iter()
        .map(|job| match &job.state {
            JobState::Done { .. } => "done",
            JobState::Failed { failure } => failure.code(),
            _ => "not over",
        })
        .collect();
    assert_eq!(
        codes,
        [
            "done",
            "not_a_picture",
            "is_a_folder",
            "done",
            "empty_file",
            "done"
        ]
    );
    assert_eq!(
        (jobs[5].name.as_str(), jobs[5].width, jobs[5].height),
        ("pasted.png", Some(5), Some(4))
    );
}

#[tokio::test]
async fn a_dropped_file_is_sent_even_if_it_is_deleted_meanwhile() {
    let mut server = FakeServer::start(|_| Behaviour::Answer(imgs_response("a7xK9mPq2w"))).await;
    let (folder, dropped) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let uploader = open_uploader(folder.path(), Settings::default());
    let mut events = uploader.events();
    let (path, bytes) = (dropped.path().join("shot.png"), png(40, 40));
    std::fs::write(&path, &bytes).unwrap();
    let id = uploader
        .enqueue(vec![Source::File(path.clone())])
        .await
        .unwrap()[0];
    // No target yet: it waits, and its bytes are kept.
    wait_for_state(&mut events, id, |state| {
        *state
            == JobState::Waiting {
                on: WaitReason::Server,
            }
    })
    .await;
    std::fs::write(&path, png(9, 9)).unwrap();
    std::fs::remove_file(&path).unwrap();
    uploader.set_target(imgs_target(&server.base));
    wait_for_state(&mut events, id, is_done).await;
    let heard = server.received.recv().await.unwrap();
    assert!(heard.body.windows(bytes.len()).any(|part| part == bytes));
}

#[tokio::test]
async fn a_done_job_keeps_its_thumbnail_and_no_copy() {
    let server = FakeServer::start(|_| Behaviour::Answer(imgs_response("a7xK9mPq2w"))).await;
    let (folder, dropped) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let uploader = open_uploader(folder.path(), Settings::default());
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&server.base));
    let source = Source::File(write_file(dropped.path(), "a.png", &png(500, 250)));
    let id = uploader.enqueue(vec![source]).await.unwrap()[0];
    wait_for_event(&mut events, |event| match event {
        Event::Job(job) if is_done(&job.state) && job.has_thumbnail => Some(()),
        _ => None,
    })
    .await;
    let thumbnail =
        image::load_from_memory(&std::fs::read(uploader.thumbnail(id).unwrap()).unwrap()).unwrap();
    assert_eq!((thumbnail.width(), thumbnail.height()), (224, 112));
    uploader.stop(Duration::from_secs(5)).await;
    assert_eq!(
        std::fs::read_dir(folder.path().join("spool"))
            .unwrap()
            .count(),
        0
    );
    let uploader = open_uploader(folder.path(), Settings::default());
    uploader.forget(id).await.unwrap();
    assert_eq!(uploader.job(id).unwrap(), None);
    assert_eq!(
        std::fs::read_dir(folder.path().join("thumbnails"))
            .unwrap()
            .count(),
        0
    );
}

#[tokio::test]
async fn a_busy_server_is_retried_automatically() {
    let mut server = FakeServer::start(|n| {
        Behaviour::Answer(match n {
            0 | 1 => http_response("503 Service Unavailable", "retry-after: 0\r\n", ""),
            2 => "garbage".into(),
            _ => imgs_response("a7xK9mPq2w"),
        })
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open_uploader(folder.path(), settings_with_delay(AT_ONCE));
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&server.base));
    let source = Source::Bytes {
        name: "a.png".into(),
        bytes: png(4, 4),
    };
    let id = uploader.enqueue(vec![source]).await.unwrap()[0];
    wait_for_state(&mut events, id, |state| {
        matches!(state, JobState::Offline { .. })
    })
    .await;
    // The third answer is nothing that may pass.
    wait_for_state(&mut events, id, |state| {
        matches!(state, JobState::Failed { .. })
    })
    .await;
    uploader.retry(id).await.unwrap();
    wait_for_state(&mut events, id, is_done).await;
    let mut keys = Vec::new();
    for _ in 0..4 {
        keys.push(
            server
                .received
                .recv()
                .await
                .unwrap()
                .header("idempotency-key")
                .unwrap()
                .to_owned(),
        );
    }
    keys.dedup();
    assert_eq!(keys.len(), 1, "each try is the same upload");
}

#[tokio::test]
async fn all_pictures_are_sent_when_an_unreachable_server_returns() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let away = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let folder = tempfile::tempdir().unwrap();
    let uploader = open_uploader(folder.path(), settings_with_delay(MUCH_LATER));
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&away));
    let sources = (1..=8)
        .map(|n| Source::Bytes {
            name: format!("{n}.png"),
            bytes: png(n, n),
        })
        .collect();
    let ids = uploader.enqueue(sources).await.unwrap();
    wait_for_event(&mut events, |event| match event {
        Event::Job(job) => matches!(
            job.state,
            JobState::Offline {
                failure: Failure::Unreachable { .. },
                ..
            }
        )
        .then_some(()),
        _ => None,
    })
    .await;
    let server =
        FakeServer::start(|n| Behaviour::Answer(imgs_response(&format!("picture00{n}")))).await;
    uploader.set_target(imgs_target(&server.base));
    assert_eq!(wait_for_batch(&mut events).await, ids);
    assert!(
        ids.iter()
            .all(|id| is_done(&uploader.job(*id).unwrap().unwrap().state))
    );
}

#[tokio::test]
async fn a_refused_key_waits_for_the_user() {
    let server = FakeServer::start(|n| {
        Behaviour::Answer(if n == 0 {
            http_response("401 Unauthorized", "", "")
        } else {
            imgs_response("a7xK9mPq2w")
        })
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open_uploader(folder.path(), settings_with_delay(AT_ONCE));
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&server.base));
    let sources = ["a", "b"].map(|name| Source::Bytes {
        name: name.into(),
        bytes: png(4, 4),
    });
    let ids = uploader.enqueue(sources.into()).await.unwrap();
    assert_eq!(wait_for_batch(&mut events).await, ids);
    let failed: Vec<_> = uploader
        .jobs(9, None)
        .unwrap()
        .into_iter()
        .filter(|job| !is_done(&job.state))
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(
        failed[0].state,
        JobState::Failed {
            failure: Failure::Unauthorised
        }
    );
    // The others' links have been handed out, so the second try is a batch of its own.
    uploader.retry(failed[0].id).await.unwrap();
    assert_eq!(wait_for_batch(&mut events).await, [failed[0].id]);
}

/// A keychain that is locked until somebody unlocks it.
struct LockableKeychain(AtomicBool);

impl Secrets for LockableKeychain {
    fn get(&self, _: &str) -> Result<Option<String>, SecretsError> {
        if self.0.load(Ordering::SeqCst) {
            Ok(Some(KEY.into()))
        } else {
            Err(SecretsError::Locked)
        }
    }
}

#[tokio::test]
async fn jobs_wait_for_the_keychain_and_go_on_when_it_is_unlocked() {
    let server = FakeServer::start(|_| Behaviour::Answer(imgs_response("a7xK9mPq2w"))).await;
    let folder = tempfile::tempdir().unwrap();
    let keychain = Arc::new(LockableKeychain(AtomicBool::new(false)));
    let uploader = Uploader::open(folder.path(), keychain.clone()).unwrap();
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&server.base));
    let source = Source::Bytes {
        name: "a.png".into(),
        bytes: png(4, 4),
    };
    let id = uploader.enqueue(vec![source]).await.unwrap()[0];
    wait_for_state(&mut events, id, |state| {
        *state
            == JobState::Waiting {
                on: WaitReason::Keychain,
            }
    })
    .await;
    keychain.0.store(true, Ordering::SeqCst);
    uploader.wake();
    wait_for_state(&mut events, id, is_done).await;
}

/// A keychain that shows a prompt which nobody answers.
struct PromptingKeychain(std::sync::Mutex<std::sync::mpsc::Receiver<()>>);

impl Secrets for PromptingKeychain {
    fn get(&self, _: &str) -> Result<Option<String>, SecretsError> {
        self.0
            .lock()
            .unwrap()
            .recv()
            .map_err(|_| SecretsError::Locked)
            .map(|()| Some(KEY.into()))
    }
}

#[tokio::test]
async fn an_unanswered_keychain_prompt_delays_only_uploads() {
    let server = FakeServer::start(|_| Behaviour::Answer(imgs_response("a7xK9mPq2w"))).await;
    let folder = tempfile::tempdir().unwrap();
    let (answer_prompt, prompt) = std::sync::mpsc::channel();
    let uploader =
        Uploader::open(folder.path(), Arc::new(PromptingKeychain(prompt.into()))).unwrap();
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&server.base));
    let source = || Source::Bytes {
        name: "a.png".into(),
        bytes: png(4, 4),
    };
    let first = uploader.enqueue(vec![source()]).await.unwrap()[0];
    wait_for_state(&mut events, first, |state| {
        *state
            == JobState::Waiting {
                on: WaitReason::Keychain,
            }
    })
    .await;
    let text = Source::Bytes {
        name: "b.png".into(),
        bytes: b"words".into(),
    };
    let second = uploader.enqueue(vec![text]).await.unwrap()[0];
    wait_for_state(&mut events, second, |state| {
        matches!(state, JobState::Failed { .. })
    })
    .await;
    answer_prompt.send(()).unwrap();
    wait_for_state(&mut events, first, is_done).await;
}

#[tokio::test]
async fn stopping_keeps_what_is_under_way_for_the_next_start() {
    let mut slow =
        FakeServer::start(|_| Behaviour::AnswerWhen(Arc::new(Notify::new()), String::new())).await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open_uploader(folder.path(), Settings::default());
    uploader.set_target(imgs_target(&slow.base));
    let source = Source::Bytes {
        name: "a.png".into(),
        bytes: png(4, 4),
    };
    let id = uploader.enqueue(vec![source]).await.unwrap()[0];
    let first = slow.received.recv().await.unwrap();
    uploader.stop(Duration::ZERO).await;
    drop(uploader);

    let mut server = FakeServer::start(|_| Behaviour::Answer(imgs_response("a7xK9mPq2w"))).await;
    let uploader = open_uploader(folder.path(), Settings::default());
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&server.base));
    wait_for_state(&mut events, id, is_done).await;
    let second = server.received.recv().await.unwrap();
    assert_eq!(
        first.header("idempotency-key"),
        second.header("idempotency-key")
    );
    assert_eq!(uploader.jobs(9, None).unwrap().len(), 1);
}

#[tokio::test]
async fn forgetting_a_job_aborts_it_and_its_batch_continues() {
    let mut server = FakeServer::start(|n| match n {
        0 => Behaviour::Stall(10),
        _ => Behaviour::Answer(imgs_response("a7xK9mPq2w")),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open_uploader(
        folder.path(),
        Settings {
            parallel_uploads: 1,
            ..Settings::default()
        },
    );
    let mut events = uploader.events();
    uploader.set_target(imgs_target(&server.base));
    let sources = ["a", "b"].map(|name| Source::Bytes {
        name: name.into(),
        bytes: png(4, 4),
    });
    let ids = uploader.enqueue(sources.into()).await.unwrap();
    server.received.recv().await.unwrap();
    let stuck = wait_for_event(&mut events, |event| match event {
        Event::Job(job) if matches!(job.state, JobState::Sending { .. }) => Some(job.id),
        _ => None,
    })
    .await;
    uploader.forget(stuck).await.unwrap();
    let left: Vec<_> = ids.into_iter().filter(|id| *id != stuck).collect();
    assert_eq!(wait_for_batch(&mut events).await, left);
}

/// Not a test of its own: what the next one kills. It opens the folder that the environment names and sends.
#[tokio::test]
async fn the_one_that_is_killed() {
    let (Ok(folder), Ok(base)) = (std::env::var("STORY_FOLDER"), std::env::var("STORY_BASE"))
    else {
        return;
    };
    let uploader = open_uploader(Path::new(&folder), Settings::default());
    uploader.set_target(imgs_target(&base));
    let sources = (0..5)
        .map(|n| Source::Bytes {
            name: format!("{n}.png"),
            bytes: png(700, 700 + n),
        })
        .collect();
    uploader.enqueue(sources).await.unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_process_killed_in_the_middle_of_sending_loses_nothing_and_doubles_nothing() {
    let mut half = FakeServer::start(|_| Behaviour::Stall(100_000)).await;
    let folder = tempfile::tempdir().unwrap();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "queueing::the_one_that_is_killed", "--nocapture"])
        .env("STORY_FOLDER", folder.path())
        .env("STORY_BASE", &half.base)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut started = Vec::new();
    for _ in 0..3 {
        started.push(
            half.received
                .recv()
                .await
                .unwrap()
                .header("idempotency-key")
                .unwrap()
                .to_owned(),
        );
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let mut server =
        FakeServer::start(|n| Behaviour::Answer(imgs_response(&format!("picture00{n}")))).await;
    let uploader = open_uploader(folder.path(), Settings::default());
    let mut events = uploader.events();
    assert_eq!(uploader.jobs(9, None).unwrap().len(), 5);
    uploader.set_target(imgs_target(&server.base));
    assert_eq!(wait_for_batch(&mut events).await.len(), 5);
    let mut keys = Vec::new();
    for _ in 0..5 {
        keys.push(
            server
                .received
                .recv()
                .await
                .unwrap()
                .header("idempotency-key")
                .unwrap()
                .to_owned(),
        );
    }
    assert!(
        started.iter().all(|key| keys.contains(key)),
        "{started:?} {keys:?}"
    );
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 5);
    assert!(server.received.try_recv().is_err());
}

#[tokio::test]
async fn killed_after_any_of_its_uploads_each_is_there_once_under_its_key() {
    for moment in 1..=5 {
        let mut server =
            FakeServer::start(|n| Behaviour::Answer(imgs_response(&format!("picture00{n}")))).await;
        let folder = tempfile::tempdir().unwrap();
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "queueing::the_one_that_is_killed", "--nocapture"])
            .env("STORY_FOLDER", folder.path())
            .env("STORY_BASE", &server.base)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut keys = Vec::new();
        let key = |heard: crate::fake_server::ReceivedRequest| {
            heard.header("idempotency-key").map(str::to_owned)
        };
        for _ in 0..moment {
            keys.extend(key(server.received.recv().await.unwrap()));
        }
        child.kill().unwrap();
        child.wait().unwrap();

        let uploader = open_uploader(folder.path(), Settings::default());
        let mut events = uploader.events();
        let jobs = uploader.jobs(9, None).unwrap();
        assert_eq!(jobs.len(), 5, "moment {moment}");
        uploader.set_target(imgs_target(&server.base));
        for job in jobs.iter().filter(|job| !job.state.has_ended()) {
            // Some may end before the next is waited for.
            if !uploader.job(job.id).unwrap().unwrap().state.has_ended() {
                wait_for_state(&mut events, job.id, JobState::has_ended).await;
            }
        }
        while let Ok(heard) = server.received.try_recv() {
            keys.extend(key(heard));
        }
        keys.sort();
        keys.dedup();
        assert_eq!(
            keys.len(),
            5,
            "moment {moment}: what is sent again is the same upload"
        );
        let all = uploader.jobs(9, None).unwrap();
        assert!(
            all.iter().all(|job| is_done(&job.state)),
            "moment {moment}: {all:?}"
        );
    }
}
