//! A watched folder, from its choice in Settings to the link on the clipboard.

use std::fs;

use crate::pictures::{draw, fetch};
use crate::session::{Session, wait_until};
use crate::webdriver::Window;
use crate::{DONE, count_is, one_window_at_a_time};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_screenshot_in_a_watched_folder_becomes_a_link_on_the_clipboard() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let shots = desktop.home.path().join("Pictures/Screenshots");
    fs::create_dir_all(&shots).expect("a folder for screenshots");
    let before = draw(&desktop, "before.png", 300, 200);
    fs::copy(&before, shots.join("old.png")).expect("an old screenshot");

    let window = Window::open(&desktop).await;
    window.press("[data-screen=settings]").await;
    window.press("[data-suggestion$=Screenshots] button").await;
    let watching = "return document.querySelector('[data-folder$=Screenshots]')?.textContent.includes('watching')";
    window.until("the folder to be watched", watching).await;
    window.press("[data-screen=\"\"]").await;

    // Written as programs write: somewhere else first, then moved in.
    let new = draw(&desktop, "new.png", 900, 600);
    fs::rename(&new, shots.join("new.png")).expect("a new screenshot");
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("its links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 4
    });
    let clipboard = desktop.clipboard();
    let link = clipboard.lines().next().expect("the original's link");
    let bytes = fs::read(shots.join("new.png")).expect("the file stays");
    assert!(fetch(link).await == bytes);
    let name = window
        .ask(&format!(
            "return document.querySelector('{DONE}').dataset.name"
        ))
        .await;
    assert_eq!(name, "new.png", "what lay there already stays untouched");

    window.press("[data-menu=pause-watching]").await;
    window.press("[data-item=pause]").await;
    window
        .until(
            "watching to be paused",
            "return document.querySelector('[data-watching=paused]') !== null",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_appears_while_the_app_is_off_is_offered_and_a_folder_that_asks_waits() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let shots = desktop.home.path().join("Pictures/Screenshots");
    fs::create_dir_all(&shots).expect("a folder for screenshots");

    let window = Window::open(&desktop).await;
    window.press("[data-screen=settings]").await;
    window.press("[data-suggestion$=Screenshots] button").await;
    let watching = "return document.querySelector('[data-folder$=Screenshots]')?.textContent.includes('watching')";
    window.until("the folder to be watched", watching).await;
    window.press("[data-folder$=Screenshots] summary").await;
    window.pick("select[data-select=mode]", "ask").await;
    let asks = "return window.__TAURI_INTERNALS__.invoke('app_state').then((state) => state.folders[0].mode === 'ask')";
    window.until("the folder to ask", asks).await;
    drop(window);

    let missed = draw(&desktop, "missed.png", 300, 200);
    fs::rename(&missed, shots.join("missed.png")).expect("a screenshot");
    let window = Window::open(&desktop).await;
    window.press("[data-action=take-missed]").await;
    window
        .until(
            "the row to ask",
            &count_is("li[data-row][data-state=waiting] [data-action=release]", 1),
        )
        .await;
    window.press("[data-action=release]").await;
    window.until("a finished row", &count_is(DONE, 1)).await;
}
