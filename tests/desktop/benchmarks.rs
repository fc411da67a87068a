//! What the app takes: time to start, and memory hidden, open, and closed again. Printed beside its goal; no test, because
//! machines differ. `make bench-desktop` builds the app and runs it.

#![allow(dead_code, reason = "the tests of the real window use more of these")]

mod drag;
mod environment;
mod pictures;
mod processes;
mod session;
mod webdriver;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use drag::drop_files;
use pictures::draw;
use processes::processes_of;
use session::{Session, wait_until};
use webdriver::Window;

const MB: f64 = 1024.0;
/// As many rows as somebody has who uploads for a year.
const ROWS: usize = 1000;
const MORE: usize = 500;
const ROUNDS: usize = 50;
/// How long a program may take to come to rest before it is measured.
const SETTLED: Duration = Duration::from_secs(10);

fn main() {
    println!("{:<52} {:>9} {:>9}", "", "measured", "goal");
    hidden();
    open();
}

/// Started at login: the window was not opened yet.
fn hidden() {
    let mut desktop = Session::start();
    desktop.show_trays();
    let begun = Instant::now();
    let app = App::start(&desktop, &["--hidden"]);
    app.until_it_says("accepts connections");
    say(
        "hidden: start to an answering server",
        begun.elapsed().as_secs_f64() * 1000.0,
        "ms",
        400.0,
    );
    thread::sleep(SETTLED);
    say("hidden: memory", app.pss(), "MB", 115.0);
    let idle = app.cpu();
    thread::sleep(Duration::from_secs(60));
    let share = (app.cpu() - idle).as_secs_f64() / 60.0 * 100.0;
    say("hidden: processor over one minute", share, "%", 0.2);
}

fn open() {
    let mut desktop = Session::start();
    desktop.show_trays();
    let starts: Vec<f64> = (0..5).map(|_| start_to_painted(&desktop)).collect();
    say(
        "start to a window that takes drops, median of 5",
        median(starts),
        "ms",
        1500.0,
    );

    let app = App::start(&desktop, &[]);
    app.until_it_says("window is painted");
    upload(&desktop, "first", ROWS);
    thread::sleep(SETTLED);
    let with_rows = app.pss();
    say("window with 1,000 rows: memory", with_rows, "MB", 320.0);
    upload(&desktop, "more", MORE);
    thread::sleep(SETTLED);
    say(
        "growth by 500 uploads more",
        (app.pss() / with_rows - 1.0) * 100.0,
        "%",
        5.0,
    );

    close(&desktop);
    thread::sleep(SETTLED);
    let closed = app.pss();
    say("window closed, in the tray: memory", closed, "MB", 160.0);
    for _ in 0..ROUNDS {
        desktop.run(
            Window::program().to_str().expect("a path in UTF-8"),
            &["--show"],
        );
        wait_until("the window", || desktop.is_on_screen("Vitrine"));
        close(&desktop);
    }
    thread::sleep(SETTLED);
    say(
        "growth by opening and closing it 50 times",
        (app.pss() / closed - 1.0) * 100.0,
        "%",
        5.0,
    );
}

fn start_to_painted(desktop: &Session) -> f64 {
    let begun = Instant::now();
    let app = App::start(desktop, &[]);
    app.until_it_says("window is painted");
    begun.elapsed().as_secs_f64() * 1000.0
}

/// Drops that many pictures, and waits until the links of the last drop are copied.
fn upload(desktop: &Session, name: &str, count: usize) {
    const AT_ONCE: usize = 250;
    let pictures: Vec<PathBuf> = (0..count)
        .map(|at| {
            draw(
                desktop,
                &format!("{name}-{at}.png"),
                300 + at as u32 % 7,
                200,
            )
        })
        .collect();
    for some in pictures.chunks(AT_ONCE) {
        let before = desktop.clipboard();
        drop_files(desktop, "Vitrine", some);
        let patience = Instant::now() + Duration::from_secs(180);
        while desktop.clipboard() == before {
            assert!(
                Instant::now() < patience,
                "pictures did not go up within three minutes"
            );
            thread::sleep(Duration::from_millis(200));
        }
    }
}

fn close(desktop: &Session) {
    desktop.close_window("Vitrine");
    wait_until("the window to go", || !desktop.is_on_screen("Vitrine"));
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn say(what: &str, measured: f64, unit: &str, goal: f64) {
    let verdict = if measured <= goal { "" } else { "  missed" };
    println!("{what:<52} {measured:>6.1} {unit:<2} {goal:>6.1} {unit}{verdict}");
}

struct App {
    process: Child,
    log: Receiver<String>,
}

impl App {
    fn start(desktop: &Session, arguments: &[&str]) -> App {
        let mut process = desktop
            .command(Window::program())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the app starts");
        let lines = BufReader::new(process.stderr.take().expect("its log")).lines();
        let (tell, log) = mpsc::channel();
        thread::spawn(move || {
            lines
                .map_while(Result::ok)
                .try_for_each(|line| tell.send(line))
        });
        App { process, log }
    }

    fn until_it_says(&self, words: &str) {
        loop {
            let line = self.log.recv_timeout(Duration::from_secs(30));
            if line.expect("the app to say it").contains(words) {
                return;
            }
        }
    }

    /// Of the app and of WebKit's processes, what is shared counted in parts.
    fn pss(&self) -> f64 {
        self.family().iter().map(|pid| pss_of(*pid)).sum::<f64>() / MB
    }

    fn cpu(&self) -> Duration {
        let ticks: u64 = self.family().iter().filter_map(|pid| ticks_of(*pid)).sum();
        Duration::from_millis(ticks * 10)
    }

    /// It and all who descend from it.
    fn family(&self) -> Vec<u32> {
        let mut family = vec![self.process.id()];
        let mut at = 0;
        while let Some(parent) = family.get(at).copied() {
            family.extend(processes_of(parent, ""));
            at += 1;
        }
        family
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = std::process::Command::new("kill")
            .arg(self.process.id().to_string())
            .status();
        let _ = self.process.wait();
    }
}

/// In KB.
fn pss_of(pid: u32) -> f64 {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0.0)
}

/// In hundredths of a second, in user space and in the kernel.
fn ticks_of(pid: u32) -> Option<u64> {
    let fields = fields_of(pid)?;
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

/// What `/proc/PID/stat` says behind the name, which may have spaces in it: the state, the parent, and so on.
fn fields_of(pid: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, behind) = stat.rsplit_once(')')?;
    Some(behind.split_whitespace().map(str::to_owned).collect())
}
