//! The system's queue of events runs over, which no test from outside can make happen when it wants.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::*;
use crate::queue::job::Event;
use crate::queue::journal::JobJournal;
use crate::{JobState, RandomIds, SystemClock};

fn png(width: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::RgbImage::new(width, 2)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

fn folder(path: &Path) -> WatchedFolder {
    WatchedFolder::new("shots", path)
}

/// More events than inotify keeps for anybody: sixteen thousand, unless the machine is set up otherwise.
#[cfg(target_os = "linux")]
#[test]
fn pictures_are_found_after_an_event_overflow() {
    let queue_capacity = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let queue_capacity: usize = queue_capacity.trim().parse().unwrap();
    let (queue, shots) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let journal =
        JobJournal::open(queue.path(), Arc::new(SystemClock), Arc::new(RandomIds)).unwrap();
    let journal = Arc::new(journal);
    let mut events = journal.events();
    let inbox = Arc::new(EventInbox::default());
    let timings = WatchTimings {
        stable_interval: Duration::from_millis(20),
        quiet_period: Duration::from_millis(20),
        ..WatchTimings::default()
    };
    let watcher = FolderWatcher::new(
        journal.clone(),
        Arc::new(RandomIds),
        timings,
        Vec::new(),
        inbox.clone(),
        Arc::new(Mutex::default()),
        Box::new(|| ()),
    );
    let watching = std::thread::spawn(move || watcher.run());
    inbox.update(|news| {
        news.commands
            .push(Command::SetFolders(vec![folder(shots.path())]))
    });
    loop {
        let event = events.blocking_recv().unwrap();
        if matches!(
            event,
            Event::FolderChanged {
                state: FolderState::Watching,
                ..
            }
        ) {
            break;
        }
    }
    // Nobody hears anything until this is over.
    inbox.update(|_| {
        let noise = shots.path().join("noise.tmp");
        for _ in 0..queue_capacity / 2 {
            // Opened, written to, closed: three events, and nothing for the disk to do.
            let mut file = fs::File::options()
                .create(true)
                .append(true)
                .open(&noise)
                .unwrap();
            file.write_all(b"x").unwrap();
        }
        for n in 1..=30 {
            fs::write(shots.path().join(format!("{n}.png")), png(n)).unwrap();
        }
    });
    let mut found = std::collections::HashSet::new();
    let until = Instant::now() + Duration::from_secs(60);
    while found.len() < 30 {
        match events.try_recv() {
            Ok(Event::Job(job)) if job.state == JobState::Queued => drop(found.insert(job.name)),
            Ok(_) => {}
            Err(_) => {
                assert!(Instant::now() < until, "only {} were found", found.len());
                std::thread::yield_now();
            }
        }
    }
    inbox.update(|news| news.is_stopped = true);
    watching.join().unwrap();
}
