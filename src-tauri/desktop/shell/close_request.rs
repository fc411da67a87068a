//! Closing the window: into the tray where there is one; else the page asks, because a window that
//! vanishes without a trace can be neither found nor quit.

use std::sync::atomic::Ordering;

use serde::Deserialize;
use tauri::{AppHandle, CloseRequestApi, Manager, Window};

use crate::context::AppContext;
use crate::events::PageEvent;
use crate::shell::shutdown;
use crate::shell::window;

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CloseChoice {
    Quit,
    Minimise,
    Cancel,
}

/// The user wants the window gone.
pub fn on_close_requested(window: &Window, request: &CloseRequestApi) {
    request.prevent_close();
    let app = AppContext::from_handle(window.app_handle());
    match app.filter(|app| app.page_shown.load(Ordering::Relaxed) || app.status.tray()) {
        Some(app) if app.status.tray() => window::close(window),
        Some(app) => app.emit(PageEvent::CloseRequested),
        // Neither a tray to go to nor a page that could ask.
        None => shutdown::quit(window.app_handle()),
    }
}

/// What the page was answered.
pub fn apply_choice(app: &AppHandle, choice: CloseChoice) {
    match choice {
        CloseChoice::Quit => shutdown::quit(app),
        CloseChoice::Minimise => {
            if let Some(window) = app.get_webview_window(window::LABEL)
                && let Err(error) = window.minimize()
            {
                tracing::warn!(%error, "the window could not be minimised");
            }
        }
        CloseChoice::Cancel => {}
    }
}
