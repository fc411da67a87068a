//! The system's queue of events runs over, which no test from outside can make happen when it wants.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::*;
use crate::queue::job::Event;
use crate::queue::journal::Book;
use crate::{JobState, RandomIds, SystemClock};

fn png(width: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::RgbImage::new(width, 2)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

fn folder(path: &Path) -> Folder {
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

/// More events than inotify keeps for anybody: sixteen thousand, unless the machine is set up otherwise.
#[cfg(target_os = "linux")]
#[test]
fn pictures_whose_news_were_lost_in_an_overflow_are_found() {
    let most = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let most: usize = most.trim().parse().unwrap();
    let (queue, shots) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let book = Book::open(queue.path(), Arc::new(SystemClock), Arc::new(RandomIds)).unwrap();
    let book = Arc::new(book);
    let mut events = book.events();
    let inbox = Arc::new(Inbox::default());
    let pace = Pace {
        look: Duration::from_millis(20),
        quiet: Duration::from_millis(20),
        ..Pace::default()
    };
    let watchman = Watchman::new(
        book.clone(),
        Arc::new(RandomIds),
        pace,
        Vec::new(),
        inbox.clone(),
        Arc::new(Mutex::default()),
        Box::new(|| ()),
    );
    let watching = std::thread::spawn(move || watchman.run());
    inbox.tell(|news| {
        news.commands
            .push(Command::Folders(vec![folder(shots.path())]))
    });
    loop {
        let event = events.blocking_recv().unwrap();
        if matches!(
            event,
            Event::Folder {
                state: FolderState::Watching,
                ..
            }
        ) {
            break;
        }
    }
    // Nobody hears anything until this is over.
    inbox.tell(|_| {
        let noise = shots.path().join("noise.tmp");
        for _ in 0..most / 2 {
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
    let mut taken = std::collections::HashSet::new();
    let until = Instant::now() + Duration::from_secs(60);
    while taken.len() < 30 {
        match events.try_recv() {
            Ok(Event::Job(job)) if job.state == JobState::Queued => drop(taken.insert(job.name)),
            Ok(_) => {}
            Err(_) => {
                assert!(Instant::now() < until, "only {} were found", taken.len());
                std::thread::yield_now();
            }
        }
    }
    inbox.tell(|news| news.over = true);
    watching.join().unwrap();
}
