//! The list of uploads.

use tokio::task::block_in_place;
use uploader::JobId;

use super::{App, Refusal};
use crate::rows::Row;
use crate::uploads;

/// However many are asked for, so many are given at most.
const MOST: usize = 500;

/// Newest first; `before` is the id of the oldest that the page has.
#[tauri::command]
pub async fn rows(app: App<'_>, limit: usize, before: Option<JobId>) -> Result<Vec<Row>, Refusal> {
    Ok(block_in_place(|| {
        uploads::rows(&app, limit.min(MOST), before)
    })?)
}

#[tauri::command]
pub async fn retry(app: App<'_>, id: JobId) -> Result<(), Refusal> {
    app.keychain.want();
    app.clipboard.look();
    Ok(app.uploader.retry(id).await?)
}

/// Takes a row off the list; what was uploaded stays.
#[tauri::command]
pub async fn forget(app: App<'_>, id: JobId) -> Result<(), Refusal> {
    Ok(app.uploader.forget(id).await?)
}
