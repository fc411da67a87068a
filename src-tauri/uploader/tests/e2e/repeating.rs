//! The same picture twice: sent once, and the link given again.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use uploader::prepare::ConversionFormat;
use uploader::{
    Event, JobId, JobState, Preparation, Settings, Source, Target, UploadOptions, Uploader,
};

use crate::fake_server::{Behaviour, FakeServer, http_response, imgs_response_at};
use crate::harness::{
    FixedSecrets, imgs_target, png, wait_for_batch, wait_for_event, wait_for_state,
};

/// A server that counts uploads, and shows what was uploaded unless told to have lost it.
struct CountingServer {
    server: FakeServer,
    uploads: Arc<AtomicUsize>,
    is_missing: Arc<AtomicBool>,
}

impl CountingServer {
    async fn start() -> CountingServer {
        let (uploads, lost) = (
            Arc::new(AtomicUsize::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        let (count, gone) = (uploads.clone(), lost.clone());
        let base = Arc::new(std::sync::OnceLock::<String>::new());
        let known = base.clone();
        let server = FakeServer::start_with_head(move |_, head| {
            Behaviour::Answer(if head.starts_with("HEAD ") {
                match gone.load(Ordering::SeqCst) {
                    true => http_response("404 Not Found", "", ""),
                    false => http_response("200 OK", "", ""),
                }
            } else {
                let n = count.fetch_add(1, Ordering::SeqCst);
                imgs_response_at(known.get().unwrap(), &format!("picture00{n}"))
            })
        })
        .await;
        // The links lead back here.
        base.set(server.base.clone()).unwrap();
        CountingServer {
            server,
            uploads,
            is_missing: lost,
        }
    }

    fn upload_count(&self) -> usize {
        self.uploads.load(Ordering::SeqCst)
    }

    fn mark_missing(&self) {
        self.is_missing.store(true, Ordering::SeqCst);
    }
}

fn open_uploader(folder: &Path, target: Target) -> Uploader {
    let uploader =
        Uploader::open_with(folder, Arc::new(FixedSecrets), Settings::default()).unwrap();
    uploader.set_target(target);
    uploader
}

fn pasted_source(bytes: Vec<u8>) -> Vec<Source> {
    vec![Source::Bytes {
        name: "a.png".into(),
        bytes,
    }]
}

async fn upload_and_wait(uploader: &Uploader, bytes: Vec<u8>) -> (JobId, JobState) {
    let mut events = uploader.events();
    let id = uploader.enqueue(pasted_source(bytes)).await.unwrap()[0];
    (id, wait_until_ended(&mut events, id).await)
}

async fn wait_until_ended(
    events: &mut tokio::sync::broadcast::Receiver<Event>,
    id: JobId,
) -> JobState {
    wait_for_state(events, id, JobState::has_ended).await.state
}

fn original_link(state: &JobState) -> String {
    state.upload_result().unwrap().original.clone()
}

#[tokio::test]
async fn the_same_picture_is_sent_once_and_its_link_is_given_at_once() {
    let shop = CountingServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open_uploader(folder.path(), imgs_target(&shop.server.base));
    let (_, first) = upload_and_wait(&uploader, png(300, 300)).await;
    assert!(matches!(first, JobState::Done { .. }), "{first:?}");
    uploader.stop(Duration::from_secs(5)).await;
    drop(uploader);

    // Over a restart, too.
    let uploader = open_uploader(folder.path(), imgs_target(&shop.server.base));
    let mut events = uploader.events();
    let begun = Instant::now();
    let (id, second) = upload_and_wait(&uploader, png(300, 300)).await;
    println!("the link was given again after {:?}", begun.elapsed());
    assert!(
        matches!(second, JobState::AlreadyUploaded { .. }),
        "{second:?}"
    );
    assert_eq!(original_link(&first), original_link(&second));
    // And it is asked for afterwards whether it is still there.
    wait_for_state(&mut events, id, |state| {
        matches!(state, JobState::AlreadyUploaded { checked: true, .. })
    })
    .await;
    assert_eq!(shop.upload_count(), 1);
}

#[tokio::test]
async fn duplicates_in_one_batch_are_uploaded_once() {
    let shop = CountingServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open_uploader(folder.path(), imgs_target(&shop.server.base));
    let mut events = uploader.events();
    let sources = (0..8).flat_map(|_| pasted_source(png(200, 200))).collect();
    let ids = uploader.enqueue(sources).await.unwrap();
    assert_eq!(wait_for_batch(&mut events).await, ids);
    let mut links: Vec<_> = ids
        .iter()
        .map(|id| original_link(&uploader.job(*id).unwrap().unwrap().state))
        .collect();
    links.dedup();
    assert_eq!((links.len(), shop.upload_count()), (1, 1));
}

#[tokio::test]
async fn a_duplicate_can_be_uploaded_on_request() {
    let mut shop = CountingServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open_uploader(folder.path(), imgs_target(&shop.server.base));
    let (_, first) = upload_and_wait(&uploader, png(20, 20)).await;
    let (id, second) = upload_and_wait(&uploader, png(20, 20)).await;
    assert_eq!(original_link(&first), original_link(&second));
    let mut events = uploader.events();
    uploader.upload_again(id).await.unwrap();
    let again = wait_for_state(&mut events, id, |state| {
        matches!(state, JobState::Done { .. })
    })
    .await;
    assert_ne!(original_link(&first), original_link(&again.state));
    let mut keys = Vec::new();
    while keys.len() < 2 {
        let heard = shop.server.received.recv().await.unwrap();
        keys.extend(heard.header("idempotency-key").map(str::to_owned));
    }
    assert_ne!(keys[0], keys[1], "it is no repetition");
}

#[tokio::test]
async fn a_picture_that_was_deleted_elsewhere_goes_up_again_in_the_background() {
    let shop = CountingServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open_uploader(folder.path(), imgs_target(&shop.server.base));
    let (_, first) = upload_and_wait(&uploader, png(20, 20)).await;
    shop.mark_missing();
    let mut events = uploader.events();
    let (id, second) = upload_and_wait(&uploader, png(20, 20)).await;
    assert_eq!(
        original_link(&first),
        original_link(&second),
        "nobody waits for the answer"
    );
    let third = wait_for_state(&mut events, id, |state| {
        matches!(state, JobState::Done { .. })
    })
    .await;
    assert_ne!(original_link(&first), original_link(&third.state));
    let last = wait_for_event(&mut events, |event| match event {
        Event::BatchDone { jobs, .. } => Some(jobs),
        _ => None,
    });
    assert_eq!(last.await, [id], "its new link is news");
    assert_eq!(shop.upload_count(), 2);
}

#[tokio::test]
async fn a_dead_local_link_is_never_reused() {
    let shop = CountingServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let here = Target {
        here: true,
        ..imgs_target(&shop.server.base)
    };
    let uploader = open_uploader(folder.path(), here);
    let (_, first) = upload_and_wait(&uploader, png(20, 20)).await;
    let (_, second) = upload_and_wait(&uploader, png(20, 20)).await;
    let checked = matches!(second, JobState::AlreadyUploaded { checked: true, .. });
    assert!(checked, "{second:?}");
    shop.mark_missing();
    let (_, third) = upload_and_wait(&uploader, png(20, 20)).await;
    assert!(matches!(third, JobState::Done { .. }), "{third:?}");
    assert_ne!(original_link(&first), original_link(&third));
}

#[tokio::test]
async fn a_different_preparation_is_a_different_upload() {
    let mut shop = CountingServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open_uploader(folder.path(), imgs_target(&shop.server.base));
    upload_and_wait(&uploader, png(400, 40)).await;
    let mut events = uploader.events();
    let wishes = UploadOptions {
        prepare: Some(Preparation {
            longest: Some(100),
            convert: Some(ConversionFormat::Webp),
            name: Some("{name}-{counter}-{w}".to_owned().try_into().unwrap()),
            ..Preparation::default()
        }),
        ..UploadOptions::default()
    };
    let id = uploader
        .enqueue_with(pasted_source(png(400, 40)), wishes)
        .await
        .unwrap()[0];
    let ended = wait_until_ended(&mut events, id).await;
    assert!(matches!(ended, JobState::Done { .. }), "{ended:?}");
    let job = uploader.job(id).unwrap().unwrap();
    assert_eq!(job.name_and_size(), ("a-1-100.webp", 100, 10));
    shop.server.received.recv().await.unwrap();
    let heard = shop.server.received.recv().await.unwrap();
    let sent = image::load_from_memory_with_format(heard.picture(), image::ImageFormat::WebP);
    assert_eq!(sent.unwrap().width(), 100);
}

#[tokio::test]
async fn a_too_large_picture_is_sent_smaller_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let requests = Arc::new(AtomicUsize::new(0));
    let count = requests.clone();
    let server = FakeServer::start_with_head(move |_, _| {
        Behaviour::Answer(match count.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => http_response("413 Content Too Large", "", ""),
            _ => imgs_response_at("http://127.0.0.1:1", "picture000"),
        })
    })
    .await;
    let uploader = open_uploader(folder.path(), imgs_target(&server.base));
    let (id, refused) = upload_and_wait(&uploader, png(2600, 20)).await;
    assert!(matches!(refused, JobState::Failed { .. }), "{refused:?}");
    for side in [2400, 1200] {
        let mut events = uploader.events();
        uploader.send_smaller(id).await.unwrap();
        wait_until_ended(&mut events, id).await;
        let job = uploader.job(id).unwrap().unwrap();
        assert_eq!(job.name_and_size().1, side, "{:?}", job.state);
    }
    let job = uploader.job(id).unwrap().unwrap();
    assert!(
        matches!(job.state, JobState::Done { .. }),
        "{:?}",
        job.state
    );

    // It is for that refusal only.
    uploader.send_smaller(id).await.unwrap();
    assert_eq!(requests.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn alt_text_survives_a_restart_until_it_is_removed() {
    let shop = CountingServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open_uploader(folder.path(), imgs_target(&shop.server.base));
    let (id, _) = upload_and_wait(&uploader, png(8, 8)).await;
    let mut events = uploader.events();
    uploader
        .set_alt(id, "  A cat,\n asleep\u{0} ")
        .await
        .unwrap();
    let told = wait_for_state(&mut events, id, JobState::has_ended).await;
    assert_eq!(told.alt.as_deref(), Some("A cat, asleep"));
    uploader.stop(Duration::from_secs(5)).await;
    drop(uploader);

    let uploader = open_uploader(folder.path(), imgs_target(&shop.server.base));
    let alt = || uploader.job(id).unwrap().unwrap().alt;
    assert_eq!(alt().as_deref(), Some("A cat, asleep"));
    uploader.set_alt(id, "\n ").await.unwrap();
    assert_eq!(alt(), None);
}
