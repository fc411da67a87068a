//! Who writes into watched folders, and how.

use std::fs;
use std::io::Write;
use std::sync::atomic::Ordering;

use uploader::watch::{Folder, FolderState};
use uploader::{Event, JobId, JobState};

use crate::harness::{file, news, png, state};
use crate::watch_fixture::{PACE, World, waits_for_the_file};

#[tokio::test]
async fn what_appears_is_uploaded_and_what_was_there_is_left_alone() {
    let mut world = World::new(|path| drop(file(path, "old.png", &png(5, 5))), |f| f).await;
    let bytes = png(30, 30);
    file(world.folder.path(), "new.png", &bytes);
    let job = world.job("new.png", |job| job.state.ended()).await;
    assert_eq!(job.folder.as_deref(), Some("shots"));
    assert!(world.uploaded().await == bytes);
    world.nothing_but(1).await;
}

#[tokio::test]
async fn a_slow_writer_is_waited_for_and_the_row_says_so() {
    let mut world = World::plain().await;
    let bytes = png(200, 200);
    let path = world.path("slow.png");
    let mut writer = fs::File::create(&path).unwrap();
    for piece in bytes.chunks(bytes.len() / 8 + 1) {
        writer.write_all(piece).unwrap();
        // Longer than any quiet that is asked for.
        tokio::time::sleep(PACE.quiet * 2).await;
    }
    let job = world.job("slow.png", waits_for_the_file).await;
    assert_eq!(world.server.requests.load(Ordering::SeqCst), 0);
    drop(writer);
    state(&mut world.events, job.id, JobState::ended).await;
    assert!(world.uploaded().await == bytes);
}

#[tokio::test]
async fn a_file_that_is_written_under_another_name_first_is_taken_under_its_own() {
    let mut world = World::plain().await;
    let bytes = png(40, 40);
    for hidden in [".shot.png", "shot.png.part", "shot.tmp", "~shot.png"] {
        let path = file(world.folder.path(), hidden, &bytes[..bytes.len() / 2]);
        fs::write(&path, &bytes).unwrap();
        fs::rename(&path, world.path("shot.png")).unwrap();
    }
    world.job("shot.png", |job| job.state.ended()).await;
    assert!(world.uploaded().await == bytes);
    world.nothing_but(1).await;
}

#[tokio::test]
async fn a_file_that_is_closed_half_written_and_opened_again_goes_out_whole() {
    let mut world = World::plain().await;
    let bytes = png(90, 90);
    let (first, second) = bytes.split_at(bytes.len() / 2);
    file(world.folder.path(), "twice.png", first);
    let job = world.job("twice.png", waits_for_the_file).await;
    // It has been found to be no whole picture some times by now.
    tokio::time::sleep(PACE.quiet * 4).await;
    let mut again = fs::File::options()
        .append(true)
        .open(world.path("twice.png"))
        .unwrap();
    again.write_all(second).unwrap();
    drop(again);
    state(&mut world.events, job.id, JobState::ended).await;
    assert!(world.uploaded().await == bytes);
    world.nothing_but(1).await;
}

#[tokio::test]
async fn a_file_that_is_moved_in_while_it_is_written_goes_out_whole() {
    let mut world = World::plain().await;
    let elsewhere = tempfile::tempdir_in(world.folder.path().parent().unwrap()).unwrap();
    let bytes = png(90, 90);
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let mut writer = fs::File::create(elsewhere.path().join("a.png")).unwrap();
    writer.write_all(first).unwrap();
    fs::rename(elsewhere.path().join("a.png"), world.path("a.png")).unwrap();
    let job = world.job("a.png", waits_for_the_file).await;
    writer.write_all(second).unwrap();
    drop(writer);
    state(&mut world.events, job.id, JobState::ended).await;
    assert!(world.uploaded().await == bytes);
}

#[tokio::test]
async fn a_file_that_has_all_its_length_before_its_bytes_goes_out_whole() {
    let mut world = World::plain().await;
    let bytes = png(90, 90);
    let mut writer = fs::File::create(world.path("a.png")).unwrap();
    writer.write_all(&bytes[..100]).unwrap();
    writer.set_len(bytes.len() as u64).unwrap();
    // Closed, its size does not change any more, and half of it is a hole.
    drop(writer);
    let job = world.job("a.png", waits_for_the_file).await;
    tokio::time::sleep(PACE.quiet * 3).await;
    fs::write(world.path("a.png"), &bytes).unwrap();
    state(&mut world.events, job.id, JobState::ended).await;
    assert!(world.uploaded().await == bytes);
    world.nothing_but(1).await;
}

#[tokio::test]
async fn an_empty_file_is_waited_for() {
    let mut world = World::plain().await;
    let path = file(world.folder.path(), "later.png", b"");
    tokio::time::sleep(PACE.quiet * 3).await;
    let bytes = png(20, 20);
    fs::write(path, &bytes).unwrap();
    world.job("later.png", |job| job.state.ended()).await;
    assert!(world.uploaded().await == bytes);
}

#[tokio::test]
async fn a_file_that_goes_away_before_it_is_whole_takes_its_row_along() {
    let mut world = World::plain().await;
    let bytes = png(40, 40);
    let path = file(world.folder.path(), "gone.png", &bytes[..bytes.len() / 2]);
    let job = world.job("gone.png", waits_for_the_file).await;
    fs::remove_file(path).unwrap();
    let forgotten = news(&mut world.events, |event| match event {
        Event::Forgotten(id) => Some(id),
        _ => None,
    });
    assert_eq!(forgotten.await, job.id);
    world.nothing_but(0).await;
}

#[tokio::test]
async fn none_of_a_burst_is_lost_or_sent_twice() {
    let mut world = World::plain().await;
    let count = burst();
    for n in 0..count {
        file(world.folder.path(), &format!("{n}.png"), &png(n + 1, 2));
    }
    let mut left = count;
    let mut ended = std::collections::HashSet::<JobId>::new();
    while left > 0 {
        let id = match world.events.recv().await {
            Ok(Event::Job(job)) if job.state.ended() => job.id,
            Ok(_) => continue,
            Err(error) => panic!("{error}"),
        };
        left -= u32::from(ended.insert(id));
    }
    world.nothing_but(count as usize).await;
}

/// How many: five hundred take a while.
fn burst() -> u32 {
    std::env::var("STORY_BURST").map_or(60, |count| count.parse().unwrap())
}

#[tokio::test]
async fn a_folder_that_goes_away_is_waited_for_and_nothing_that_comes_with_it_is_lost() {
    let mut world = World::new(|path| drop(file(path, "old.png", &png(5, 5))), |f| f).await;
    let (here, away) = (
        world.folder.path().to_owned(),
        world.queue.path().join("away"),
    );
    fs::rename(&here, &away).unwrap();
    world.folder_is(FolderState::Away).await;
    let bytes = png(33, 33);
    file(&away, "new.png", &bytes);
    fs::rename(&away, &here).unwrap();
    world.folder_is(FolderState::Watching).await;
    world.job("new.png", |job| job.state.ended()).await;
    assert!(world.uploaded().await == bytes);
    // It is watched again, and what was there before still is none of ours.
    world.nothing_but(1).await;
}

#[tokio::test]
async fn a_folder_that_another_takes_the_place_of_is_watched_in_its_place() {
    let mut world = World::plain().await;
    let here = world.folder.path().to_owned();
    let away = world.queue.path().join("away");
    fs::rename(&here, &away).unwrap();
    fs::create_dir(&here).unwrap();
    let bytes = png(34, 34);
    file(&here, "new.png", &bytes);
    world.job("new.png", |job| job.state.ended()).await;
    assert!(world.uploaded().await == bytes);
    world.nothing_but(1).await;
}

#[cfg(unix)]
#[tokio::test]
async fn links_that_lead_out_are_not_followed() {
    use std::os::unix::fs::symlink;
    let mut world = World::new(
        |_| (),
        |folder| Folder {
            deep: true,
            ..folder
        },
    )
    .await;
    let outside = tempfile::tempdir().unwrap();
    let secret = file(outside.path(), "secret.png", &png(40, 41));
    symlink(&secret, world.path("link.png")).unwrap();
    symlink(outside.path(), world.path("linked")).unwrap();
    // What is put in the place of a link's parent is not reached through it either.
    file(outside.path(), "second.png", &png(40, 42));
    let pipe = std::process::Command::new("mkfifo")
        .arg(world.path("pipe.png"))
        .status();
    assert!(pipe.unwrap().success());
    fs::create_dir(world.path("folder.png")).unwrap();
    world.nothing_but(0).await;
}

#[tokio::test]
async fn a_folder_without_news_of_its_own_is_looked_through() {
    let mut world = World::new(
        |_| (),
        |folder| Folder {
            poll: true,
            ..folder
        },
    )
    .await;
    let bytes = png(120, 120);
    let mut writer = fs::File::create(world.path("slow.png")).unwrap();
    for piece in bytes.chunks(bytes.len() / 5 + 1) {
        writer.write_all(piece).unwrap();
        tokio::time::sleep(PACE.look * 2).await;
    }
    world.job("slow.png", |job| job.state.ended()).await;
    assert!(world.uploaded().await == bytes);
}
