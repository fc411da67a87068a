//! What the app does around its window: it is started at login, and says what happened by the system.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::one_window_at_a_time;
use crate::pictures::draw;
use crate::session::{Session, wait_until};
use crate::webdriver::Window;

/// The app in the tray, without a window. Ended with the test.
pub struct Hidden(Child);

impl Hidden {
    pub fn start(desktop: &Session) -> Hidden {
        let mut app = desktop
            .command(Window::program())
            .arg("--hidden")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the app starts");
        let log = BufReader::new(app.stderr.take().expect("its log"));
        let mut lines = log.lines().map_while(Result::ok);
        let ready = lines.any(|line| line.contains("accepts connections"));
        assert!(ready, "the app ended before its server ran");
        // What it writes later has to go somewhere.
        std::thread::spawn(move || lines.for_each(drop));
        Hidden(app)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_hidden_window_notifies_that_a_link_was_copied_and_copies_it_again() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    desktop.show_trays();
    let (mut press, mut shown) = desktop.show_notifications();
    let picture = draw(&desktop, "unseen.png", 300, 200);
    let _app = Hidden::start(&desktop);
    desktop.copy_picture(&picture);
    let second = desktop.try_run(Window::program(), &["--paste"]);
    assert!(second.status.success());

    let mut line = String::new();
    shown.read_line(&mut line).expect("a notification");
    let notification: Value = serde_json::from_str(&line).expect("what it says");
    assert_eq!(notification["summary"], "Link copied · URL");
    assert_eq!(
        notification["icon"], "vitrine-desktop",
        "as the bundles install it"
    );
    let thumbnail = notification["picture"].as_str().expect("its picture");
    let thumbnail = fs::read(thumbnail).expect("the thumbnail");
    assert!(image::load_from_memory(&thumbnail).is_ok());
    assert!(!desktop.is_on_screen("Vitrine"), "nothing pops up");

    let links = desktop.clipboard();
    desktop.copy_text("something else");
    writeln!(press, "copy").expect("a press");
    wait_until("the links to be on the clipboard again", || {
        desktop.clipboard() == links
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn it_starts_at_login_without_a_window_once_that_is_switched_on() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let window = Window::open(&desktop).await;
    window.ask("location.hash = '#/settings/startup'").await;
    window.press("input[data-switch=login]").await;
    let folder = desktop.home.path().join("config/autostart");
    let entry = || {
        let entries = fs::read_dir(&folder).ok()?.flatten();
        entries
            .filter_map(|entry| fs::read_to_string(entry.path()).ok())
            .next()
    };
    wait_until("an entry among what is started at login", || {
        entry().is_some()
    });
    let written = entry().expect("the entry");
    let program = Window::program();
    assert!(
        written.contains(&format!("Exec=\"{}\" --hidden", program.display())),
        "{written}"
    );
    window.press("input[data-switch=login]").await;
    wait_until("the entry to be gone", || entry().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn diagnostics_describe_the_app_without_the_places_of_files() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let window = Window::open(&desktop).await;
    window.ask("location.hash = '#/settings'").await;
    window.press("[data-action=diagnostics]").await;
    wait_until("them to be on the clipboard", || {
        desktop.clipboard().starts_with("Vitrine ")
    });
    let report = desktop.clipboard();
    assert!(report.contains("server: running"), "{report}");
    assert!(
        report.contains("the window is painted"),
        "the log: {report}"
    );
    let home = desktop.home.path().display().to_string();
    assert!(!report.contains(&home), "{report}");

    window.press("[data-action=show-log]").await;
    let log = window
        .until(
            "the log",
            "return document.querySelector('[data-log]')?.textContent ?? null",
        )
        .await;
    window.settle().await;
    desktop.screenshot("log");
    let log = log.as_str().expect("lines");
    assert!(log.contains("the window is painted"), "{log}");
    assert!(!log.contains(&home), "{log}");
}
