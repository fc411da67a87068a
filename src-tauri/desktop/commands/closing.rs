//! The end, asked for or decided by the page.

use tauri::AppHandle;

use crate::shell::close_request;
use crate::shell::close_request::Choice;
use crate::shell::shutdown;

#[tauri::command]
pub async fn answer_close(app: AppHandle, choice: Choice) -> Result<(), ()> {
    close_request::answer(&app, choice);
    Ok(())
}

#[tauri::command]
pub async fn quit(app: AppHandle) -> Result<(), ()> {
    shutdown::quit(&app);
    Ok(())
}
