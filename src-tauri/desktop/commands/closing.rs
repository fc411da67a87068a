//! Commands that close or quit the app.

use tauri::AppHandle;

use crate::shell::close_request::{self, CloseChoice};
use crate::shell::shutdown;

#[tauri::command]
pub async fn answer_close_request(app: AppHandle, choice: CloseChoice) -> Result<(), ()> {
    close_request::apply_choice(&app, choice);
    Ok(())
}

#[tauri::command]
pub async fn quit(app: AppHandle) -> Result<(), ()> {
    shutdown::quit(&app);
    Ok(())
}
