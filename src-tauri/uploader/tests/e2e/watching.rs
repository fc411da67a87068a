//! Who writes into watched folders, and how.

use std::fs;
use std::io::Write;
use std::sync::atomic::Ordering;

use uploader::watch::{FolderState, WatchedFolder};
use uploader::{Event, JobId, JobState};

use crate::harness::{png, wait_for_event, wait_for_state, write_file};
use crate::watch_fixture::{TIMINGS, WatchFixture, is_waiting_for_file};

#[tokio::test]
async fn new_files_are_uploaded_and_existing_ones_ignored() {
    let mut world =
        WatchFixture::new(|path| drop(write_file(path, "old.png", &png(5, 5))), |f| f).await;
    let bytes = png(30, 30);
    write_file(world.folder.path(), "new.png", &bytes);
    let job = world
        .wait_for_job("new.png", |job| job.state.has_ended())
        .await;
    assert_eq!(job.folder.as_deref(), Some("shots"));
    assert!(world.next_upload().await == bytes);
    world.assert_upload_count(1).await;
}

#[tokio::test]
async fn a_slow_writer_shows_as_a_waiting_job() {
    let mut world = WatchFixture::with_defaults().await;
    let bytes = png(200, 200);
    let path = world.path("slow.png");
    let mut writer = fs::File::create(&path).unwrap();
    for piece in bytes.chunks(bytes.len() / 8 + 1) {
        writer.write_all(piece).unwrap();
        // Longer than any quiet that is asked for.
        tokio::time::sleep(TIMINGS.quiet_period * 2).await;
    }
    let job = world.wait_for_job("slow.png", is_waiting_for_file).await;
    assert_eq!(world.server.requests.load(Ordering::SeqCst), 0);
    drop(writer);
    wait_for_state(&mut world.events, job.id, JobState::has_ended).await;
    assert!(world.next_upload().await == bytes);
}

#[tokio::test]
async fn a_renamed_temporary_file_is_uploaded_under_its_final_name() {
    let mut world = WatchFixture::with_defaults().await;
    let bytes = png(40, 40);
    for hidden in [".shot.png", "shot.png.part", "shot.tmp", "~shot.png"] {
        let path = write_file(world.folder.path(), hidden, &bytes[..bytes.len() / 2]);
        fs::write(&path, &bytes).unwrap();
        fs::rename(&path, world.path("shot.png")).unwrap();
    }
    world
        .wait_for_job("shot.png", |job| job.state.has_ended())
        .await;
    assert!(world.next_upload().await == bytes);
    world.assert_upload_count(1).await;
}

#[tokio::test]
async fn a_file_that_is_closed_half_written_and_opened_again_goes_out_whole() {
    let mut world = WatchFixture::with_defaults().await;
    let bytes = png(90, 90);
    let (first, second) = bytes.split_at(bytes.len() / 2);
    write_file(world.folder.path(), "twice.png", first);
    let job = world.wait_for_job("twice.png", is_waiting_for_file).await;
    // It has been found to be no whole picture some times by now.
    tokio::time::sleep(TIMINGS.quiet_period * 4).await;
    let mut again = fs::File::options()
        .append(true)
        .open(world.path("twice.png"))
        .unwrap();
    again.write_all(second).unwrap();
    drop(again);
    wait_for_state(&mut world.events, job.id, JobState::has_ended).await;
    assert!(world.next_upload().await == bytes);
    world.assert_upload_count(1).await;
}

#[tokio::test]
async fn a_file_that_is_moved_in_while_it_is_written_goes_out_whole() {
    let mut world = WatchFixture::with_defaults().await;
    let elsewhere = tempfile::tempdir_in(world.folder.path().parent().unwrap()).unwrap();
    let bytes = png(90, 90);
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let mut writer = fs::File::create(elsewhere.path().join("a.png")).unwrap();
    writer.write_all(first).unwrap();
    fs::rename(elsewhere.path().join("a.png"), world.path("a.png")).unwrap();
    let job = world.wait_for_job("a.png", is_waiting_for_file).await;
    writer.write_all(second).unwrap();
    drop(writer);
    wait_for_state(&mut world.events, job.id, JobState::has_ended).await;
    assert!(world.next_upload().await == bytes);
}

#[tokio::test]
async fn a_file_that_has_all_its_length_before_its_bytes_goes_out_whole() {
    let mut world = WatchFixture::with_defaults().await;
    let bytes = png(90, 90);
    let mut writer = fs::File::create(world.path("a.png")).unwrap();
    writer.write_all(&bytes[..100]).unwrap();
    writer.set_len(bytes.len() as u64).unwrap();
    // Closed, its size does not change any more, and half of it is a hole.
    drop(writer);
    let job = world.wait_for_job("a.png", is_waiting_for_file).await;
    tokio::time::sleep(TIMINGS.quiet_period * 3).await;
    fs::write(world.path("a.png"), &bytes).unwrap();
    wait_for_state(&mut world.events, job.id, JobState::has_ended).await;
    assert!(world.next_upload().await == bytes);
    world.assert_upload_count(1).await;
}

#[tokio::test]
async fn an_empty_file_is_waited_for() {
    let mut world = WatchFixture::with_defaults().await;
    let path = write_file(world.folder.path(), "later.png", b"");
    tokio::time::sleep(TIMINGS.quiet_period * 3).await;
    let bytes = png(20, 20);
    fs::write(path, &bytes).unwrap();
    world
        .wait_for_job("later.png", |job| job.state.has_ended())
        .await;
    assert!(world.next_upload().await == bytes);
}

#[tokio::test]
async fn an_incomplete_file_that_disappears_removes_its_job() {
    let mut world = WatchFixture::with_defaults().await;
    let bytes = png(40, 40);
    let path = write_file(world.folder.path(), "gone.png", &bytes[..bytes.len() / 2]);
    let job = world.wait_for_job("gone.png", is_waiting_for_file).await;
    fs::remove_file(path).unwrap();
    let forgotten = wait_for_event(&mut world.events, |event| match event {
        Event::JobForgotten(id) => Some(id),
        _ => None,
    });
    assert_eq!(forgotten.await, job.id);
    world.assert_upload_count(0).await;
}

#[tokio::test]
async fn no_file_of_a_burst_is_lost_or_duplicated() {
    let mut world = WatchFixture::with_defaults().await;
    let count = burst_size();
    for n in 0..count {
        write_file(world.folder.path(), &format!("{n}.png"), &png(n + 1, 2));
    }
    let mut left = count;
    let mut ended = std::collections::HashSet::<JobId>::new();
    while left > 0 {
        let id = match world.events.recv().await {
            Ok(Event::Job(job)) if job.state.has_ended() => job.id,
            Ok(_) => continue,
            Err(error) => panic!("{error}"),
        };
        left -= u32::from(ended.insert(id));
    }
    world.assert_upload_count(count as usize).await;
}

/// How many: five hundred take a while.
fn burst_size() -> u32 {
    std::env::var("STORY_BURST").map_or(60, |count| count.parse().unwrap())
}

#[tokio::test]
async fn files_in_a_folder_that_disappears_and_returns_are_uploaded() {
    let mut world =
        WatchFixture::new(|path| drop(write_file(path, "old.png", &png(5, 5))), |f| f).await;
    let (here, away) = (
        world.folder.path().to_owned(),
        world.queue.path().join("away"),
    );
    fs::rename(&here, &away).unwrap();
    world.wait_for_folder_state(FolderState::Away).await;
    let bytes = png(33, 33);
    write_file(&away, "new.png", &bytes);
    fs::rename(&away, &here).unwrap();
    world.wait_for_folder_state(FolderState::Watching).await;
    world
        .wait_for_job("new.png", |job| job.state.has_ended())
        .await;
    assert!(world.next_upload().await == bytes);
    // It is watched again, and what was there before still is none of ours.
    world.assert_upload_count(1).await;
}

#[tokio::test]
async fn a_replaced_folder_is_watched() {
    let mut world = WatchFixture::with_defaults().await;
    let here = world.folder.path().to_owned();
    let away = world.queue.path().join("away");
    fs::rename(&here, &away).unwrap();
    fs::create_dir(&here).unwrap();
    let bytes = png(34, 34);
    write_file(&here, "new.png", &bytes);
    world
        .wait_for_job("new.png", |job| job.state.has_ended())
        .await;
    assert!(world.next_upload().await == bytes);
    world.assert_upload_count(1).await;
}

#[cfg(unix)]
#[tokio::test]
async fn links_that_lead_out_are_not_followed() {
    use std::os::unix::fs::symlink;
    let mut world = WatchFixture::new(
        |_| (),
        |folder| WatchedFolder {
            deep: true,
            ..folder
        },
    )
    .await;
    let outside = tempfile::tempdir().unwrap();
    let secret = write_file(outside.path(), "secret.png", &png(40, 41));
    symlink(&secret, world.path("link.png")).unwrap();
    symlink(outside.path(), world.path("linked")).unwrap();
    // What is put in the place of a link's parent is not reached through it either.
    write_file(outside.path(), "second.png", &png(40, 42));
    let pipe = std::process::Command::new("mkfifo")
        .arg(world.path("pipe.png"))
        .status();
    assert!(pipe.unwrap().success());
    fs::create_dir(world.path("folder.png")).unwrap();
    world.assert_upload_count(0).await;
}

#[tokio::test]
async fn a_folder_without_events_is_polled() {
    let mut world = WatchFixture::new(
        |_| (),
        |folder| WatchedFolder {
            poll: true,
            ..folder
        },
    )
    .await;
    let bytes = png(120, 120);
    let mut writer = fs::File::create(world.path("slow.png")).unwrap();
    for piece in bytes.chunks(bytes.len() / 5 + 1) {
        writer.write_all(piece).unwrap();
        tokio::time::sleep(TIMINGS.stable_interval * 2).await;
    }
    world
        .wait_for_job("slow.png", |job| job.state.has_ended())
        .await;
    assert!(world.next_upload().await == bytes);
}
