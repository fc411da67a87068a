//! Commands for the app's state, the copy settings, and what the page reports about itself.

use crate::context::AppContext;
use crate::managed::Managed;
use crate::settings::{CopyFormat, CopySelection, CopySettings};
use crate::shell::page_status::PageStatus;
use crate::uploads::copy_links::CopyLinks;
use crate::view::app_state::AppState;
use crate::view::notice::Notice;
use crate::view::state_builder::StateBuilder;

#[tauri::command]
pub async fn app_state(state: Managed<'_, StateBuilder>) -> Result<AppState, ()> {
    Ok(state.build())
}

/// Changes the copy settings, and the links that were copied last.
#[tauri::command]
pub async fn set_copy_settings(
    context: Managed<'_, AppContext>,
    links: Managed<'_, CopyLinks>,
    what: CopySelection,
    size: u32,
    how: CopyFormat,
) -> Result<(), ()> {
    let copy = CopySettings { what, size, how };
    let saved = context.settings.update(|settings| settings.copy = copy);
    if saved.is_err() {
        context.events.notify(Notice::new("settings_not_saved"));
    }
    links.rewrite_last().await;
    Ok(())
}

/// The page has been painted.
#[tauri::command]
pub async fn report_page_shown(page_status: Managed<'_, PageStatus>) -> Result<(), ()> {
    if !page_status.set_shown(true) {
        tracing::info!("the window is painted");
    }
    Ok(())
}

/// The page's route, which a new window starts with.
#[tauri::command]
pub async fn set_route(page_status: Managed<'_, PageStatus>, route: String) -> Result<(), ()> {
    page_status.set_route(route);
    Ok(())
}
