//! What watched folders are asked to do with what appears in them.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use uploader::prepare::ConversionFormat;
use uploader::watch::{FolderState, PostUploadAction, WatchMode, WatchedFolder};
use uploader::{Event, Failure, JobState, Preparation, Source};

use crate::fake_server::{Behaviour, FakeServer, imgs_response};
use crate::harness::{png, wait_for_event, wait_for_state, write_file};
use crate::watch_fixture::{
    WatchFixture, is_waiting_for_file, is_waiting_for_user, open_uploader, watched_folder,
};

#[tokio::test]
async fn subfolders_are_watched_when_enabled() {
    for deep in [true, false] {
        let mut world = WatchFixture::new(|_| (), |folder| WatchedFolder { deep, ..folder }).await;
        let inner = world.path("a").join("b");
        fs::create_dir_all(&inner).unwrap();
        write_file(&inner, "inner.png", &png(12, 13));
        if deep {
            world
                .wait_for_job("inner.png", |job| job.state.has_ended())
                .await;
            // Its folder is watched from now on.
            write_file(&inner, "later.png", &png(12, 14));
            world
                .wait_for_job("later.png", |job| job.state.has_ended())
                .await;
        }
        world.assert_upload_count(if deep { 2 } else { 0 }).await;
    }
}

#[tokio::test]
async fn only_matching_pictures_are_uploaded() {
    let patterns = vec!["*.png".to_owned()];
    let mut world = WatchFixture::new(|_| (), |folder| WatchedFolder { patterns, ..folder }).await;
    write_file(world.folder.path(), "other.gif", &png(20, 21));
    write_file(
        world.folder.path(),
        "text.png",
        b"words that are no picture, and quite enough of them to tell",
    );
    world.assert_upload_count(0).await;
}

#[tokio::test]
async fn an_unsupported_picture_becomes_a_failed_job() {
    let mut world = WatchFixture::with_defaults().await;
    let heic = [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), &[0; 100]].concat();
    write_file(world.folder.path(), "phone.heic", &heic);
    let job = world
        .wait_for_job("phone.heic", |job| job.state.has_ended())
        .await;
    let unsupported = matches!(
        &job.state,
        JobState::Failed {
            failure: Failure::UnsupportedFormat { .. }
        }
    );
    assert!(unsupported, "{job:?}");
}

#[tokio::test]
async fn our_own_output_is_never_uploaded_again() {
    let prepare = Some(Preparation {
        convert: Some(ConversionFormat::Webp),
        ..Preparation::default()
    });
    let afterwards = PostUploadAction::Move("Sent".into());
    let change = |folder| WatchedFolder {
        prepare,
        afterwards,
        deep: true,
        ..folder
    };
    let mut world = WatchFixture::new(|_| (), change).await;
    write_file(world.folder.path(), "a.png", &png(50, 50));
    let job = world
        .wait_for_job("a.png", |job| job.state.has_ended())
        .await;
    let sent = world.next_upload().await;
    // By path: it has been moved inside the folder, which its row knows.
    let moved = Some(world.path("Sent").join("a.png"));
    while world.uploader.source_file(job.id).unwrap() != moved {
        tokio::task::yield_now().await;
    }
    // By hash: somebody has downloaded what was made of it.
    write_file(world.folder.path(), "downloaded.webp", &sent);
    world.assert_upload_count(1).await;
    assert!(!world.path("a.png").exists());
}

#[tokio::test]
async fn a_file_that_was_written_to_after_it_was_sent_stays_where_it_is() {
    let change = |folder| WatchedFolder {
        mode: WatchMode::Ask,
        afterwards: PostUploadAction::Move("Sent".into()),
        ..folder
    };
    let mut world = WatchFixture::new(|_| (), change).await;
    let path = write_file(world.folder.path(), "a.png", &png(50, 50));
    let job = world.wait_for_job("a.png", is_waiting_for_user).await;
    // What the user has seen is what is sent, whatever has become of the file.
    fs::write(
        &path,
        b"notes on it, which nobody else has, and which are no picture at all",
    )
    .unwrap();
    world.uploader.release(job.id).await.unwrap();
    wait_for_state(&mut world.events, job.id, JobState::has_ended).await;
    assert!(world.next_upload().await == png(50, 50));
    assert!(path.exists());
}

#[tokio::test]
async fn ask_and_collect_modes_wait_for_the_user() {
    for mode in [WatchMode::Ask, WatchMode::Collect] {
        let mut world = WatchFixture::new(|_| (), |folder| WatchedFolder { mode, ..folder }).await;
        let bytes = png(25, 26);
        write_file(world.folder.path(), "a.png", &bytes);
        let job = world
            .wait_for_job("a.png", |job| is_waiting_for_user(job) && job.has_thumbnail)
            .await;
        assert_eq!(world.server.requests.load(Ordering::SeqCst), 0);
        world.uploader.wake();
        world.uploader.release(job.id).await.unwrap();
        wait_for_state(&mut world.events, job.id, JobState::has_ended).await;
        assert!(world.next_upload().await == bytes, "{mode:?}");
    }
}

#[tokio::test]
async fn files_missed_while_stopped_are_offered() {
    let mut world =
        WatchFixture::new(|path| drop(write_file(path, "old.png", &png(5, 5))), |f| f).await;
    world
        .restart(|folder| drop(write_file(folder, "missed.png", &png(6, 6))))
        .await;
    world
        .uploader
        .watch_folders(vec![watched_folder(world.folder.path())]);
    let count = wait_for_event(&mut world.events, |event| match event {
        Event::FilesMissed { count, .. } => Some(count),
        _ => None,
    });
    assert_eq!(count.await, 1);
    assert_eq!(world.uploader.missed_files("shots").len(), 1);
    world.assert_upload_count(0).await;
    world.uploader.upload_missed("shots");
    world
        .wait_for_job("missed.png", |job| job.state.has_ended())
        .await;
}

#[tokio::test]
async fn dismissed_files_are_not_offered_again() {
    let mut world = WatchFixture::with_defaults().await;
    world
        .restart(|folder| drop(write_file(folder, "missed.png", &png(6, 6))))
        .await;
    world
        .watch_folder(watched_folder(world.folder.path()))
        .await;
    world.uploader.dismiss_missed("shots");
    world.assert_upload_count(0).await;
    world.restart(|_| ()).await;
    world
        .watch_folder(watched_folder(world.folder.path()))
        .await;
    world.uploader.upload_missed("shots");
    assert_eq!(world.uploader.missed_files("shots"), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn an_expected_file_survives_a_restart() {
    let mut world = WatchFixture::with_defaults().await;
    let bytes = png(70, 70);
    write_file(world.folder.path(), "a.png", &bytes[..bytes.len() / 2]);
    let job = world.wait_for_job("a.png", is_waiting_for_file).await;
    world
        .restart(|folder| drop(write_file(folder, "a.png", &bytes)))
        .await;
    world
        .uploader
        .watch_folders(vec![watched_folder(world.folder.path())]);
    wait_for_state(&mut world.events, job.id, JobState::has_ended).await;
    assert!(world.next_upload().await == bytes);
}

#[tokio::test]
async fn files_that_appear_during_a_pause_are_offered_afterwards() {
    let mut world = WatchFixture::with_defaults().await;
    world.uploader.pause_watching(None);
    world.wait_for_folder_state(FolderState::Paused).await;
    write_file(world.folder.path(), "paused.png", &png(8, 9));
    world.uploader.resume_watching();
    let count = wait_for_event(&mut world.events, |event| match event {
        Event::FilesMissed { count, .. } => Some(count),
        _ => None,
    });
    assert_eq!(count.await, 1);
    world.assert_upload_count(0).await;
}

#[tokio::test]
async fn the_queue_s_own_folder_is_never_watched() {
    let server =
        FakeServer::start(|n| Behaviour::Answer(imgs_response(&format!("picture{n:04}")))).await;
    let folder = tempfile::tempdir().unwrap();
    let queue = folder.path().join("queue");
    fs::create_dir(&queue).unwrap();
    let (uploader, mut events) = open_uploader(&queue, &server);
    uploader.watch_folders(vec![WatchedFolder {
        deep: true,
        ..watched_folder(folder.path())
    }]);
    let watching = |event| {
        let Event::FolderChanged { state, .. } = event else {
            return None;
        };
        (state == FolderState::Watching).then_some(())
    };
    wait_for_event(&mut events, watching).await;
    // Its bytes lie in the queue's folder for a while.
    let pasted = Source::Bytes {
        name: "pasted.png".into(),
        bytes: png(15, 15),
    };
    let id = uploader.enqueue(vec![pasted]).await.unwrap()[0];
    wait_for_state(&mut events, id, JobState::has_ended).await;
    write_file(folder.path(), "last.png", &png(16, 16));
    let last = |event| match event {
        Event::Job(job) => (job.name == "last.png" && job.state.has_ended()).then_some(()),
        _ => None,
    };
    wait_for_event(&mut events, last).await;
    assert_eq!(uploader.jobs(9, None).unwrap().len(), 2);
}
