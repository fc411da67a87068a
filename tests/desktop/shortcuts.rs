//! Keys that work wherever the user is: taken from X11, and asked for at the portal where that is Wayland's.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout};

use serde_json::{Value, json};

use crate::pictures::draw;
use crate::session::{Session, wait_until};
use crate::system_integration::Hidden;
use crate::webdriver::Window;
use crate::{DONE, count_is, one_window_at_a_time};

const PASTE: &str = "[data-field=key-paste]";
const SHOW: &str = "[data-field=key-show]";

async fn open_settings(desktop: &Session) -> Window {
    let window = Window::open(desktop).await;
    window.ask("location.hash = '#/settings/startup'").await;
    window
}

fn remembered(desktop: &Session) -> Value {
    let path = "data/vitrine/desktop/settings.json";
    let settings = fs::read(desktop.home.path().join(path)).expect("the app's settings");
    let settings: Value = serde_json::from_slice(&settings).expect("settings");
    settings["shortcuts"].clone()
}

/// What the settings say is wrong.
async fn wrong(window: &Window) -> String {
    let said = "return document.querySelector('[data-card=startup] [role=alert]')?.innerText";
    let said = window.until("a sentence about the keys", said).await;
    said.as_str().expect("a sentence").to_owned()
}

/// The desktop's portal, and the user who answers its questions.
struct Portal {
    user: ChildStdin,
    requests: BufReader<ChildStdout>,
}

impl Portal {
    /// That of a desktop on which Vitrine is installed.
    fn start(desktop: &mut Session) -> Portal {
        let name = "io.github.vitrine.Vitrine.desktop";
        let entry = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/desktop");
        let entry = fs::read_to_string(entry.join(name)).expect("the entry of the bundles");
        let program = format!("Exec={}", Window::program().display());
        let applications = desktop.home.path().join("data/applications");
        fs::create_dir_all(&applications).expect("a folder for applications");
        let entry = entry.replace("Exec=vitrine-desktop", &program);
        fs::write(applications.join(name), entry).expect("the entry");
        Portal::of_strangers(desktop)
    }

    fn of_strangers(desktop: &mut Session) -> Portal {
        let (user, requests) = desktop.be_wayland();
        Portal { user, requests }
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.requests.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).expect("what the portal was asked")
    }

    /// The next thing that happens is this question.
    #[track_caller]
    fn is_asked(&mut self, keys: Value) {
        let question = json!({ "app": "io.github.vitrine.Vitrine", "asks": keys });
        assert_eq!(self.next(), question);
    }

    /// The next thing that happens is that a session is over.
    #[track_caller]
    fn is_left(&mut self) {
        assert_eq!(self.next(), json!({ "ended": true }));
    }

    fn user(&mut self, does: &str) {
        writeln!(self.user, "{does}").expect("the portal listens");
    }
}

fn paste_by(keys: &str) -> Value {
    json!(["paste", "Paste and upload", keys])
}

fn show_by(keys: &str) -> Value {
    json!(["show", "Open Vitrine", keys])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn keys_that_work_everywhere_upload_the_clipboard() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    desktop.show_trays();
    let picture = draw(&desktop, "by-keys.png", 300, 200);
    let window = open_settings(&desktop).await;
    window.write(PASTE, "Ctrl+Alt+U").await;
    wait_until("the keys to be remembered", || {
        remembered(&desktop)["paste"] == "Ctrl+Alt+U"
    });
    desktop.copy_picture(&picture);
    desktop.run("xdotool", &["key", "ctrl+alt+u"]);
    window.ask("location.hash = '#/'").await;
    window.until("a finished row", &count_is(DONE, 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn keys_are_the_portals_to_give_once_its_user_allows_them() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    let mut portal = Portal::start(&mut desktop);
    let picture = draw(&desktop, "by-portal.png", 300, 200);
    let window = open_settings(&desktop).await;

    window.write(PASTE, "Ctrl+Alt+U").await;
    portal.is_asked(json!([paste_by("CTRL+ALT+u")]));
    // Other shortcuts are set before the user has answered: the request is withdrawn and another one sent.
    window.write(SHOW, "Super+F9").await;
    portal.is_left();
    portal.is_asked(json!([paste_by("CTRL+ALT+u"), show_by("LOGO+F9")]));
    assert_eq!(remembered(&desktop)["paste"], Value::Null);
    portal.user("allow");
    wait_until("the keys to be remembered", || {
        remembered(&desktop) == json!({ "paste": "Ctrl+Alt+U", "show": "Super+F9" })
    });

    desktop.copy_picture(&picture);
    portal.user("press paste");
    window.ask("location.hash = '#/'").await;
    window.until("a finished row", &count_is(DONE, 1)).await;

    // Without keys there is nothing to ask for.
    window.ask("location.hash = '#/settings/startup'").await;
    window.write(PASTE, "").await;
    portal.is_left();
    portal.is_asked(json!([show_by("LOGO+F9")]));
    portal.user("allow");
    wait_until("one of them to be forgotten", || {
        remembered(&desktop)["paste"] == Value::Null
    });
    window.write(SHOW, "").await;
    portal.is_left();
    wait_until("the other to be forgotten", || {
        remembered(&desktop)["show"] == Value::Null
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn keys_of_before_are_asked_for_at_the_start_and_show_the_window() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    desktop.show_trays();
    desktop.remember(json!({ "shortcuts": { "show": "Ctrl+Shift+PrintScreen" } }));
    let mut portal = Portal::start(&mut desktop);
    let _app = Hidden::start(&desktop);
    portal.is_asked(json!([show_by("CTRL+SHIFT+Print")]));
    portal.user("allow");
    portal.user("press show");
    wait_until("the window", || desktop.is_on_screen("Vitrine"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn who_declines_the_keys_reads_that_they_do_not_work_and_keeps_those_of_before() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    desktop.remember(json!({ "shortcuts": { "paste": "Ctrl+Alt+U" } }));
    let mut portal = Portal::start(&mut desktop);
    let window = open_settings(&desktop).await;
    portal.is_asked(json!([paste_by("CTRL+ALT+u")]));
    portal.user("allow");

    window.write(PASTE, "Ctrl+Alt+P").await;
    portal.is_left();
    portal.is_asked(json!([paste_by("CTRL+ALT+p")]));
    portal.user("decline");
    portal.is_left();
    portal.is_asked(json!([paste_by("CTRL+ALT+u")]));
    portal.user("allow");
    let said = wrong(&window).await;
    assert!(said.contains("You declined the shortcut"), "{said}");
    desktop.screenshot("shortcuts-declined");
    assert_eq!(remembered(&desktop)["paste"], "Ctrl+Alt+U");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn who_declines_the_keys_at_the_start_reads_it_in_the_settings() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    desktop.remember(json!({ "shortcuts": { "paste": "Ctrl+Alt+U" } }));
    let mut portal = Portal::start(&mut desktop);
    let window = Window::open(&desktop).await;
    portal.is_asked(json!([paste_by("CTRL+ALT+u")]));
    portal.user("decline");
    portal.is_left();
    window.ask("location.hash = '#/settings/startup'").await;
    let said = wrong(&window).await;
    assert!(said.contains("You declined the shortcut"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_desktop_that_does_not_know_the_app_leaves_the_command_to_bind() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    let _portal = Portal::of_strangers(&mut desktop);
    let window = open_settings(&desktop).await;
    window.write(PASTE, "Ctrl+Alt+U").await;
    let said = wrong(&window).await;
    assert!(said.contains("vitrine-desktop --paste"), "{said}");
}
