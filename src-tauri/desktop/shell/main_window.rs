//! The app's only window: its label, and whether it exists and has the focus.

use tauri::{AppHandle, Manager, WebviewWindow};

pub const LABEL: &str = "main";

pub fn find(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(LABEL)
}

/// Whether the user is looking at it.
pub fn is_focused(app: &AppHandle) -> bool {
    find(app).is_some_and(|window| window.is_focused().unwrap_or(false))
}
