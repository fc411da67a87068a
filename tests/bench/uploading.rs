//! `make bench-uploader`: how quickly a picture in a watched folder becomes a link, and what watching costs.
//!
//! The server is the real program in a process of its own, so what is measured of this process is the uploader's.
//! The last step, text to the clipboard, needs a desktop and is left out. Linux only: it is `/proc` that knows memory.

use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use tokio::sync::broadcast::Receiver;
use uploader::watch::WatchedFolder;
use uploader::{
    Dialect, Event, JobId, JobState, Preparation, Secrets, SecretsError, Settings, Target, Uploader,
};

const PICTURES: usize = 40;
const BURST: usize = 500;
const IDLE: Duration = Duration::from_secs(120);

/// `uploading VITRINE`: the server's program.
#[tokio::main]
async fn main() -> ExitCode {
    let Some(program) = std::env::args_os().nth(1) else {
        eprintln!("Say which vitrine is to serve: uploading target/release/vitrine");
        return ExitCode::from(2);
    };
    let world = tempfile::tempdir().expect("a folder");
    let server = Server::start(Path::new(&program), &world.path().join("data"));
    let folders: Vec<_> = (1..=3)
        .map(|number| world.path().join(format!("watched-{number}")))
        .collect();
    for folder in &folders {
        fs::create_dir_all(folder).expect("a folder to watch");
    }
    let uploader = Uploader::open_with(
        &world.path().join("queue"),
        Arc::new(One(server.key.clone())),
        Settings::default(),
    )
    .expect("the queue opens");
    uploader.set_target(Target {
        id: "here".into(),
        name: "here".into(),
        kind: Dialect::Imgs,
        base: server.base.clone(),
        here: true,
        prepare: Preparation::default(),
    });
    uploader.watch_folders(folders.iter().enumerate().map(watched).collect());
    wait_until_watched(&uploader, folders.len()).await;

    println!("| of the uploader | measured | budget | |");
    println!("|---|---|---|---|");
    let (_, appeared) = from_file_to_link(&uploader, &folders[0]).await;
    row(
        "file closed in a watched folder → its link, 2 MB PNG, p50",
        appeared.0,
        None,
    );
    let mut good = row("the same, p95", appeared.1, Some(700.0));
    let known = known_picture(&uploader, &folders[0]).await;
    good &= row("a picture that is known → its link, p95", known, Some(50.0));
    good &= burst(&uploader, &folders[1]).await;
    good &= idle().await;
    uploader.stop(Duration::from_secs(1)).await;
    match good {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn row(words: &str, milliseconds: f64, budget: Option<f64>) -> bool {
    let within = budget.is_none_or(|budget| milliseconds <= budget);
    let (budget, verdict) = match budget {
        Some(budget) => (
            format!("{budget:.0} ms"),
            if within { "ok" } else { "**missed**" },
        ),
        None => (String::new(), ""),
    };
    println!("| {words} | {milliseconds:.0} ms | {budget} | {verdict} |");
    within
}

fn watched((number, path): (usize, &PathBuf)) -> WatchedFolder {
    WatchedFolder::new(format!("folder-{number}"), path)
}

async fn wait_until_watched(uploader: &Uploader, folders: usize) {
    while uploader
        .folder_states()
        .iter()
        .filter(|(_, state)| matches!(state, uploader::watch::FolderState::Watching))
        .count()
        < folders
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Pictures one after the other, each noise of its own of about two megabytes: what was prepared, and p50 and p95 in ms.
async fn from_file_to_link(uploader: &Uploader, folder: &Path) -> (Vec<PathBuf>, (f64, f64)) {
    let mut events = uploader.events();
    let mut took = Vec::new();
    let mut paths = Vec::new();
    for number in 0..PICTURES {
        let path = folder.join(format!("shot-{number}.png"));
        let bytes = noise(number as u32, 830, 830);
        fs::write(&path, bytes).expect("it is written");
        let closed = Instant::now();
        ended(&mut events, 1).await;
        took.push(closed.elapsed());
        paths.push(path);
    }
    (paths, percentiles(took))
}

/// The same pictures given again: their links come from what is known.
async fn known_picture(uploader: &Uploader, folder: &Path) -> f64 {
    let mut took = Vec::new();
    for number in 0..PICTURES {
        let mut events = uploader.events();
        let path = folder.join(format!("shot-{number}.png"));
        let given = Instant::now();
        let ids = uploader
            .enqueue(vec![uploader::Source::File(path)])
            .await
            .expect("it is taken in");
        let state = ended(&mut events, 1).await;
        took.push(given.elapsed());
        assert!(
            matches!(state.get(&ids[0]), Some(JobState::AlreadyUploaded { .. })),
            "it is known"
        );
    }
    percentiles(took).1
}

async fn burst(uploader: &Uploader, folder: &Path) -> bool {
    let idle = status("VmRSS:");
    fs::write("/proc/self/clear_refs", "5").expect("the mark is reset");
    let mut events = uploader.events();
    let began = Instant::now();
    for number in 0..BURST {
        let bytes = noise(10_000 + number as u32, 160, 120);
        fs::write(folder.join(format!("burst-{number}.png")), bytes).expect("it is written");
    }
    let states = ended(&mut events, BURST).await;
    let there = states
        .values()
        .filter(|state| matches!(state, JobState::Done { .. }))
        .count();
    let above = status("VmHWM:").saturating_sub(idle) as f64 / 1e6;
    let good = there == BURST && above < 100.0;
    println!(
        "| {BURST} files at once: uploaded, in | {there} in {:.1} s | all | {} |",
        began.elapsed().as_secs_f64(),
        if there == BURST { "ok" } else { "**missed**" },
    );
    println!(
        "| memory above idle meanwhile | {above:.0} MB | 100 MB | {} |",
        if above < 100.0 { "ok" } else { "**missed**" }
    );
    good
}

/// Waits until what the burst left to do, thumbnails above all, is done: until a second takes next to nothing.
async fn rest() {
    loop {
        let before = ProcessTime::now();
        tokio::time::sleep(Duration::from_secs(1)).await;
        if before.elapsed() < Duration::from_millis(5) {
            return;
        }
    }
}

async fn idle() -> bool {
    rest().await;
    let before = ProcessTime::now();
    tokio::time::sleep(IDLE).await;
    let share = before.elapsed().as_secs_f64() / IDLE.as_secs_f64() * 100.0;
    let good = share <= 0.2;
    println!(
        "| CPU over two minutes with three watched folders | {share:.2} % | 0.2 % | {} |",
        if good { "ok" } else { "**missed**" }
    );
    good
}

/// Waits until so many jobs have come to their end; gives where they ended.
async fn ended(
    events: &mut Receiver<Event>,
    count: usize,
) -> std::collections::HashMap<JobId, JobState> {
    let mut states = std::collections::HashMap::new();
    let mut over = HashSet::new();
    while over.len() < count {
        match events.recv().await {
            Ok(Event::Job(job)) => {
                states.insert(job.id, job.state);
            }
            Ok(Event::BatchDone { jobs, .. }) => over.extend(jobs),
            Ok(_) => {}
            Err(error) => panic!("the news were lost: {error}"),
        }
    }
    states.retain(|id, _| over.contains(id));
    states
}

fn percentiles(mut took: Vec<Duration>) -> (f64, f64) {
    took.sort();
    let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)];
    (at(50).as_secs_f64() * 1e3, at(95).as_secs_f64() * 1e3)
}

/// A picture like no other.
fn noise(seed: u32, width: u32, height: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let pixels = image::RgbImage::from_fn(width, height, |_, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        image::Rgb([state as u8, (state >> 8) as u8, (state >> 16) as u8])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("it is written");
    bytes.into_inner()
}

/// A line of `/proc/self/status`, in bytes.
fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = text.lines().find(|line| line.starts_with(name));
    let kilobytes: u64 = line
        .and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .expect("a number");
    kilobytes * 1024
}

struct One(String);

impl Secrets for One {
    fn get(&self, _: &str) -> Result<Option<String>, SecretsError> {
        Ok(Some(self.0.clone()))
    }
}

struct Server {
    process: Child,
    base: String,
    key: String,
}

impl Server {
    fn start(program: &Path, data: &Path) -> Server {
        let made = Command::new(program)
            .args(["key", "create", "--data"])
            .arg(data)
            .output()
            .expect("vitrine makes a key");
        let mut process = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("vitrine serves");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("its output"))
            .read_line(&mut line)
            .expect("its address");
        Server {
            process,
            base: line.trim().trim_start_matches("listening on ").to_owned(),
            key: String::from_utf8_lossy(&made.stdout).trim().to_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
