//! The real window: real drag-and-drop, real clipboard, real keychain, on a desktop of the test's own.

mod drag;
mod session;
mod webdriver;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use drag::drop_files;
use session::{Session, wait_until};
use webdriver::{Window, http};

/// Under which name the app keeps its key in the keychain.
const SERVICE: &str = "io.github.vitrine.Vitrine";
const DONE: &str = "li[data-row][data-state=done]";

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn two_dropped_files_become_links_on_the_clipboard() {
    let _alone = one_window_at_a_time();
    let desktop = Session::start();
    let photo = draw(&desktop, "Ferien in Malmö.jpg", 1300, 900);
    let screenshot = draw(&desktop, "screenshot.png", 640, 480);
    let window = Window::open(&desktop).await;

    drop_files(&desktop, "Vitrine", &[photo.clone(), screenshot.clone()]);
    window.until("two finished rows", &count_is(DONE, 2)).await;
    wait_until("the links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 8
    });
    desktop.screenshot("two-pictures-done");

    // The photo's original and its four smaller sizes, then the screenshot's original and two.
    let clipboard = desktop.clipboard();
    let links: Vec<&str> = clipboard.lines().collect();
    assert_eq!(
        fetch(links[0]).await,
        std::fs::read(&photo).expect("the photo")
    );
    assert_eq!(
        fetch(links[5]).await,
        std::fs::read(&screenshot).expect("the screenshot")
    );
    let endings: Vec<&str> = links
        .iter()
        .map(|link| link.rsplit('/').next().expect("an end"))
        .collect();
    assert_eq!(endings[1..5], ["200", "400", "800", "1200"]);
    assert_eq!(endings[6..8], ["200", "400"]);
    let resized = image::load_from_memory(&fetch(links[3]).await).expect("a picture");
    assert_eq!((resized.width(), resized.height()), (800, 554));

    let secret = stored_secret(&desktop);
    assert!(secret.starts_with("sk_"), "the keychain holds a key");
    assert_eq!(
        files_with(desktop.home.path(), &secret),
        Vec::<PathBuf>::new()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn rows_and_links_are_there_after_a_restart() {
    let _alone = one_window_at_a_time();
    let desktop = Session::start();
    let photo = draw(&desktop, "kept.jpg", 900, 600);
    let window = Window::open(&desktop).await;
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("the links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 4
    });
    let clipboard = desktop.clipboard();
    let link = clipboard.lines().next().expect("the original's link");

    let pid = window.pid();
    let asked = Instant::now();
    desktop.run("kill", &["-TERM", &pid.to_string()]);
    wait_until("the app to end", || {
        !Path::new(&format!("/proc/{pid}")).exists() || is_zombie(pid)
    });
    assert!(
        asked.elapsed() < Duration::from_secs(2),
        "SIGTERM ends everything within two seconds"
    );
    drop(window);

    let window = Window::open(&desktop).await;
    window.until("the row of before", &count_is(DONE, 1)).await;
    let name = window
        .ask(&format!(
            "return document.querySelector('{DONE}').innerText"
        ))
        .await;
    assert!(
        name.as_str().is_some_and(|text| text.contains("kept")),
        "the row says {name}"
    );
    window
        .click(&format!("{DONE} button[data-copy=original]"))
        .await;
    wait_until("the original's link to be copied again", || {
        desktop.clipboard().trim() == link
    });
    assert_eq!(fetch(link).await, std::fs::read(&photo).expect("the photo"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_no_picture_is_refused_with_a_reason_and_the_others_go_on() {
    let _alone = one_window_at_a_time();
    let desktop = Session::start();
    let text = desktop.home.path().join("notes.jpg");
    std::fs::write(&text, "not a picture at all").expect("a text file");
    let empty = desktop.home.path().join("empty.png");
    std::fs::write(&empty, "").expect("an empty file");
    let photo = draw(&desktop, "fine.png", 500, 300);
    let window = Window::open(&desktop).await;

    drop_files(&desktop, "Vitrine", &[text, photo, empty]);
    window.until("one finished row", &count_is(DONE, 1)).await;
    window
        .until(
            "two refused rows",
            &count_is("li[data-row][data-state=failed]", 2),
        )
        .await;
    wait_until("the links of the good one", || {
        desktop.clipboard().lines().count() == 3
    });
    let words = window.ask("return document.body.innerText").await;
    let words = words.as_str().expect("text");
    assert!(
        words.contains("empty"),
        "the empty file's row says so: {words}"
    );
    desktop.screenshot("refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_pasted_picture_becomes_a_link_without_a_keychain_too() {
    let _alone = one_window_at_a_time();
    let mut desktop = Session::without_keyring();
    let picture = draw(&desktop, "copied.png", 450, 320);
    let window = Window::open(&desktop).await;
    window
        .until(
            "the notice that no keychain was found",
            "return !!document.querySelector('[data-note=keychain]')",
        )
        .await;
    desktop.copy_picture(&picture);

    let id = desktop.run(
        "xdotool",
        &["search", "--onlyvisible", "--name", "^Vitrine$"],
    );
    let id = id.lines().next().expect("the app's window").to_owned();
    desktop.run(
        "xdotool",
        &[
            "windowfocus",
            "--sync",
            &id,
            "key",
            "--window",
            &id,
            "ctrl+v",
        ],
    );
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("the links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 3
    });
    let clipboard = desktop.clipboard();
    let original = fetch(clipboard.lines().next().expect("a link")).await;
    let shown = image::load_from_memory(&original)
        .expect("a picture")
        .to_rgb8();
    let copied = image::open(&picture).expect("a picture").to_rgb8();
    assert_eq!(shown, copied, "the pasted pixels arrive unchanged");
}

/// A script that says whether a selector finds exactly so many elements.
fn count_is(selector: &str, count: usize) -> String {
    format!("return document.querySelectorAll('{selector}').length === {count}")
}

async fn fetch(link: &str) -> Vec<u8> {
    let answer = http().get(link).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{link}");
    answer.bytes().await.expect("its bytes").to_vec()
}

/// A picture with something to see in it, as JPEG or PNG by its name's ending.
fn draw(desktop: &Session, name: &str, width: u32, height: u32) -> PathBuf {
    let file = desktop.home.path().join(name);
    image::RgbImage::from_fn(width, height, |x, y| {
        let wave = ((x as f32 / 37.0).sin() * (y as f32 / 23.0).cos() * 60.0) as i32;
        let tone = |base: u32| (base as i32 + wave).clamp(0, 255) as u8;
        image::Rgb([
            tone(x * 200 / width + 30),
            tone(y * 160 / height + 60),
            tone(150),
        ])
    })
    .save(&file)
    .expect("a drawn picture");
    file
}

/// The key that the app keeps in the keychain, read by another program.
fn stored_secret(desktop: &Session) -> String {
    let found = desktop.try_run(
        "secret-tool",
        &["search", "--all", "--unlock", "service", SERVICE],
    );
    let found = String::from_utf8_lossy(&found.stdout).into_owned();
    let secrets: BTreeMap<&str, &str> = found
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .collect();
    secrets
        .get("secret")
        .unwrap_or_else(|| panic!("no secret in: {found}"))
        .to_string()
}

/// Every file below a folder that holds this text: data, settings, cache and logs alike.
fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)
        .expect("a readable folder")
        .flatten()
    {
        let path = entry.path();
        let kind = entry.file_type().expect("a kind of file");
        if kind.is_dir() {
            found.extend(files_with(&path, text));
        } else if kind.is_file() {
            let bytes = std::fs::read(&path).unwrap_or_default();
            if bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
            {
                found.push(path);
            }
        }
    }
    found
}

/// A process that has ended, though its parent has not yet asked how.
fn is_zombie(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

/// `cargo test` runs tests as threads of one process; two windows at once would steal each other's focus.
fn one_window_at_a_time() -> MutexGuard<'static, ()> {
    static WINDOW: Mutex<()> = Mutex::new(());
    WINDOW
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}
