//! Pictures that don't come by drop.

use tauri::AppHandle;

use super::App;
use crate::uploads::{file_picker, paste};

#[tauri::command]
pub async fn choose_files(app: AppHandle) -> Result<(), ()> {
    file_picker::choose(&app);
    Ok(())
}

#[tauri::command]
pub async fn paste(app: App<'_>) -> Result<(), ()> {
    paste::paste(&app).await;
    Ok(())
}
