//! Writers of every bad habit at once, again and again: nothing half-written goes out, and nothing is lost.
//!
//! `STORY_RUNS` says how often; a thousand times take a quarter of an hour.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use uploader::Event;

use crate::harness::png;
use crate::watch_fixture::{TIMINGS, WatchFixture, watched_folder};

/// Numbers that are as good as drawn, and the same for the same run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// A writer dawdles: now and then for longer than any quiet that is asked for.
    fn pause_randomly(&mut self) {
        let quiet = TIMINGS.quiet_period.as_millis() as u64;
        let wait = match self.roll(4) {
            0 => self.roll(quiet * 3),
            _ => self.roll(8),
        };
        std::thread::sleep(Duration::from_millis(wait));
    }
}

fn write_slowly(file: &mut File, bytes: &[u8], dice: &mut Dice) {
    let pieces = 1 + dice.roll(5) as usize;
    for piece in bytes.chunks(bytes.len() / pieces + 1) {
        file.write_all(piece).unwrap();
        dice.pause_randomly();
    }
}

/// Writes the picture, by one of the habits that programs have.
fn write_with_habit(habit: u64, folder: &Path, name: &str, bytes: &[u8], dice: &mut Dice) {
    let path = folder.join(name);
    let half = bytes.len() / 2;
    match habit {
        0 => fs::write(path, bytes).unwrap(),
        1 => write_slowly(&mut File::create(path).unwrap(), bytes, dice),
        2 => {
            let hidden = folder.join(format!(".{name}"));
            write_slowly(&mut File::create(&hidden).unwrap(), bytes, dice);
            fs::rename(hidden, path).unwrap();
        }
        // Closes it and opens it again.
        3 => {
            write_slowly(&mut File::create(&path).unwrap(), &bytes[..half], dice);
            dice.pause_randomly();
            let mut again = File::options().append(true).open(path).unwrap();
            write_slowly(&mut again, &bytes[half..], dice);
        }
        // Moves it in while it is still writing.
        4 => {
            let hidden = folder.join(format!(".{name}"));
            let mut file = File::create(&hidden).unwrap();
            write_slowly(&mut file, &bytes[..half], dice);
            fs::rename(hidden, path).unwrap();
            write_slowly(&mut file, &bytes[half..], dice);
        }
        // Its length first, its end second, and its beginning last.
        5 => {
            let mut file = File::create(path).unwrap();
            file.set_len(bytes.len() as u64).unwrap();
            dice.pause_randomly();
            file.seek(SeekFrom::Start(half as u64)).unwrap();
            write_slowly(&mut file, &bytes[half..], dice);
            file.rewind().unwrap();
            write_slowly(&mut file, &bytes[..half], dice);
        }
        // Begins again from the start.
        6 => {
            write_slowly(&mut File::create(&path).unwrap(), &bytes[..half], dice);
            dice.pause_randomly();
            write_slowly(&mut File::create(path).unwrap(), bytes, dice);
        }
        // Takes it away and brings it again.
        _ => {
            fs::write(&path, &bytes[..half]).unwrap();
            dice.pause_randomly();
            fs::remove_file(&path).unwrap();
            dice.pause_randomly();
            write_slowly(&mut File::create(path).unwrap(), bytes, dice);
        }
    }
}

const HABITS: u64 = 8;

async fn run_writers(seed: u64) {
    let mut world = WatchFixture::with_defaults().await;
    let folder = world.folder.path().to_owned();
    let pictures: Vec<_> = (0..HABITS)
        .map(|n| png(20 + n as u32, 30 + (seed % 50) as u32))
        .collect();
    let writers: Vec<_> = pictures
        .iter()
        .cloned()
        .zip(0..)
        .map(|(bytes, n)| {
            let folder = folder.clone();
            let mut dice = Dice(seed * HABITS + n);
            std::thread::spawn(move || {
                dice.pause_randomly();
                write_with_habit(n, &folder, &format!("{n}.png"), &bytes, &mut dice);
            })
        })
        .collect();
    let wanted: HashSet<Vec<u8>> = pictures.into_iter().collect();
    let mut arrived = HashSet::new();
    while arrived.len() < wanted.len() {
        let heard =
            tokio::time::timeout(Duration::from_secs(60), world.server.received.recv()).await;
        let Ok(Some(heard)) = heard else {
            let names = fs::read_dir(&folder)
                .unwrap()
                .flatten()
                .map(|entry| entry.path());
            let rows = world.uploader.jobs(99, None).unwrap();
            panic!(
                "run {seed}: lost; there are {:?} and {rows:?}",
                names.collect::<Vec<_>>()
            );
        };
        let bytes = heard.picture().to_vec();
        assert!(
            wanted.contains(&bytes),
            "run {seed}: half-written, {} bytes",
            bytes.len()
        );
        assert!(arrived.insert(bytes), "run {seed}: sent twice");
    }
    writers
        .into_iter()
        .for_each(|writer| writer.join().unwrap());
    // Nothing is left that would go out later.
    world
        .uploader
        .watch_folders(vec![uploader::watch::WatchedFolder {
            on: false,
            ..watched_folder(&folder)
        }]);
    while let Ok(event) = world.events.try_recv() {
        assert!(
            !matches!(event, Event::Job(job) if matches!(job.state, uploader::JobState::Failed { .. }))
        );
    }
    assert!(
        world.server.received.try_recv().is_err(),
        "run {seed}: one too many"
    );
}

#[tokio::test]
async fn every_picture_is_uploaded_once_and_complete_whatever_its_writer_does() {
    let number =
        |name: &str, usual: u64| std::env::var(name).map_or(usual, |runs| runs.parse().unwrap());
    let first = number("STORY_FIRST", 0);
    for seed in first..first + number("STORY_RUNS", 2) {
        run_writers(seed).await;
    }
}
