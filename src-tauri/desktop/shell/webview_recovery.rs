//! The two ways in which WebKitGTK leaves a window blank, and what is done about them: a page that is never painted, which
//! some graphics drivers bring about, and a page whose process has ended.

use std::sync::atomic::Ordering;

use tauri::{AppHandle, Manager, WebviewWindow};
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

use crate::context::AppContext;
use crate::shell::window;

/// A page whose process ends is loaded again where it was, as often as it had appeared: one that ends before it appears
/// would do so for ever.
pub fn reload_on_crash(window: &WebviewWindow) -> tauri::Result<()> {
    let app = window.app_handle().clone();
    window.with_webview(move |view| {
        view.inner()
            .connect_web_process_terminated(move |view, reason| {
                tracing::warn!(?reason, "the page's process has ended");
                let appeared = AppContext::from_handle(&app)
                    .is_some_and(|app| app.page_shown.swap(false, Ordering::Relaxed));
                if appeared {
                    view.reload();
                }
            });
    })
}

/// Draws the page of now without the graphics card.
pub fn disable_hardware_acceleration(app: &AppHandle) {
    let Some(window) = app.get_webview_window(window::LABEL) else {
        return;
    };
    let asked = window.with_webview(|view| {
        if let Some(settings) = WebViewExt::settings(&view.inner()) {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
    if let Err(error) = asked {
        tracing::debug!(%error, "the window is gone");
    }
}
