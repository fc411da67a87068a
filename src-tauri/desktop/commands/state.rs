//! The state and the switches.

use std::sync::atomic::Ordering;

use super::App;
use crate::events::Notice;
use crate::settings::{CopyFormat, CopySelection, CopySettings};
use crate::uploads::copy_links;
use crate::view::app_state::AppState;

#[tauri::command]
pub async fn state(app: App<'_>) -> Result<AppState, ()> {
    Ok(app.state())
}

#[tauri::command]
pub async fn set_copy(
    app: App<'_>,
    what: CopySelection,
    size: u32,
    how: CopyFormat,
) -> Result<(), ()> {
    let saved = app
        .settings
        .update(|settings| settings.copy = CopySettings { what, size, how });
    if let Err(error) = saved {
        tracing::warn!(%error, "the settings could not be saved");
        app.show_notice(Notice::new("settings_not_saved"));
    }
    app.emit_state();
    copy_links::rewrite_last(&app).await;
    Ok(())
}

/// The page is on the screen.
#[tauri::command]
pub async fn painted(app: App<'_>) -> Result<(), ()> {
    if !app.page_shown.swap(true, Ordering::Relaxed) {
        tracing::info!("the window is painted");
    }
    Ok(())
}
