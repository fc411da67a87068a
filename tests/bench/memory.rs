//! Peak memory of one shot above idle, each in a process of its own. Linux only: it is `/proc` that knows.

use std::path::Path;
use std::process::{Command, ExitCode};

use imaging::Limits;

use crate::contenders::{self, Sharp};
use crate::tasks;

pub fn compare(folder: &Path) {
    println!(
        "\n| peak memory above idle, one shot, the file's own bytes included | ours | sharp | the file | estimate, beside the file |"
    );
    println!("|---|---|---|---|---|");
    for task in tasks::all() {
        if task.together > 1 || task.name.starts_with('f') {
            continue;
        }
        let input = folder.join(task.source.name());
        let ours = Command::new(std::env::current_exe().expect("this program"))
            .args(["memory".as_ref(), task.name.as_ref(), input.as_os_str()])
            .output()
            .expect("it starts");
        let ours = String::from_utf8_lossy(&ours.stdout)
            .trim()
            .parse()
            .unwrap_or(0.0);
        let theirs = Sharp::start().memory(&input, &task) as f64;
        let bytes = std::fs::read(&input).expect("the picture was drawn");
        let source = || std::io::Cursor::new(&bytes);
        let info = imaging::inspect(source(), &Limits::default()).expect("it is a picture");
        let estimate = imaging::estimate_memory(source(), &info, &contenders::transforms(&task));
        println!(
            "| ({}) {} | {:.1} MB | {:.1} MB | {:.1} MB | {:.1} MB |",
            task.name,
            task.words,
            ours / 1e6,
            theirs / 1e6,
            bytes.len() as f64 / 1e6,
            estimate as f64 / 1e6,
        );
    }
}

/// Does one task once, and prints by how many bytes this process had grown at most.
pub fn one_shot(name: &str, input: &Path) -> ExitCode {
    let Some(task) = tasks::all().into_iter().find(|task| task.name == name) else {
        return ExitCode::FAILURE;
    };
    // As a server that has worked before: code that is mapped in is no growth.
    let small = crate::pictures::jpeg(&image::RgbImage::new(64, 64), 80);
    contenders::ours(&small, &task);
    std::fs::write("/proc/self/clear_refs", "5").expect("the mark is reset");
    let idle = status("VmRSS:");
    let bytes = std::fs::read(input).expect("the picture was drawn");
    contenders::ours(&bytes, &task);
    println!("{}", status("VmHWM:").saturating_sub(idle));
    ExitCode::SUCCESS
}

fn status(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says it");
    let kilobytes = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.trim().strip_suffix(" kB"));
    kilobytes
        .and_then(|text| text.parse::<u64>().ok())
        .unwrap_or(0)
        * 1024
}
