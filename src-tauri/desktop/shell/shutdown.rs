//! Quitting for real, whoever asks for it: the menu, the page, a signal, the end of the session.
//! Two seconds at most; what is cut off by then goes on at the next start.

use std::thread;
use std::time::Duration;

use library::Library;
use tauri::{AppHandle, Manager};

use crate::context::AppContext;
use crate::shell::window;

/// For what is in flight, at both ends of it.
const STOP_GRACE: Duration = Duration::from_millis(1200);
/// For what is written down last.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(300);
/// For a clipboard manager to take over what we copied.
const CLIPBOARD_HANDOVER: Duration = Duration::from_millis(200);
/// When the process ends even if something hangs.
const EXIT_DEADLINE: Duration = Duration::from_millis(1950);

/// Begins the shut_down; [`shut_down`] follows when the event loop has stopped.
pub fn quit(app: &AppHandle) {
    tracing::info!("quitting");
    let watch = thread::Builder::new().name("at-last".to_owned()).spawn(|| {
        thread::sleep(EXIT_DEADLINE);
        tracing::warn!("something did not end in time and was cut off");
        std::process::exit(0);
    });
    if let Err(error) = watch {
        tracing::warn!(%error, "nobody watches over the end");
    }
    if let Some(window) = app.get_webview_window(window::LABEL) {
        let _ = window.hide();
    }
    app.exit(0);
}

/// Ends everything, in the order of who needs whom. Blocks the thread it is called on.
pub fn shut_down(app: &AppHandle) {
    // First, so that a start from now on is not sent to a process that is going down.
    tauri_plugin_single_instance::destroy(app);
    let Some(app) = AppContext::from_handle(app) else {
        return;
    };
    tauri::async_runtime::block_on(async {
        tokio::join!(
            app.uploader.stop(STOP_GRACE),
            app.embedded_server.stop(STOP_GRACE)
        );
        if let Some(library) = app.embedded_server.library().cloned() {
            let revoke = app.keychain.is_key_temporary();
            let last = tokio::task::spawn_blocking(move || flush_library(&library, revoke));
            if tokio::time::timeout(FLUSH_TIMEOUT, last).await.is_err() {
                tracing::warn!("the library did not finish in time");
            }
        }
    });
    app.clipboard.close(CLIPBOARD_HANDOVER);
}

/// A key that no keychain keeps ends with the run it was made for.
fn flush_library(library: &Library, revoke: bool) {
    let revoked = if revoke {
        library.revoke_app_keys()
    } else {
        Ok(())
    };
    if let Err(error) = revoked.and_then(|()| library.flush_counters()) {
        tracing::warn!(%error, "the library could not write down the last of it");
    }
}

/// Quits when the system asks for it: on Unix by signal, at logout too.
#[cfg(unix)]
pub fn quit_on_signals(app: &AppHandle) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
    ] {
        let mut signals = signal(kind)?;
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            if signals.recv().await.is_some() {
                quit(&app);
            }
        });
    }
    Ok(())
}

#[cfg(windows)]
pub fn quit_on_signals(app: &AppHandle) -> std::io::Result<()> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if interrupt.recv().await.is_some() {
            quit(&app);
        }
    });
    Ok(())
}
