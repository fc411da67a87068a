//! Pictures that don't come by drop.

use tauri::AppHandle;

use super::App;
use crate::uploads::{file_picker, paste};

#[tauri::command]
pub async fn choose_files(app: AppHandle) -> Result<(), ()> {
    file_picker::choose_pictures(&app);
    Ok(())
}

#[tauri::command]
pub async fn paste(app: App<'_>) -> Result<(), ()> {
    paste::upload_clipboard(&app).await;
    Ok(())
}
