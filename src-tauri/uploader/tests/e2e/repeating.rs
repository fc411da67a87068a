//! The same picture twice: sent once, and the link given again.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use uploader::prepare::Convert;
use uploader::{Event, JobId, JobState, Preparation, Settings, Source, Target, Uploader, Wishes};

use crate::fake_server::{Manners, Server, answer, links_at};
use crate::harness::{Open, batch_done, news, png, state, target};

/// A server that counts uploads, and shows what was uploaded unless told to have lost it.
struct Shop {
    server: Server,
    uploads: Arc<AtomicUsize>,
    lost: Arc<AtomicBool>,
}

impl Shop {
    async fn open() -> Shop {
        let (uploads, lost) = (
            Arc::new(AtomicUsize::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        let (count, gone) = (uploads.clone(), lost.clone());
        let base = Arc::new(std::sync::OnceLock::<String>::new());
        let known = base.clone();
        let server = Server::hearing(move |_, head| {
            Manners::Answer(if head.starts_with("HEAD ") {
                match gone.load(Ordering::SeqCst) {
                    true => answer("404 Not Found", "", ""),
                    false => answer("200 OK", "", ""),
                }
            } else {
                let n = count.fetch_add(1, Ordering::SeqCst);
                links_at(known.get().unwrap(), &format!("picture00{n}"))
            })
        })
        .await;
        // The links lead back here.
        base.set(server.base.clone()).unwrap();
        Shop {
            server,
            uploads,
            lost,
        }
    }

    fn uploads(&self) -> usize {
        self.uploads.load(Ordering::SeqCst)
    }

    fn lose(&self) {
        self.lost.store(true, Ordering::SeqCst);
    }
}

fn open(folder: &Path, target: Target) -> Uploader {
    let uploader = Uploader::open_with(folder, Arc::new(Open), Settings::default()).unwrap();
    uploader.set_target(target);
    uploader
}

fn pasted(bytes: Vec<u8>) -> Vec<Source> {
    vec![Source::Bytes {
        name: "a.png".into(),
        bytes,
    }]
}

async fn sent(uploader: &Uploader, bytes: Vec<u8>) -> (JobId, JobState) {
    let mut events = uploader.events();
    let id = uploader.enqueue(pasted(bytes)).await.unwrap()[0];
    (id, ended(&mut events, id).await)
}

async fn ended(events: &mut tokio::sync::broadcast::Receiver<Event>, id: JobId) -> JobState {
    state(events, id, JobState::ended).await.state
}

fn original(state: &JobState) -> String {
    state.uploaded().unwrap().original.clone()
}

#[tokio::test]
async fn the_same_picture_is_sent_once_and_its_link_is_given_at_once() {
    let shop = Shop::open().await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open(folder.path(), target(&shop.server.base));
    let (_, first) = sent(&uploader, png(300, 300)).await;
    assert!(matches!(first, JobState::Done { .. }), "{first:?}");
    uploader.stop(Duration::from_secs(5)).await;
    drop(uploader);

    // Over a restart, too.
    let uploader = open(folder.path(), target(&shop.server.base));
    let mut events = uploader.events();
    let begun = Instant::now();
    let (id, second) = sent(&uploader, png(300, 300)).await;
    println!("the link was given again after {:?}", begun.elapsed());
    assert!(
        matches!(second, JobState::AlreadyUploaded { .. }),
        "{second:?}"
    );
    assert_eq!(original(&first), original(&second));
    // And it is asked for afterwards whether it is still there.
    state(&mut events, id, |state| {
        matches!(state, JobState::AlreadyUploaded { checked: true, .. })
    })
    .await;
    assert_eq!(shop.uploads(), 1);
}

#[tokio::test]
async fn twins_in_one_gesture_are_sent_once() {
    let shop = Shop::open().await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open(folder.path(), target(&shop.server.base));
    let mut events = uploader.events();
    let sources = (0..8).flat_map(|_| pasted(png(200, 200))).collect();
    let ids = uploader.enqueue(sources).await.unwrap();
    assert_eq!(batch_done(&mut events).await, ids);
    let mut links: Vec<_> = ids
        .iter()
        .map(|id| original(&uploader.job(*id).unwrap().unwrap().state))
        .collect();
    links.dedup();
    assert_eq!((links.len(), shop.uploads()), (1, 1));
}

#[tokio::test]
async fn the_user_may_want_it_there_twice() {
    let mut shop = Shop::open().await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open(folder.path(), target(&shop.server.base));
    let (_, first) = sent(&uploader, png(20, 20)).await;
    let (id, second) = sent(&uploader, png(20, 20)).await;
    assert_eq!(original(&first), original(&second));
    let mut events = uploader.events();
    uploader.upload_again(id).await.unwrap();
    let again = state(&mut events, id, |state| {
        matches!(state, JobState::Done { .. })
    })
    .await;
    assert_ne!(original(&first), original(&again.state));
    let mut keys = Vec::new();
    while keys.len() < 2 {
        let heard = shop.server.heard.recv().await.unwrap();
        keys.extend(heard.header("idempotency-key").map(str::to_owned));
    }
    assert_ne!(keys[0], keys[1], "it is no repetition");
}

#[tokio::test]
async fn a_picture_that_was_deleted_elsewhere_goes_up_again_in_the_background() {
    let shop = Shop::open().await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open(folder.path(), target(&shop.server.base));
    let (_, first) = sent(&uploader, png(20, 20)).await;
    shop.lose();
    let mut events = uploader.events();
    let (id, second) = sent(&uploader, png(20, 20)).await;
    assert_eq!(
        original(&first),
        original(&second),
        "nobody waits for the answer"
    );
    let third = state(&mut events, id, |state| {
        matches!(state, JobState::Done { .. })
    })
    .await;
    assert_ne!(original(&first), original(&third.state));
    let last = news(&mut events, |event| match event {
        Event::BatchDone { jobs, .. } => Some(jobs),
        _ => None,
    });
    assert_eq!(last.await, [id], "its new link is news");
    assert_eq!(shop.uploads(), 2);
}

#[tokio::test]
async fn on_this_computer_a_dead_link_is_never_given() {
    let shop = Shop::open().await;
    let folder = tempfile::tempdir().unwrap();
    let here = Target {
        here: true,
        ..target(&shop.server.base)
    };
    let uploader = open(folder.path(), here);
    let (_, first) = sent(&uploader, png(20, 20)).await;
    let (_, second) = sent(&uploader, png(20, 20)).await;
    let checked = matches!(second, JobState::AlreadyUploaded { checked: true, .. });
    assert!(checked, "{second:?}");
    shop.lose();
    let (_, third) = sent(&uploader, png(20, 20)).await;
    assert!(matches!(third, JobState::Done { .. }), "{third:?}");
    assert_ne!(original(&first), original(&third));
}

#[tokio::test]
async fn prepared_otherwise_it_is_another_picture() {
    let mut shop = Shop::open().await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open(folder.path(), target(&shop.server.base));
    sent(&uploader, png(400, 40)).await;
    let mut events = uploader.events();
    let wishes = Wishes {
        prepare: Some(Preparation {
            longest: Some(100),
            convert: Some(Convert::Webp),
            name: Some("{name}-{counter}-{w}".to_owned().try_into().unwrap()),
            ..Preparation::default()
        }),
        ..Wishes::default()
    };
    let id = uploader
        .enqueue_with(pasted(png(400, 40)), wishes)
        .await
        .unwrap()[0];
    let ended = ended(&mut events, id).await;
    assert!(matches!(ended, JobState::Done { .. }), "{ended:?}");
    let job = uploader.job(id).unwrap().unwrap();
    assert_eq!(job.shown(), ("a-1-100.webp", 100, 10));
    shop.server.heard.recv().await.unwrap();
    let heard = shop.server.heard.recv().await.unwrap();
    let sent = image::load_from_memory_with_format(heard.picture(), image::ImageFormat::WebP);
    assert_eq!(sent.unwrap().width(), 100);
}

#[tokio::test]
async fn what_was_too_large_is_sent_smaller_when_the_user_wants_that() {
    let folder = tempfile::tempdir().unwrap();
    let requests = Arc::new(AtomicUsize::new(0));
    let count = requests.clone();
    let server = Server::hearing(move |_, _| {
        Manners::Answer(match count.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => answer("413 Content Too Large", "", ""),
            _ => links_at("http://127.0.0.1:1", "picture000"),
        })
    })
    .await;
    let uploader = open(folder.path(), target(&server.base));
    let (id, refused) = sent(&uploader, png(2600, 20)).await;
    assert!(matches!(refused, JobState::Failed { .. }), "{refused:?}");
    for side in [2400, 1200] {
        let mut events = uploader.events();
        uploader.send_smaller(id).await.unwrap();
        ended(&mut events, id).await;
        let job = uploader.job(id).unwrap().unwrap();
        assert_eq!(job.shown().1, side, "{:?}", job.state);
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
async fn what_a_picture_shows_is_kept_with_its_row_over_a_restart_until_it_is_taken_back() {
    let shop = Shop::open().await;
    let folder = tempfile::tempdir().unwrap();
    let uploader = open(folder.path(), target(&shop.server.base));
    let (id, _) = sent(&uploader, png(8, 8)).await;
    let mut events = uploader.events();
    uploader
        .set_alt(id, "  A cat,\n asleep\u{0} ")
        .await
        .unwrap();
    let told = state(&mut events, id, JobState::ended).await;
    assert_eq!(told.alt.as_deref(), Some("A cat, asleep"));
    uploader.stop(Duration::from_secs(5)).await;
    drop(uploader);

    let uploader = open(folder.path(), target(&shop.server.base));
    let alt = || uploader.job(id).unwrap().unwrap().alt;
    assert_eq!(alt().as_deref(), Some("A cat, asleep"));
    uploader.set_alt(id, "\n ").await.unwrap();
    assert_eq!(alt(), None);
}
