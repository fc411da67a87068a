//! The one window: made, shown, and kept on its own page.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window};
use tauri_plugin_window_state::StateFlags;

use crate::context::Vitrine;
use crate::i18n::word;
#[cfg(target_os = "linux")]
use crate::shell::{webkit_process_cleanup, webview_recovery};

pub const LABEL: &str = "main";

/// How long a page may take to appear before something is done about it.
const PAINTED_WITHIN: Duration = Duration::from_secs(5);

/// What of the window comes back at the next start. Whether it was to be seen does not: that is said by how the app is
/// started.
pub const REMEMBERED: StateFlags = StateFlags::SIZE
    .union(StateFlags::POSITION)
    .union(StateFlags::MAXIMIZED);

/// Brings the window to the front, making it if there is none. On the main thread only.
pub fn show(app: &AppHandle) {
    let shown = match app.get_webview_window(LABEL) {
        Some(window) => bring(&window),
        None => make(app).map(|_| ()),
    };
    if let Err(error) = shown {
        tracing::error!(%error, "the window could not be shown");
    }
}

/// Whether the user is looking at it.
pub fn is_in_front(app: &AppHandle) -> bool {
    app.get_webview_window(LABEL)
        .is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// Ends the window and the page in it, which take three times the memory of all the rest; the page says where it is, so
/// that a window made later begins there. On the main thread only.
pub fn put_away(window: &Window) {
    if let Err(error) = window.destroy() {
        tracing::warn!(%error, "the window could not be put away");
        return;
    }
    #[cfg(target_os = "linux")]
    webkit_process_cleanup::end_later(window.app_handle());
}

fn bring(window: &WebviewWindow) -> tauri::Result<()> {
    window.show()?;
    window.unminimize()?;
    window.set_focus()
}

/// What the window reports (drops, closing) is heard by the app's builder, not here, so that it
/// holds for every window that is ever made.
fn make(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    let dev = app.config().build.dev_url.clone();
    let place = Vitrine::of(app).map_or_else(String::new, |app| {
        app.painted.store(false, Ordering::Relaxed);
        app.place
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    });
    let page = format!("index.html{place}");
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App(page.into()))
        .title(word("window.title"))
        .inner_size(640.0, 720.0)
        .min_inner_size(360.0, 480.0)
        .on_navigation(move |url| is_our_page(url, dev.as_ref()))
        .on_new_window(|url, _| {
            tracing::warn!(scheme = url.scheme(), "a second window was refused");
            NewWindowResponse::Deny
        })
        .build()?;
    #[cfg(target_os = "linux")]
    webview_recovery::watch(&window)?;
    tauri::async_runtime::spawn(look_whether_painted(app.clone()));
    Ok(window)
}

/// A blank window is the commonest trouble with web views on Linux.
async fn look_whether_painted(app: AppHandle) {
    tokio::time::sleep(PAINTED_WITHIN).await;
    let blank = Vitrine::of(&app).is_some_and(|app| !app.painted.load(Ordering::Relaxed))
        && app.get_webview_window(LABEL).is_some();
    if blank {
        tracing::warn!(
            "the page has not appeared after {} s: it is drawn without the graphics card from now on. If the window \
             stays blank, start Vitrine with WEBKIT_DISABLE_COMPOSITING_MODE=1",
            PAINTED_WITHIN.as_secs()
        );
        #[cfg(target_os = "linux")]
        webview_recovery::spare_the_card(&app);
    }
}

/// The app's own pages and nothing else, wherever a link or a dropped file would lead. `dev` is
/// where `tauri dev` serves the page; an app that was built any other way has none.
fn is_our_page(url: &Url, dev: Option<&Url>) -> bool {
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
    fn only_the_apps_own_page_is_gone_to() -> Result<(), url::ParseError> {
        assert!(is_our_page(
            &Url::parse("tauri://localhost/index.html")?,
            None
        ));
        for elsewhere in [
            "https://example.com/",
            "file:///etc/passwd",
            "http://localhost:5173/",
        ] {
            assert!(!is_our_page(&Url::parse(elsewhere)?, None), "{elsewhere}");
        }
        Ok(())
    }

    #[test]
    fn a_page_under_development_comes_from_its_own_server() -> Result<(), url::ParseError> {
        let dev = Url::parse("http://localhost:5173")?;
        assert!(is_our_page(
            &Url::parse("http://localhost:5173/index.html")?,
            Some(&dev)
        ));
        assert!(!is_our_page(
            &Url::parse("http://localhost:4870/")?,
            Some(&dev)
        ));
        Ok(())
    }
}
