//! Quits the app, by the menu, the page, a signal or the end of the session. That takes at most two seconds; uploads that
//! are interrupted continue at the next start.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use library::Library;
use tauri::{AppHandle, Manager};

use crate::context::AppContext;
use crate::server::embedded_server::EmbeddedServer;
use crate::shell::main_window;

/// For uploads and requests in progress.
const STOP_GRACE: Duration = Duration::from_millis(1200);
/// For flushing the library.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(300);
/// For a clipboard manager to take over the links.
const CLIPBOARD_HANDOVER: Duration = Duration::from_millis(200);
/// When the process exits even if something hangs.
const EXIT_DEADLINE: Duration = Duration::from_millis(1950);

/// Stops the event loop; [`shut_down`] follows.
pub fn quit(app: &AppHandle) {
    tracing::info!("quitting");
    let watchdog = thread::Builder::new()
        .name("exit-deadline".to_owned())
        .spawn(|| {
            thread::sleep(EXIT_DEADLINE);
            tracing::warn!("the shutdown took too long and was interrupted");
            std::process::exit(0);
        });
    if let Err(error) = watchdog {
        tracing::warn!(%error, "could not start the shutdown watchdog");
    }
    if let Some(window) = main_window::find(app)
        && let Err(error) = window.hide()
    {
        tracing::debug!(%error, "could not hide the window");
    }
    app.exit(0);
}

/// Stops the uploader and the server, then saves what is left. Blocks.
pub fn shut_down(app: &AppHandle) {
    // First, so that a new start does not reach this process.
    tauri_plugin_single_instance::destroy(app);
    // Neither exists if the app could not start.
    let (Some(context), Some(server)) = (
        app.try_state::<Arc<AppContext>>(),
        app.try_state::<Arc<EmbeddedServer>>(),
    ) else {
        return;
    };
    context.runtime.block_on(async {
        tokio::join!(context.uploader.stop(STOP_GRACE), server.stop(STOP_GRACE));
        if let Some(library) = server.library().cloned() {
            let revoke = context.keychain.is_key_temporary();
            let flushed = tokio::task::spawn_blocking(move || flush_library(&library, revoke));
            if tokio::time::timeout(FLUSH_TIMEOUT, flushed).await.is_err() {
                tracing::warn!("could not flush the library in time");
            }
        }
    });
    context.clipboard.close(CLIPBOARD_HANDOVER);
}

/// A key that is in no keychain is revoked at the end of its run.
fn flush_library(library: &Library, revoke: bool) {
    let revoked = if revoke {
        library.revoke_app_keys()
    } else {
        Ok(())
    };
    if let Err(error) = revoked.and_then(|()| library.flush_counters()) {
        tracing::warn!(%error, "could not flush the library");
    }
}

/// Quits on the signals of Unix, as at logout.
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
