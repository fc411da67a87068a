//! Opens, shows and closes the window, and keeps it on the app's own page.

use std::sync::Arc;
use std::time::Duration;

use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window};
use tauri_plugin_window_state::StateFlags;

use crate::i18n::t;
use crate::shell::main_window::{self, LABEL};
use crate::shell::page_status::PageStatus;
#[cfg(target_os = "linux")]
use crate::shell::{webkit_process_cleanup, webview_recovery};

/// How long the page may take to be painted before hardware acceleration is disabled.
const PAGE_TIMEOUT: Duration = Duration::from_secs(5);

/// What is restored at the next start. Whether the window is visible depends on how the app is started.
pub const SAVED_STATE: StateFlags = StateFlags::SIZE
    .union(StateFlags::POSITION)
    .union(StateFlags::MAXIMIZED);

/// Brings the window to the front, or creates it. On the main thread only.
pub fn show(app: &AppHandle) {
    // Without it the app could not start, and a message says why.
    let Some(page_status) = app.try_state::<Arc<PageStatus>>() else {
        return;
    };
    let shown = match main_window::find(app) {
        Some(window) => bring_to_front(&window),
        None => build_window(app, Arc::clone(&page_status)),
    };
    if let Err(error) = shown {
        tracing::error!(%error, "could not show the window");
    }
}

/// Destroys the window and its page, which use three times as much memory as the rest of the app. A new window starts
/// with the route that the page reported. On the main thread only.
pub fn close(window: &Window) {
    if let Err(error) = window.destroy() {
        tracing::warn!(%error, "could not close the window");
        return;
    }
    #[cfg(target_os = "linux")]
    webkit_process_cleanup::end_network_process_later(window.app_handle());
}

fn bring_to_front(window: &WebviewWindow) -> tauri::Result<()> {
    window.show()?;
    window.unminimize()?;
    window.set_focus()
}

/// Events of the window (drops, closing) are handled by the app's builder, so that every window has the same handlers.
fn build_window(app: &AppHandle, page_status: Arc<PageStatus>) -> tauri::Result<()> {
    let dev = app.config().build.dev_url.clone();
    page_status.set_shown(false);
    let page = format!("index.html{}", page_status.route());
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App(page.into()))
        .title(t("window.title"))
        .inner_size(640.0, 720.0)
        .min_inner_size(360.0, 480.0)
        .on_navigation(move |url| is_app_page(url, dev.as_ref()))
        .on_new_window(|url, _| {
            tracing::warn!(scheme = url.scheme(), "prevented a second window");
            NewWindowResponse::Deny
        })
        .build()?;
    #[cfg(target_os = "linux")]
    webview_recovery::reload_on_crash(&window, Arc::clone(&page_status))?;
    tauri::async_runtime::spawn(check_page_shown(app.clone(), page_status));
    Ok(())
}

/// Works around blank windows, the most common problem of web views on Linux.
async fn check_page_shown(app: AppHandle, page_status: Arc<PageStatus>) {
    tokio::time::sleep(PAGE_TIMEOUT).await;
    if !page_status.is_shown() && main_window::find(&app).is_some() {
        tracing::warn!(
            "the page was not painted within {} s: disabled hardware acceleration. If the window stays blank, start \
             Vitrine with WEBKIT_DISABLE_COMPOSITING_MODE=1",
            PAGE_TIMEOUT.as_secs()
        );
        #[cfg(target_os = "linux")]
        webview_recovery::disable_hardware_acceleration(&app);
    }
}

/// Only the app's own page, whatever a link or a dropped file refers to. `dev` is the address of `tauri dev`.
fn is_app_page(url: &Url, dev: Option<&Url>) -> bool {
    let ours = match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => true,
        ("http", Some("tauri.localhost")) => cfg!(windows),
        _ => dev.is_some_and(|dev| dev.origin() == url.origin()),
    };
    if !ours {
        tracing::warn!(
            scheme = url.scheme(),
            "prevented navigation away from the app's page"
        );
    }
    ours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_apps_own_page_may_be_opened() -> Result<(), url::ParseError> {
        assert!(is_app_page(
            &Url::parse("tauri://localhost/index.html")?,
            None
        ));
        for elsewhere in [
            "https://example.com/",
            "file:///etc/passwd",
            "http://localhost:5173/",
        ] {
            assert!(!is_app_page(&Url::parse(elsewhere)?, None), "{elsewhere}");
        }
        Ok(())
    }

    #[test]
    fn a_page_under_development_comes_from_its_own_server() -> Result<(), url::ParseError> {
        let dev = Url::parse("http://localhost:5173")?;
        assert!(is_app_page(
            &Url::parse("http://localhost:5173/index.html")?,
            Some(&dev)
        ));
        assert!(!is_app_page(
            &Url::parse("http://localhost:4870/")?,
            Some(&dev)
        ));
        Ok(())
    }
}
