//! The key to this computer's server: in the keychain and nowhere else, locked or missing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::pictures::{draw, fetch};
use crate::session::{Session, wait_until};
use crate::webdriver::Window;
use crate::{DONE, count_is, one_window_at_a_time};

/// Under which name the app keeps its key.
const SERVICE: &str = "io.github.vitrine.Vitrine";

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_pasted_picture_becomes_a_link_without_a_keychain_too() {
    let _alone = one_window_at_a_time().await;
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

    let id = desktop.window("Vitrine").expect("the app's window");
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

/// The key that the app keeps in the keychain, read by another program.
pub fn stored_secret(desktop: &Session) -> String {
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
pub fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_locked_keychain_delays_nothing_but_the_upload() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    let window = paste_while_locked(&mut desktop, "patient.png").await;
    desktop.screenshot("keychain-locked");

    desktop.answer_keyring_prompt();
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("the links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 2
    });
    let clipboard = desktop.clipboard();
    let link = clipboard.lines().next().expect("a link");
    assert!(image::load_from_memory(&fetch(link).await).is_ok());
}

/// A window with one row, a pasted picture, that waits for the keyring to be unlocked.
pub async fn paste_while_locked(desktop: &mut Session, name: &str) -> Window {
    desktop.lock_keyring();
    let picture = draw(desktop, name, 300, 200);
    let window = Window::open(desktop).await;
    desktop.copy_picture(&picture);
    // The keyring's own prompt has the keyboard and the mouse, so the button is pressed from inside.
    window
        .ask("document.querySelector('[data-action=paste]').click()")
        .await;
    let waiting = count_is("li[data-row][data-state=waiting]", 1);
    window.until("a row that waits", &waiting).await;
    window
}
