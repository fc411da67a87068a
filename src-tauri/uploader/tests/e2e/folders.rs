//! What watched folders are asked to do with what appears in them.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use uploader::prepare::Convert;
use uploader::watch::{Afterwards, Folder, FolderState, Mode};
use uploader::{Event, Failure, JobState, Preparation, Source};

use crate::fake_server::{Manners, Server, links};
use crate::harness::{file, news, png, state};
use crate::watch_fixture::{World, asks, open, waits_for_the_file, watched};

#[tokio::test]
async fn folders_inside_are_watched_where_that_is_wished_for() {
    for deep in [true, false] {
        let mut world = World::new(|_| (), |folder| Folder { deep, ..folder }).await;
        let inner = world.path("a").join("b");
        fs::create_dir_all(&inner).unwrap();
        file(&inner, "inner.png", &png(12, 13));
        if deep {
            world.job("inner.png", |job| job.state.ended()).await;
            // Its folder is watched from now on.
            file(&inner, "later.png", &png(12, 14));
            world.job("later.png", |job| job.state.ended()).await;
        }
        world.nothing_but(if deep { 2 } else { 0 }).await;
    }
}

#[tokio::test]
async fn only_what_is_meant_is_taken() {
    let patterns = vec!["*.png".to_owned()];
    let mut world = World::new(|_| (), |folder| Folder { patterns, ..folder }).await;
    file(world.folder.path(), "other.gif", &png(20, 21));
    file(
        world.folder.path(),
        "text.png",
        b"words that are no picture, and quite enough of them to tell",
    );
    world.nothing_but(0).await;
}

#[tokio::test]
async fn a_picture_of_a_kind_that_cannot_be_sent_is_told_of() {
    let mut world = World::plain().await;
    let heic = [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), &[0; 100]].concat();
    file(world.folder.path(), "phone.heic", &heic);
    let job = world.job("phone.heic", |job| job.state.ended()).await;
    let unsupported = matches!(
        &job.state,
        JobState::Failed {
            failure: Failure::UnsupportedFormat { .. }
        }
    );
    assert!(unsupported, "{job:?}");
}

#[tokio::test]
async fn what_is_made_here_is_never_picked_up_again() {
    let prepare = Some(Preparation {
        convert: Some(Convert::Webp),
        ..Preparation::default()
    });
    let afterwards = Afterwards::Move("Sent".into());
    let change = |folder| Folder {
        prepare,
        afterwards,
        deep: true,
        ..folder
    };
    let mut world = World::new(|_| (), change).await;
    file(world.folder.path(), "a.png", &png(50, 50));
    let job = world.job("a.png", |job| job.state.ended()).await;
    let sent = world.uploaded().await;
    // By path: it has been moved inside the folder, which its row knows.
    let moved = Some(world.path("Sent").join("a.png"));
    while world.uploader.file(job.id).unwrap() != moved {
        tokio::task::yield_now().await;
    }
    // By hash: somebody has downloaded what was made of it.
    file(world.folder.path(), "downloaded.webp", &sent);
    world.nothing_but(1).await;
    assert!(!world.path("a.png").exists());
}

#[tokio::test]
async fn a_file_that_was_written_to_after_it_was_sent_stays_where_it_is() {
    let change = |folder| Folder {
        mode: Mode::Ask,
        afterwards: Afterwards::Move("Sent".into()),
        ..folder
    };
    let mut world = World::new(|_| (), change).await;
    let path = file(world.folder.path(), "a.png", &png(50, 50));
    let job = world.job("a.png", asks).await;
    // What the user has seen is what is sent, whatever has become of the file.
    fs::write(
        &path,
        b"notes on it, which nobody else has, and which are no picture at all",
    )
    .unwrap();
    world.uploader.release(job.id).await.unwrap();
    state(&mut world.events, job.id, JobState::ended).await;
    assert!(world.uploaded().await == png(50, 50));
    assert!(path.exists());
}

#[tokio::test]
async fn a_folder_may_ask_first_or_only_collect() {
    for mode in [Mode::Ask, Mode::Collect] {
        let mut world = World::new(|_| (), |folder| Folder { mode, ..folder }).await;
        let bytes = png(25, 26);
        file(world.folder.path(), "a.png", &bytes);
        let job = world
            .job("a.png", |job| asks(job) && job.has_thumbnail)
            .await;
        assert_eq!(world.server.requests.load(Ordering::SeqCst), 0);
        world.uploader.wake();
        world.uploader.release(job.id).await.unwrap();
        state(&mut world.events, job.id, JobState::ended).await;
        assert!(world.uploaded().await == bytes, "{mode:?}");
    }
}

#[tokio::test]
async fn what_appeared_while_the_program_was_off_is_offered() {
    let mut world = World::new(|path| drop(file(path, "old.png", &png(5, 5))), |f| f).await;
    world
        .restart(|folder| drop(file(folder, "missed.png", &png(6, 6))))
        .await;
    world.uploader.watch(vec![watched(world.folder.path())]);
    let count = news(&mut world.events, |event| match event {
        Event::Missed { count, .. } => Some(count),
        _ => None,
    });
    assert_eq!(count.await, 1);
    assert_eq!(world.uploader.missed("shots").len(), 1);
    world.nothing_but(0).await;
    world.uploader.take_missed("shots");
    world.job("missed.png", |job| job.state.ended()).await;
}

#[tokio::test]
async fn what_is_left_is_not_offered_again() {
    let mut world = World::plain().await;
    world
        .restart(|folder| drop(file(folder, "missed.png", &png(6, 6))))
        .await;
    world.watch(watched(world.folder.path())).await;
    world.uploader.leave_missed("shots");
    world.nothing_but(0).await;
    world.restart(|_| ()).await;
    world.watch(watched(world.folder.path())).await;
    world.uploader.take_missed("shots");
    assert_eq!(world.uploader.missed("shots"), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_file_that_was_waited_for_when_the_program_ended_still_is() {
    let mut world = World::plain().await;
    let bytes = png(70, 70);
    file(world.folder.path(), "a.png", &bytes[..bytes.len() / 2]);
    let job = world.job("a.png", waits_for_the_file).await;
    world
        .restart(|folder| drop(file(folder, "a.png", &bytes)))
        .await;
    world.uploader.watch(vec![watched(world.folder.path())]);
    state(&mut world.events, job.id, JobState::ended).await;
    assert!(world.uploaded().await == bytes);
}

#[tokio::test]
async fn while_watching_is_paused_nothing_is_taken_and_afterwards_it_is_offered() {
    let mut world = World::plain().await;
    world.uploader.pause_watching(None);
    world.folder_is(FolderState::Paused).await;
    file(world.folder.path(), "paused.png", &png(8, 9));
    world.uploader.resume_watching();
    let count = news(&mut world.events, |event| match event {
        Event::Missed { count, .. } => Some(count),
        _ => None,
    });
    assert_eq!(count.await, 1);
    world.nothing_but(0).await;
}

#[tokio::test]
async fn the_queue_s_own_folder_is_never_watched() {
    let server = Server::start(|n| Manners::Answer(links(&format!("picture{n:04}")))).await;
    let folder = tempfile::tempdir().unwrap();
    let queue = folder.path().join("queue");
    fs::create_dir(&queue).unwrap();
    let (uploader, mut events) = open(&queue, &server);
    uploader.watch(vec![Folder {
        deep: true,
        ..watched(folder.path())
    }]);
    let watching = |event| {
        let Event::Folder { state, .. } = event else {
            return None;
        };
        (state == FolderState::Watching).then_some(())
    };
    news(&mut events, watching).await;
    // Its bytes lie in the queue's folder for a while.
    let pasted = Source::Bytes {
        name: "pasted.png".into(),
        bytes: png(15, 15),
    };
    let id = uploader.enqueue(vec![pasted]).await.unwrap()[0];
    state(&mut events, id, JobState::ended).await;
    file(folder.path(), "last.png", &png(16, 16));
    let last = |event| match event {
        Event::Job(job) => (job.name == "last.png" && job.state.ended()).then_some(()),
        _ => None,
    };
    news(&mut events, last).await;
    assert_eq!(uploader.jobs(9, None).unwrap().len(), 2);
}
