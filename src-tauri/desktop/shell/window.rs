//! The one window: made, shown, and kept on its own page.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window};
use tauri_plugin_window_state::StateFlags;

use crate::context::AppContext;
use crate::i18n::t;
#[cfg(target_os = "linux")]
use crate::shell::{webkit_process_cleanup, webview_recovery};

pub const LABEL: &str = "main";

/// How long a page may take to appear before something is done about it.
const PAGE_TIMEOUT: Duration = Duration::from_secs(5);

/// What of the window comes back at the next start. Whether it was to be seen does not: that is said by how the app is
/// started.
pub const SAVED_STATE: StateFlags = StateFlags::SIZE
    .union(StateFlags::POSITION)
    .union(StateFlags::MAXIMIZED);

/// Brings the window to the front, making it if there is none. On the main thread only.
pub fn show(app: &AppHandle) {
    let shown = match app.get_webview_window(LABEL) {
        Some(window) => bring_to_front(&window),
        None => build_window(app).map(|_| ()),
    };
    if let Err(error) = shown {
        tracing::error!(%error, "the window could not be shown");
    }
}

/// Whether the user is looking at it.
pub fn is_focused(app: &AppHandle) -> bool {
    app.get_webview_window(LABEL)
        .is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// Ends the window and the page in it, which take three times the memory of all the rest; the page says where it is, so
/// that a window made later begins there. On the main thread only.
pub fn close(window: &Window) {
    if let Err(error) = window.destroy() {
        tracing::warn!(%error, "the window could not be put away");
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

/// What the window reports (drops, closing) is heard by the app's builder, not here, so that it
/// holds for every window that is ever made.
fn build_window(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    let dev = app.config().build.dev_url.clone();
    let place = AppContext::from_handle(app).map_or_else(String::new, |app| {
        app.page_shown.store(false, Ordering::Relaxed);
        app.route
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    });
    let page = format!("index.html{place}");
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App(page.into()))
        .title(t("window.title"))
        .inner_size(640.0, 720.0)
        .min_inner_size(360.0, 480.0)
        .on_navigation(move |url| is_app_page(url, dev.as_ref()))
        .on_new_window(|url, _| {
            tracing::warn!(scheme = url.scheme(), "a second window was refused");
            NewWindowResponse::Deny
        })
        .build()?;
    #[cfg(target_os = "linux")]
    webview_recovery::reload_on_crash(&window)?;
    tauri::async_runtime::spawn(check_page_shown(app.clone()));
    Ok(window)
}

/// A blank window is the commonest trouble with web views on Linux.
async fn check_page_shown(app: AppHandle) {
    tokio::time::sleep(PAGE_TIMEOUT).await;
    let blank = AppContext::from_handle(&app)
        .is_some_and(|app| !app.page_shown.load(Ordering::Relaxed))
        && app.get_webview_window(LABEL).is_some();
    if blank {
        tracing::warn!(
            "the page has not appeared after {} s: it is drawn without the graphics card from now on. If the window \
             stays blank, start Vitrine with WEBKIT_DISABLE_COMPOSITING_MODE=1",
            PAGE_TIMEOUT.as_secs()
        );
        #[cfg(target_os = "linux")]
        webview_recovery::disable_hardware_acceleration(&app);
    }
}

/// The app's own pages and nothing else, wherever a link or a dropped file would lead. `dev` is
/// where `tauri dev` serves the page; an app that was built any other way has none.
fn is_app_page(url: &Url, dev: Option<&Url>) -> bool {
    let ours = match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => true,
        ("http", Some("tauri.localhost")) => cfg!(windows),
        _ => dev.is_some_and(|dev| dev.origin() == url.origin()),
    };
    if !ours {
        tracing::warn!(scheme = url.scheme(), "leaving the app's page was refused");
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
