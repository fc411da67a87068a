//! The end, asked for or decided by the page.

use tauri::AppHandle;

use crate::closing::{self, Choice};
use crate::ending;

#[tauri::command]
pub async fn answer_close(app: AppHandle, choice: Choice) -> Result<(), ()> {
    closing::answer(&app, choice);
    Ok(())
}

#[tauri::command]
pub async fn quit(app: AppHandle) -> Result<(), ()> {
    ending::quit(&app);
    Ok(())
}
