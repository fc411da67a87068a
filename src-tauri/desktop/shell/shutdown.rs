//! Quitting for real, whoever asks for it: the menu, the page, a signal, the end of the session.
//! Two seconds at most; what is cut off by then goes on at the next start.

use std::thread;
use std::time::Duration;

use library::Library;
use tauri::{AppHandle, Manager};

use crate::context::Vitrine;
use crate::shell::window;

/// For what is in flight, at both ends of it.
const GRACE: Duration = Duration::from_millis(1200);
/// For what is written down last.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// For a clipboard manager to take over what we copied.
const HANDOVER: Duration = Duration::from_millis(200);
/// When the process ends even if something hangs.
const AT_LAST: Duration = Duration::from_millis(1950);

/// Begins the end; [`end`] follows when the event loop has stopped.
pub fn quit(app: &AppHandle) {
    tracing::info!("quitting");
    let watch = thread::Builder::new().name("at-last".to_owned()).spawn(|| {
        thread::sleep(AT_LAST);
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
pub fn end(app: &AppHandle) {
    // First, so that a start from now on is not sent to a process that is going down.
    tauri_plugin_single_instance::destroy(app);
    let Some(app) = Vitrine::of(app) else { return };
    tauri::async_runtime::block_on(async {
        tokio::join!(app.uploader.stop(GRACE), app.embedded.stop(GRACE));
        if let Some(library) = app.embedded.library().cloned() {
            let revoke = app.keychain.for_this_run_only();
            let last = tokio::task::spawn_blocking(move || write_down(&library, revoke));
            if tokio::time::timeout(LAST_WORDS, last).await.is_err() {
                tracing::warn!("the library did not finish in time");
            }
        }
    });
    app.clipboard.close(HANDOVER);
}

/// A key that no keychain keeps ends with the run it was made for.
fn write_down(library: &Library, revoke: bool) {
    let revoked = if revoke {
        library.revoke_app_keys()
    } else {
        Ok(())
    };
    if let Err(error) = revoked.and_then(|()| library.flush()) {
        tracing::warn!(%error, "the library could not write down the last of it");
    }
}

/// Quits when the system asks for it: on Unix by signal, at logout too.
#[cfg(unix)]
pub fn obey_signals(app: &AppHandle) -> std::io::Result<()> {
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
pub fn obey_signals(app: &AppHandle) -> std::io::Result<()> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if interrupt.recv().await.is_some() {
            quit(&app);
        }
    });
    Ok(())
}
