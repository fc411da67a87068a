//! Commands for the integration with the system: start at login, global shortcuts, language, diagnostics.

use serde::Serialize;
use tauri::AppHandle;
use tokio::task::block_in_place;

use crate::context::AppContext;
use crate::error::CommandError;
use crate::events::Event;
use crate::i18n;
use crate::managed::Managed;
use crate::settings::Shortcuts;
use crate::shell::clipboard::ClipboardText;
use crate::shell::shortcuts::{self, GlobalShortcuts, ShortcutBackend};
use crate::shell::{autostart, diagnostics};
use crate::uploads::copy_links::CopyLinks;
use crate::view::state_builder::StateBuilder;

#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SystemIntegration {
    starts_at_login: bool,
    shortcuts: Shortcuts,
    /// What handles global shortcuts.
    taker: ShortcutBackend,
    /// Why they do not work, if they do not.
    keys_refused: Option<String>,
}

#[tauri::command]
pub async fn system_integration(
    app: AppHandle,
    context: Managed<'_, AppContext>,
    shortcuts: Managed<'_, GlobalShortcuts>,
) -> Result<SystemIntegration, CommandError> {
    Ok(SystemIntegration {
        starts_at_login: autostart::is_enabled(&app),
        shortcuts: context.settings.get().shortcuts.clone(),
        taker: block_in_place(shortcuts::detect_backend),
        keys_refused: shortcuts.error(),
    })
}

#[tauri::command]
pub async fn set_autostart(app: AppHandle, on: bool) -> Result<(), CommandError> {
    autostart::set_enabled(&app, on).map_err(|error| CommandError::new("login", error))
}

/// Fails if another program uses the shortcuts, or the user declines them; the previous ones stay then.
#[tauri::command]
pub async fn set_shortcuts(
    global_shortcuts: Managed<'_, GlobalShortcuts>,
    shortcuts: Shortcuts,
) -> Result<(), CommandError> {
    global_shortcuts.change(shortcuts).await
}

/// Copies the support report. False if it was not copied; a notice says why.
#[tauri::command]
pub async fn copy_diagnostics(
    context: Managed<'_, AppContext>,
    state: Managed<'_, StateBuilder>,
    links: Managed<'_, CopyLinks>,
) -> Result<bool, CommandError> {
    let text = diagnostics::render_report(&state.build(), &context.settings.get());
    Ok(links.copy_text(ClipboardText { text, html: None }).await)
}

/// The last log lines, without addresses, keys and file paths.
#[tauri::command]
pub async fn recent_log() -> String {
    diagnostics::recent_log()
}

/// Sets the language of the tray and native dialogs, as in `de`.
#[tauri::command]
pub async fn set_language(
    context: Managed<'_, AppContext>,
    language: String,
) -> Result<(), CommandError> {
    i18n::set_language(&language);
    let saved = context
        .settings
        .update(|settings| settings.language = Some(language));
    context.events.publish(Event::LanguageChanged);
    Ok(saved?)
}
