//! Folders that are watched, and who writes into them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use uploader::prepare::Convert;
use uploader::watch::{Afterwards, Folder, FolderState, Mode, Pace};
use uploader::{
    Event, Failure, Job, JobId, JobState, Preparation, Settings, Source, Uploader, WaitsFor,
};

use crate::server::{Manners, Server, links};
use crate::world::{Open, file, news, png, state, target};

/// As patient as usual, in a shorter time.
pub const PACE: Pace = Pace {
    quiet: Duration::from_millis(60),
    look: Duration::from_millis(40),
    looks: 3,
    again: Duration::from_millis(50),
    again_at_most: Duration::from_secs(2),
    presence: Duration::from_millis(100),
    rescan: Duration::from_secs(300),
    poll: Duration::from_millis(100),
};

pub fn watched(path: &Path) -> Folder {
    Folder {
        id: "shots".into(),
        path: path.to_owned(),
        on: true,
        mode: Mode::Upload,
        target: None,
        prepare: None,
        links: None,
        patterns: Vec::new(),
        deep: false,
        afterwards: Afterwards::Keep,
        poll: false,
    }
}

/// A server, a queue, and a folder that is watched.
pub struct World {
    pub server: Server,
    pub queue: tempfile::TempDir,
    pub folder: tempfile::TempDir,
    pub uploader: Uploader,
    pub events: Receiver<Event>,
}

impl World {
    /// `before` writes what lies there before watching begins.
    async fn new(before: impl FnOnce(&Path), change: impl FnOnce(Folder) -> Folder) -> World {
        let server = Server::start(|n| Manners::Answer(links(&format!("picture{n:04}")))).await;
        let (queue, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        before(folder.path());
        let (uploader, events) = open(queue.path(), &server);
        let mut world = World {
            server,
            queue,
            folder,
            uploader,
            events,
        };
        let watched = change(watched(world.folder.path()));
        world.watch(watched).await;
        world
    }

    pub async fn plain() -> World {
        World::new(|_| (), |folder| folder).await
    }

    async fn watch(&mut self, folder: Folder) {
        let polled = folder.poll;
        self.uploader.watch(vec![folder]);
        let wanted = match polled {
            true => FolderState::Polling { reason: None },
            false => FolderState::Watching,
        };
        self.folder_is(wanted).await;
    }

    async fn folder_is(&mut self, wanted: FolderState) {
        news(&mut self.events, |event| match event {
            Event::Folder { state, .. } => (state == wanted).then_some(()),
            _ => None,
        })
        .await;
    }

    /// The program ends and starts again.
    async fn restart(&mut self, meanwhile: impl FnOnce(&Path)) {
        self.uploader.stop(Duration::ZERO).await;
        // The last handle has to go before the next one comes.
        let nowhere = tempfile::tempdir().unwrap();
        self.uploader = Uploader::open(nowhere.path(), Arc::new(Open)).unwrap();
        meanwhile(self.folder.path());
        (self.uploader, self.events) = open(self.queue.path(), &self.server);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The next upload's bytes.
    async fn uploaded(&mut self) -> Vec<u8> {
        let heard = tokio::time::timeout(Duration::from_secs(30), self.server.heard.recv());
        heard
            .await
            .expect("nothing was uploaded")
            .unwrap()
            .picture()
            .to_vec()
    }

    /// A job that is like this, of the file of this name.
    async fn job(&mut self, name: &str, wanted: impl Fn(&Job) -> bool) -> Job {
        news(&mut self.events, |event| match event {
            Event::Job(job) if job.name == name && wanted(&job) => Some(job),
            _ => None,
        })
        .await
    }

    /// Everything that has happened so far has been dealt with once a picture that comes after it is there.
    async fn nothing_but(&mut self, uploads: usize) {
        file(self.folder.path(), "the last.png", &png(61, 7));
        self.job("the last.png", |job| job.state.ended()).await;
        assert_eq!(self.server.requests.load(Ordering::SeqCst), uploads + 1);
    }
}

fn open(queue: &Path, server: &Server) -> (Uploader, Receiver<Event>) {
    let settings = Settings {
        pace: PACE,
        ..Settings::default()
    };
    let uploader = Uploader::open_with(queue, Arc::new(Open), settings).unwrap();
    uploader.set_target(target(&server.base));
    let events = uploader.events();
    (uploader, events)
}

fn waits_for_the_file(job: &Job) -> bool {
    job.state == (JobState::Waiting { on: WaitsFor::File })
}

fn asks(job: &Job) -> bool {
    job.state == (JobState::Waiting { on: WaitsFor::User })
}

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
    world.job("a.png", |job| job.state.ended()).await;
    let sent = world.uploaded().await;
    // By path: it has been moved inside the folder.
    while !world.path("Sent").join("a.png").exists() {
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
