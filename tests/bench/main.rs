//! `make bench`: Vitrine beside sharp over the same tasks, in turns, on this machine.
//!
//! Both sides run one thread an image, in turns, so that whatever else the machine does hits both; the ratio is
//! of the medians. A row fails where the time is not reached, and also where speed was bought with bytes or
//! quality: the last two are the promise, the first is the sport.

mod contenders;
mod memory;
mod pictures;
mod quality;
mod tasks;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use crate::contenders::{Run, Sharp};
use crate::tasks::{Source, Task};

/// How much larger ours may be, and how much worse by SSIMULACRA2.
const MORE_BYTES: f64 = 0.035;
const LESS_QUALITY: f64 = 0.5;

const ROUNDS: usize = 15;

/// `bench FOLDER [ROUNDS] [long] [TASK …]`, and `bench memory TASK INPUT`, which `memory.rs` starts.
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, task, input] = arguments.as_slice()
        && word == "memory"
    {
        return memory::one_shot(task, Path::new(input));
    }
    let folder = PathBuf::from(arguments.first().map_or("target/bench", String::as_str));
    let rounds = arguments.get(1).and_then(|rounds| rounds.parse().ok());
    let mut chosen: Vec<_> = arguments.iter().skip(2).collect();
    let long = chosen.iter().any(|word| *word == "long");
    chosen.retain(|word| *word != "long");
    std::fs::create_dir_all(&folder).expect("a folder for the pictures");
    let mut sharp = Sharp::start();
    let version = sharp.ask(&json!({ "command": "version" }));
    println!(
        "Vitrine beside sharp {} (libvips {}): one thread an image, medians of {} runs each, in turns.\n",
        version["sharp"].as_str().unwrap_or("?"),
        version["vips"].as_str().unwrap_or("?"),
        rounds.unwrap_or(ROUNDS),
    );
    println!(
        "| task | CPU ms, ours : sharp | CPU ratio (goal) | wall ratio | bytes | SSIMULACRA2, ours : sharp | |"
    );
    println!("|---|---|---|---|---|---|---|");
    let mut held = true;
    let mut references = BTreeMap::new();
    for task in if long { tasks::long() } else { tasks::all() } {
        if chosen.is_empty() || chosen.iter().any(|name| *name == task.name) {
            held &= row(
                &task,
                rounds.unwrap_or(ROUNDS),
                &folder,
                &mut sharp,
                &mut references,
            );
        }
    }
    if chosen.is_empty() && !long {
        memory::compare(&folder);
    }
    if held {
        ExitCode::SUCCESS
    } else {
        println!("\nBytes or quality are out of bounds.");
        ExitCode::FAILURE
    }
}

type References = BTreeMap<(&'static str, u32, u32), image::RgbImage>;

/// Whether bytes and quality held.
fn row(
    task: &Task,
    rounds: usize,
    folder: &Path,
    sharp: &mut Sharp,
    references: &mut References,
) -> bool {
    let input = input(task, folder);
    let bytes = std::fs::read(&input).expect("the picture was drawn");
    let made = |side: &str| folder.join(format!("{}-{side}", task.name));
    let (ours, theirs) = (made("ours"), made("sharp"));
    // What is looked at afterwards, which also warms both sides up. The decoder's rounding is not sold as
    // quality: sharp is looked at scaling from all pixels where the size doesn't divide.
    let exact = task.source == Source::Odd;
    let first = contenders::run_ours(&bytes, task, Some(&ours));
    let scored = sharp.run(&input, task, exact, Some(&theirs));
    let mut runs: (Vec<Run>, Vec<Run>) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let mut mine = || runs.0.push(contenders::run_ours(&bytes, task, None));
        let other = |sharp: &mut Sharp| sharp.run(&input, task, false, None);
        if round % 2 == 0 {
            mine();
            runs.1.push(other(sharp));
        } else {
            runs.1.push(other(sharp));
            mine();
        }
    }
    let cpu = (
        median(&runs.0, |run| run.cpu),
        median(&runs.1, |run| run.cpu),
    );
    let wall = (
        median(&runs.0, |run| run.wall),
        median(&runs.1, |run| run.wall),
    );
    let mut scores = Vec::new();
    for (at, width) in task.widths.iter().enumerate() {
        let seen = contenders::numbered(&ours, at);
        let file = std::fs::File::open(&seen).expect("it was stored");
        let info = imaging::inspect(file, &Default::default()).expect("it is a picture");
        let reference = references
            .entry((task.source.name(), *width, info.height))
            .or_insert_with(|| quality::reference(&bytes, *width, info.height));
        let mine = quality::score(sharp, reference, &seen);
        let other = quality::score(sharp, reference, &contenders::numbered(&theirs, at));
        scores.push((mine, other));
    }
    // Of several sizes the one that comes off worst.
    let scores = scores
        .into_iter()
        .max_by(|one, other| (one.1 - one.0).total_cmp(&(other.1 - other.0)))
        .expect("a task makes something");
    let size = |run: &Run| run.sizes.iter().sum::<usize>() as f64;
    let more = size(&first) / size(&scored) - 1.0;
    let worse = scores.1 - scores.0;
    let ratio = if task.together > 1 {
        wall.1 / wall.0
    } else {
        cpu.1 / cpu.0
    };
    // Against each of sharp's efforts an AVIF has other bytes; the row says how many, and is held to the quality.
    let held =
        worse <= LESS_QUALITY && (more <= MORE_BYTES || task.format == imaging::Format::Avif);
    let verdict = match (held, ratio >= task.goal) {
        (false, _) => "**out of bounds**",
        (true, false) => "slower than the goal",
        (true, true) => "",
    };
    println!(
        "| ({}) {} | {:.1} : {:.1} | {:.2}{} | {:.2}{} | {:+.1} % | {:.1} : {:.1} | {verdict} |",
        task.name,
        task.words,
        cpu.0,
        cpu.1,
        cpu.1 / cpu.0,
        if task.together > 1 {
            String::new()
        } else {
            format!(" ({})", task.goal)
        },
        wall.1 / wall.0,
        if task.together > 1 {
            format!(" ({})", task.goal)
        } else {
            String::new()
        },
        more * 100.0,
        scores.0,
        scores.1,
    );
    held
}

/// The picture's file, drawn when it isn't there yet.
fn input(task: &Task, folder: &Path) -> PathBuf {
    let path = folder.join(task.source.name());
    if !path.exists() {
        std::fs::write(&path, task.source.draw()).expect("the picture is stored");
    }
    path
}

fn median(runs: &[Run], of: impl Fn(&Run) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
