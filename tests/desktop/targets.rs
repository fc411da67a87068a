//! Other servers as targets, and what is done about pictures that are there.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::drag::drop_files;
use crate::environment::target_folder;
use crate::keychain::files_with;
use crate::pictures::{draw, fetch};
use crate::session::{Session, wait_until};
use crate::webdriver::{Window, http};
use crate::{DONE, count_is, one_window_at_a_time};

/// A server of somebody else's: another folder, another port.
pub struct Elsewhere {
    pub base: String,
    pub key: String,
    server: Child,
}

impl Elsewhere {
    pub fn start(desktop: &Session) -> Elsewhere {
        let data = desktop.home.path().join("elsewhere");
        let program = target_folder().join("vitrine");
        let made = desktop
            .command(&program)
            .args(["key", "create", "--data"])
            .arg(&data)
            .output()
            .expect("a key is made");
        let key = String::from_utf8_lossy(&made.stdout).trim().to_owned();
        let mut server = desktop
            .command(&program)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("vitrine starts");
        let mut line = String::new();
        BufReader::new(server.stdout.take().expect("its output"))
            .read_line(&mut line)
            .expect("its one line");
        let base = line.trim().strip_prefix("listening on ");
        Elsewhere {
            base: base.expect("an address").to_owned(),
            key,
            server,
        }
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Adds a server where a screen offers that.
pub async fn add_target(window: &Window, name: &str, base: &str, key: &str) {
    window.press("[data-action=add-target]").await;
    window.write("[data-field=target-name]", name).await;
    window.write("[data-field=target-address]", base).await;
    window.write("[data-field=target-key]", key).await;
    window.press("[data-action=save-target]").await;
    let added = format!("[data-target=\"{name}\"]");
    window.until("the target", &count_is(&added, 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn another_server_is_added_tested_used_and_removed_and_its_key_is_in_no_file() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let there = Elsewhere::start(&desktop);
    let window = Window::open(&desktop).await;

    window.press("[data-screen=settings]").await;
    add_target(&window, "Office", &there.base, &there.key).await;
    window
        .press("[data-target=Office] [data-action=test-target]")
        .await;
    window
        .until(
            "the test to succeed",
            "return document.querySelector('[data-target=Office] [data-test-result]') !== null",
        )
        .await;
    window.press("[data-target=Office] input[type=radio]").await;

    let photo = draw(&desktop, "office.png", 300, 200);
    window.press("[data-screen=\"\"]").await;
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("its links to be on the clipboard", || {
        desktop.clipboard().starts_with(&there.base)
    });
    let clipboard = desktop.clipboard();
    let link = clipboard.lines().next().expect("a link").to_owned();
    assert!(fetch(&link).await == fs::read(&photo).expect("the picture"));

    // It is taken away from there, unless somebody thinks better of it.
    window.press(&format!("{DONE} [data-menu=row]")).await;
    window.press("[data-item=delete]").await;
    window.press("[data-action=undo]").await;
    window
        .until(
            "the row to be as before",
            &count_is("[data-action=undo]", 0),
        )
        .await;
    window
        .ask(
            "const host = window.__TAURI_INTERNALS__; \
             return host.invoke('preferences').then((settings) => \
                 host.invoke('save_preferences', { settings: { ...settings, deleteDelay: 0 } }))",
        )
        .await;
    window.press(&format!("{DONE} [data-menu=row]")).await;
    window.press("[data-item=delete]").await;
    window.until("the row to go", &count_is(DONE, 0)).await;
    let status = http().get(&link).send().await.expect("an answer").status();
    assert_eq!(status, 404);

    let leaks = files_with(desktop.home.path(), &there.key);
    assert!(leaks.is_empty(), "{leaks:?}");
    window.press("[data-screen=settings]").await;
    window
        .press("[data-target=Office] [data-menu=target]")
        .await;
    window.press("[data-item=remove-target]").await;
    window.press("[data-action=really-remove]").await;
    window
        .until("the target to go", &count_is("[data-target=Office]", 0))
        .await;
    let known = desktop.try_run(
        "secret-tool",
        &["search", "--all", "service", "io.github.vitrine.Vitrine"],
    );
    let known = String::from_utf8_lossy(&known.stdout).into_owned();
    assert!(
        !known.contains(&there.key),
        "its key is out of the keychain"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_editor_on_this_computer_uploads_once_it_is_let_in() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let window = Window::open(&desktop).await;
    window.press("[data-screen=settings]").await;
    window.press("[data-switch=editors]").await;
    let port = window
        .until(
            "the editor server to start",
            "return document.querySelector('[data-editor-port]')?.dataset.editorPort ?? null",
        )
        .await;
    let port = port.as_str().expect("a port");

    let photo = draw(&desktop, "note.png", 300, 200);
    let asked = serde_json::json!({ "list": [photo] });
    let answer = http()
        .post(format!("http://127.0.0.1:{port}/upload"))
        .header("content-type", "application/json")
        .body(asked.to_string())
        .send()
        .await
        .expect("an answer")
        .text()
        .await
        .expect("a whole answer");
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(answer["success"], true, "{answer}");
    let link = answer["result"][0].as_str().expect("a link");
    assert!(fetch(link).await == fs::read(&photo).expect("the picture"));

    // The editor server's self-test uses the same path and the token, and leaves nothing behind.
    window
        .write("[data-card=editors] input[type=password]", "s3cret")
        .await;
    window.press("[data-action=set-token]").await;
    window
        .until(
            "the token to be kept",
            "return document.querySelector('[data-card=editors] input[type=password]')?.value === ''",
        )
        .await;
    let before = desktop.clipboard();
    window.press("[data-action=test-editors]").await;
    window
        .until(
            "the test to end",
            &count_is("[data-card=editors] [data-test-result]", 1),
        )
        .await;
    window.settle().await;
    desktop.screenshot("editors-tested");
    let said = window
        .ask("return document.querySelector('[data-card=editors] [data-test-result]').textContent")
        .await;
    let said = said.as_str().expect("a sentence");
    let link = said
        .split_whitespace()
        .find(|word| word.starts_with("http"));
    let link = link.expect("a link").trim_end_matches('.');
    let status = http().get(link).send().await.expect("an answer").status();
    assert_eq!(status, 404, "{said}");
    assert_eq!(desktop.clipboard(), before);
    let rows = window
        .ask(
            "return window.__TAURI_INTERNALS__.invoke('list_jobs', { limit: 9, before: null }).then((rows) => rows.length)",
        )
        .await;
    assert_eq!(rows, 1, "the test's row is gone");

    // The setting is saved, and the editor server stops.
    window.press("[data-switch=editors]").await;
    window
        .until(
            "the editor server to stop",
            &count_is("[data-editor-port]", 0),
        )
        .await;
    // The page says so a moment before.
    let port: u16 = port.parse().expect("a number");
    wait_until("the port to be closed", || {
        TcpStream::connect(("127.0.0.1", port)).is_err()
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_custom_uploaders_file_that_is_dropped_becomes_a_target_and_its_key_is_in_no_file() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let there = Elsewhere::start(&desktop);
    let window = Window::open(&desktop).await;
    let described = desktop.home.path().join("Studio.sxcu");
    let file = serde_json::json!({
        "Version": "14.1.0",
        "Name": "Studio",
        "DestinationType": "ImageUploader",
        "RequestMethod": "POST",
        "RequestURL": format!("{}/upload", there.base),
        "Headers": { "Authorization": format!("Bearer {}", there.key) },
        "Body": "MultipartFormData",
        "FileFormName": "file",
        "URL": "{json:original}",
    });
    fs::write(&described, file.to_string()).expect("a file");

    drop_files(&desktop, "Vitrine", std::slice::from_ref(&described));
    window
        .until(
            "the window to say that there is a new target",
            "return document.body.textContent.includes('Added “Studio”')",
        )
        .await;
    desktop.screenshot("dropped-sxcu");
    window.press("[data-screen=settings]").await;
    window.press("[data-target=Studio] input[type=radio]").await;
    let photo = draw(&desktop, "studio.png", 300, 200);
    window.press("[data-screen=\"\"]").await;
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("its link to be on the clipboard", || {
        desktop.clipboard().starts_with(&there.base)
    });
    let clipboard = desktop.clipboard();
    let link = clipboard.lines().next().expect("a link");
    assert!(fetch(link).await == fs::read(&photo).expect("the picture"));

    fs::remove_file(&described).expect("the file goes");
    let leaks = files_with(desktop.home.path(), &there.key);
    assert!(leaks.is_empty(), "{leaks:?}");
}
