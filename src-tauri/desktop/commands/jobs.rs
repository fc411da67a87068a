//! The list of uploads, and what can be done about each.

use std::time::Duration;

use tokio::task::block_in_place;
use uploader::JobId;

use super::{App, CommandError};
use crate::uploads::{copy_links, intake, reveal_file};
use crate::view::row::Row;

/// However many are asked for, so many are given at most.
const MAX_ROWS: usize = 500;

/// Newest first; `before` is the id of the oldest that the page has.
#[tauri::command]
pub async fn rows(
    app: App<'_>,
    limit: usize,
    before: Option<JobId>,
) -> Result<Vec<Row>, CommandError> {
    Ok(block_in_place(|| {
        intake::load_rows(&app, limit.min(MAX_ROWS), before)
    })?)
}

#[tauri::command]
pub async fn retry(app: App<'_>, id: JobId) -> Result<(), CommandError> {
    note_user_request(&app, id).await;
    Ok(app.uploader.retry(id).await?)
}

/// Takes a row off the list; what was uploaded stays.
#[tauri::command]
pub async fn forget(app: App<'_>, id: JobId) -> Result<(), CommandError> {
    Ok(app.uploader.forget(id).await?)
}

/// Stops it for now.
#[tauri::command]
pub async fn hold(app: App<'_>, id: JobId) -> Result<(), CommandError> {
    Ok(app.uploader.hold(id).await?)
}

/// Goes on with what was stopped, or says yes to what asks first.
#[tauri::command]
pub async fn release(app: App<'_>, id: JobId) -> Result<(), CommandError> {
    note_user_request(&app, id).await;
    Ok(app.uploader.release(id).await?)
}

/// Gives it up; its row stays, and can be tried again.
#[tauri::command]
pub async fn cancel(app: App<'_>, id: JobId) -> Result<(), CommandError> {
    Ok(app.uploader.cancel(id).await?)
}

/// Uploads it once more, as a picture of its own.
#[tauri::command]
pub async fn upload_again(app: App<'_>, id: JobId) -> Result<(), CommandError> {
    note_user_request(&app, id).await;
    Ok(app.uploader.upload_again(id).await?)
}

/// What its server refused as too large.
#[tauri::command]
pub async fn send_smaller(app: App<'_>, id: JobId) -> Result<(), CommandError> {
    note_user_request(&app, id).await;
    Ok(app.uploader.send_smaller(id).await?)
}

/// Shows the file that it came from, where the system shows files.
#[tauri::command]
pub async fn show_file(app: App<'_>, id: JobId) -> Result<(), CommandError> {
    reveal_file::reveal_job_file(&app, id).await
}

/// What the picture shows, in the user's words; its links say it from now on.
#[tauri::command]
pub async fn set_alt(app: App<'_>, id: JobId, text: String) -> Result<(), CommandError> {
    Ok(app.uploader.set_alt(id, &text).await?)
}

/// Takes it away from its server, unless the user thinks better of it within some seconds.
#[tauri::command]
pub async fn delete(app: App<'_>, id: JobId) -> Result<(), CommandError> {
    let delay = Duration::from_secs(app.settings.get().delete_delay);
    Ok(app.uploader.delete(id, delay).await?)
}

/// False where it is too late.
#[tauri::command]
pub async fn undo_delete(app: App<'_>, id: JobId) -> Result<bool, CommandError> {
    Ok(app.uploader.undo_delete(id).await?)
}

#[tauri::command]
pub async fn pause_queue(app: App<'_>) -> Result<(), CommandError> {
    app.uploader.pause().await?;
    app.emit_state();
    Ok(())
}

#[tauri::command]
pub async fn resume_queue(app: App<'_>) -> Result<(), CommandError> {
    app.uploader.resume().await?;
    app.emit_state();
    Ok(())
}

/// The user has just asked for it: its link may go to the clipboard, and a keychain that waits is asked again.
async fn note_user_request(app: &App<'_>, id: JobId) {
    app.keychain.request_unlock();
    let moment = app.clipboard.current_generation().await;
    copy_links::remember_pending_copies(app, &[id], moment.into());
}
