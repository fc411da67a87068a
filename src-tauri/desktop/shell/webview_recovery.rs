//! Recovers from blank windows of WebKitGTK: a page that is never painted, as with some graphics drivers, and a page
//! whose process crashed.

use std::sync::Arc;

use tauri::{AppHandle, WebviewWindow};
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

use crate::shell::main_window;
use crate::shell::page_status::PageStatus;

/// Reloads the page when its process ends, if it had been painted: otherwise it would crash in a loop.
pub fn reload_on_crash(window: &WebviewWindow, page_status: Arc<PageStatus>) -> tauri::Result<()> {
    window.with_webview(move |view| {
        view.inner()
            .connect_web_process_terminated(move |view, reason| {
                tracing::warn!(?reason, "the page's process ended");
                if page_status.set_shown(false) {
                    view.reload();
                }
            });
    })
}

/// Draws the current page without the graphics card.
pub fn disable_hardware_acceleration(app: &AppHandle) {
    let Some(window) = main_window::find(app) else {
        return;
    };
    let disabled = window.with_webview(|view| {
        if let Some(settings) = WebViewExt::settings(&view.inner()) {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
    if let Err(error) = disabled {
        tracing::debug!(%error, "could not disable hardware acceleration");
    }
}
