//! Commands that upload pictures: file picker and clipboard.

use std::sync::Arc;

use tauri::AppHandle;

use crate::context::AppContext;
use crate::managed::Managed;
use crate::uploads::{file_picker, paste};

#[tauri::command]
pub async fn choose_files(app: AppHandle, context: Managed<'_, AppContext>) -> Result<(), ()> {
    file_picker::choose_pictures(&app, Arc::clone(&context));
    Ok(())
}

#[tauri::command]
pub async fn upload_clipboard(context: Managed<'_, AppContext>) -> Result<(), ()> {
    paste::upload_clipboard(&context).await;
    Ok(())
}
