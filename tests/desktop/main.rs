//! The real window: real drag-and-drop, real clipboard, real keychain, on a desktop of the test's own.

mod closing;
mod detail;
mod drag;
mod dropping;
mod embedded_server;
mod environment;
mod gallery;
mod keychain;
mod network;
mod page;
mod pictures;
mod processes;
mod restarting;
mod sample_images;
mod screen_reader;
mod screens;
mod screenshot_scenes;
mod screenshots;
mod session;
mod shortcuts;
mod system_integration;
mod targets;
mod tls;
mod watching;
mod webdriver;
mod welcome;

use tokio::sync::{Mutex, MutexGuard};

/// A finished row of the page.
const DONE: &str = "li[data-row][data-state=done]";

/// A script that says whether a selector finds exactly so many elements.
fn count_is(selector: &str, count: usize) -> String {
    format!("return document.querySelectorAll('{selector}').length === {count}")
}

/// `cargo test` runs tests as threads of one process; two windows at once would steal each other's focus.
async fn one_window_at_a_time() -> MutexGuard<'static, ()> {
    static WINDOW: Mutex<()> = Mutex::const_new(());
    WINDOW.lock().await
}
