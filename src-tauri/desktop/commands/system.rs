//! What is around the page: its place, starting at login, keys that work everywhere.

use std::sync::PoisonError;

use serde::Serialize;
use tokio::task::block_in_place;

use super::{App, CommandError};
use crate::i18n;
use crate::shell::shortcuts;
use crate::shell::shortcuts::{ShortcutBackend, Shortcuts};
use crate::shell::{autostart, diagnostics};

/// No route of ours is longer.
const MAX_ROUTE_LENGTH: usize = 2048;

/// Where in the page the user is: what its address ends with, from `#` on.
#[tauri::command]
pub async fn set_place(app: App<'_>, place: String) -> Result<(), ()> {
    if place.starts_with('#') && place.len() <= MAX_ROUTE_LENGTH {
        *app.route.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemIntegration {
    starts_at_login: bool,
    shortcuts: Shortcuts,
    /// Who takes keys here.
    taker: ShortcutBackend,
    /// Why they do not work, if they do not.
    keys_refused: Option<String>,
}

#[tauri::command]
pub async fn around(app: App<'_>) -> Result<SystemIntegration, CommandError> {
    Ok(SystemIntegration {
        starts_at_login: autostart::is_enabled(&app.handle),
        shortcuts: app.settings.get().shortcuts,
        taker: block_in_place(shortcuts::detect_backend),
        keys_refused: app
            .shortcut_error
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone(),
    })
}

#[tauri::command]
pub async fn set_login(app: App<'_>, on: bool) -> Result<(), CommandError> {
    autostart::set_enabled(&app.handle, on).map_err(|sentence| CommandError::new("login", sentence))
}

/// Keys that another program has, or that the user would not have where the desktop asked, are refused, and those of
/// before stay.
#[tauri::command]
pub async fn set_shortcuts(app: App<'_>, shortcuts: Shortcuts) -> Result<(), CommandError> {
    match shortcuts::apply_shortcuts(&app, &shortcuts).await {
        Ok(true) => app.change_settings(|settings| settings.shortcuts = shortcuts),
        // Whoever asked for others has been told what became of those.
        Ok(false) => Ok(()),
        Err(sentence) => {
            let before = app.settings.get().shortcuts;
            if let Err(sentence) = shortcuts::apply_shortcuts(&app, &before).await {
                tracing::warn!(sentence, "the keys of before could not be taken again");
            }
            Err(CommandError::new("shortcut", sentence))
        }
    }
}

/// What helps others to help, to the clipboard. False where it was not copied; a notice says why.
#[tauri::command]
pub async fn copy_diagnostics(app: App<'_>) -> Result<bool, CommandError> {
    super::links::copy_text(app.clone(), diagnostics::render_report(&app), None).await
}

/// What the app logged last, without addresses, keys and names of files.
#[tauri::command]
pub async fn log() -> String {
    diagnostics::recent_log()
}

/// Which language the tray and the dialogs speak, as in `de`: the one that the page does.
#[tauri::command]
pub async fn set_language(app: App<'_>, language: String) -> Result<(), CommandError> {
    i18n::set_language(&language);
    app.change_settings(|settings| settings.language = Some(language))
}
