//! The state and the switches.

use std::sync::atomic::Ordering;

use super::App;
use crate::events::Notice;
use crate::settings::{CopyChoice, CopyHow, CopyWhat};
use crate::uploads::copy_links;
use crate::view::app_state::AppState;

#[tauri::command]
pub async fn state(app: App<'_>) -> Result<AppState, ()> {
    Ok(app.state())
}

#[tauri::command]
pub async fn set_copy(app: App<'_>, what: CopyWhat, size: u32, how: CopyHow) -> Result<(), ()> {
    let saved = app
        .settings
        .change(|settings| settings.copy = CopyChoice { what, size, how });
    if let Err(error) = saved {
        tracing::warn!(%error, "the settings could not be saved");
        app.notice(Notice::of("settings_not_saved"));
    }
    app.tell_state();
    copy_links::again(&app).await;
    Ok(())
}

/// The page is on the screen.
#[tauri::command]
pub async fn painted(app: App<'_>) -> Result<(), ()> {
    if !app.painted.swap(true, Ordering::Relaxed) {
        tracing::info!("the window is painted");
    }
    Ok(())
}
