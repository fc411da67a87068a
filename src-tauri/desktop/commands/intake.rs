//! Pictures that don't come by drop.

use tauri::AppHandle;

use super::App;
use crate::{choosing, pasting};

#[tauri::command]
pub async fn choose_files(app: AppHandle) -> Result<(), ()> {
    choosing::choose(&app);
    Ok(())
}

#[tauri::command]
pub async fn paste(app: App<'_>) -> Result<(), ()> {
    pasting::paste(&app).await;
    Ok(())
}
