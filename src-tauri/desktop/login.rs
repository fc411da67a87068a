//! Starting by itself when the user logs in: in the tray, without a window.

use tauri::AppHandle;
use tauri_plugin_autostart::ManagerExt;

/// What the app is started with then.
pub const ARGUMENTS: [&str; 1] = ["--hidden"];

/// Whether it does; false where the system does not tell.
pub fn starts(app: &AppHandle) -> bool {
    app.autolaunch().is_enabled().unwrap_or_else(|error| {
        tracing::info!(%error, "whether Vitrine starts at login is not known");
        false
    })
}

/// The error is a sentence.
pub fn set(app: &AppHandle, on: bool) -> Result<(), String> {
    let launch = app.autolaunch();
    let set = match on {
        true => launch.enable(),
        // What is not there needs no taking away.
        false if !starts(app) => Ok(()),
        false => launch.disable(),
    };
    set.map_err(|error| format!("The system did not take that: {error}"))
}
