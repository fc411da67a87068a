//! The two sides: each is given a task and says what it cost.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use cpu_time::ProcessTime;
use imaging::{Fit, Format, Limits, NeverCancelled, OutputFormat, Transform};
use serde_json::{Value, json};

use crate::tasks::Task;

/// What one run cost and made.
pub struct Run {
    /// Milliseconds.
    pub cpu: f64,
    pub wall: f64,
    pub sizes: Vec<usize>,
}

pub fn transforms(task: &Task) -> Vec<Transform> {
    let transform = |width| Transform {
        height: task.height,
        fit: Fit::Fill,
        format: OutputFormat::Fixed(task.format),
        quality: task.quality,
        ..Transform::to_width(width)
    };
    task.widths.iter().copied().map(transform).collect()
}

/// Vitrine's side, in this process.
pub fn ours(bytes: &[u8], task: &Task) -> Vec<Vec<u8>> {
    let limits = Limits::default();
    let transforms = transforms(task);
    if let [transform] = transforms.as_slice() {
        let rendered =
            imaging::render(bytes, transform, &limits, &NeverCancelled).expect("it is rendered");
        return vec![rendered.bytes];
    }
    let mut made = vec![Vec::new(); transforms.len()];
    imaging::render_all(
        bytes,
        &transforms,
        &limits,
        &NeverCancelled,
        |at, rendered| {
            made[at] = rendered.expect("it is rendered").bytes;
        },
    )
    .expect("it is decoded");
    made
}

pub fn run_ours(bytes: &[u8], task: &Task, output: Option<&Path>) -> Run {
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    let made = std::thread::scope(|scope| {
        let others: Vec<_> = (1..task.together)
            .map(|_| scope.spawn(|| ours(bytes, task)))
            .collect();
        let mine = ours(bytes, task);
        for other in others {
            other.join().expect("it is rendered");
        }
        mine
    });
    let (cpu, wall) = (cpu.elapsed(), wall.elapsed());
    if let Some(output) = output {
        for (at, bytes) in made.iter().enumerate() {
            std::fs::write(numbered(output, at), bytes).expect("it is stored");
        }
    }
    Run {
        cpu: cpu.as_secs_f64() * 1e3,
        wall: wall.as_secs_f64() * 1e3,
        sizes: made.iter().map(Vec::len).collect(),
    }
}

pub fn numbered(path: &Path, at: usize) -> PathBuf {
    PathBuf::from(format!("{}.{at}", path.display()))
}

/// sharp's side, in a process of its own.
pub struct Sharp {
    child: Child,
    tell: ChildStdin,
    hear: BufReader<ChildStdout>,
}

impl Sharp {
    pub fn start() -> Sharp {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("sharp.mjs");
        let mut child = Command::new("node")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node is installed");
        let tell = child.stdin.take().expect("it is piped");
        let hear = BufReader::new(child.stdout.take().expect("it is piped"));
        Sharp { child, tell, hear }
    }

    pub fn ask(&mut self, command: &Value) -> Value {
        writeln!(self.tell, "{command}").expect("sharp listens");
        let mut line = String::new();
        self.hear.read_line(&mut line).expect("sharp answers");
        let answer: Value = serde_json::from_str(&line).expect("sharp answers in JSON");
        assert!(answer.get("failed").is_none(), "sharp: {answer}");
        answer
    }

    pub fn run(&mut self, input: &Path, task: &Task, exact: bool, output: Option<&Path>) -> Run {
        let answer = self.ask(&json!({
            "command": "run", "input": input, "output": output,
            "together": task.together, "task": task_json(task, exact),
        }));
        let sizes = answer["sizes"].as_array().expect("sizes");
        Run {
            cpu: answer["cpu"].as_f64().expect("a time"),
            wall: answer["wall"].as_f64().expect("a time"),
            sizes: sizes
                .iter()
                .map(|size| size.as_u64().unwrap_or(0) as usize)
                .collect(),
        }
    }

    /// Bytes above idle that one run takes at most.
    pub fn memory(&mut self, input: &Path, task: &Task) -> u64 {
        let command =
            json!({ "command": "memory", "input": input, "task": task_json(task, false) });
        self.ask(&command)["bytes"].as_u64().unwrap_or(0)
    }
}

impl Drop for Sharp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn task_json(task: &Task, exact: bool) -> Value {
    let mut task_json = json!({
        "widths": task.widths, "height": task.height, "exact": exact,
        "format": match task.format { Format::Jpeg => "jpeg", Format::Png => "png", Format::WebP => "webp", Format::Gif => "gif", _ => "avif" },
        "moves": task.moves,
    });
    if let Some(quality) = task.quality {
        task_json["quality"] = json!(quality);
    }
    if let Some(effort) = task.effort {
        task_json["effort"] = json!(effort);
    }
    task_json
}
