//! Closing the window: into the tray where there is one; else the page asks, because a window that
//! vanishes without a trace can be neither found nor quit.

use std::sync::atomic::Ordering;

use serde::Deserialize;
use tauri::{AppHandle, CloseRequestApi, Manager, Window};

use crate::context::Vitrine;
use crate::events::Event;
use crate::shell::shutdown;
use crate::shell::window;

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    Quit,
    Minimise,
    Cancel,
}

/// The user wants the window gone.
pub fn requested(window: &Window, request: &CloseRequestApi) {
    request.prevent_close();
    let app = Vitrine::of(window.app_handle());
    match app.filter(|app| app.painted.load(Ordering::Relaxed) || app.status.tray()) {
        Some(app) if app.status.tray() => window::put_away(window),
        Some(app) => app.tell(Event::AskClose),
        // Neither a tray to go to nor a page that could ask.
        None => shutdown::quit(window.app_handle()),
    }
}

/// What the page was answered.
pub fn answer(app: &AppHandle, choice: Choice) {
    match choice {
        Choice::Quit => shutdown::quit(app),
        Choice::Minimise => {
            if let Some(window) = app.get_webview_window(window::LABEL)
                && let Err(error) = window.minimize()
            {
                tracing::warn!(%error, "the window could not be minimised");
            }
        }
        Choice::Cancel => {}
    }
}
