//! Commands for the list of uploads.

use std::time::Duration;

use tokio::task::block_in_place;
use uploader::JobId;

use crate::context::AppContext;
use crate::error::CommandError;
use crate::events::Event;
use crate::managed::Managed;
use crate::uploads::copy_links::CopyLinks;
use crate::uploads::reveal_file;
use crate::view::row::Row;
use crate::view::row_builder::RowBuilder;

/// The limit of rows in one answer.
const MAX_ROWS: usize = 500;

/// Newest first; `before` is the id of the oldest loaded row.
#[tauri::command]
pub async fn list_jobs(
    rows: Managed<'_, RowBuilder>,
    limit: usize,
    before: Option<JobId>,
) -> Result<Vec<Row>, CommandError> {
    Ok(block_in_place(|| rows.load(limit.min(MAX_ROWS), before))?)
}

#[tauri::command]
pub async fn retry_job(
    context: Managed<'_, AppContext>,
    links: Managed<'_, CopyLinks>,
    id: JobId,
) -> Result<(), CommandError> {
    note_request(&context, &links, id).await;
    Ok(context.uploader.retry(id).await?)
}

/// Removes a row from the list; the uploaded image stays.
#[tauri::command]
pub async fn forget_job(context: Managed<'_, AppContext>, id: JobId) -> Result<(), CommandError> {
    Ok(context.uploader.forget(id).await?)
}

/// Pauses an upload.
#[tauri::command]
pub async fn pause_job(context: Managed<'_, AppContext>, id: JobId) -> Result<(), CommandError> {
    Ok(context.uploader.hold(id).await?)
}

/// Resumes a paused upload, or approves one that asks first.
#[tauri::command]
pub async fn resume_job(
    context: Managed<'_, AppContext>,
    links: Managed<'_, CopyLinks>,
    id: JobId,
) -> Result<(), CommandError> {
    note_request(&context, &links, id).await;
    Ok(context.uploader.release(id).await?)
}

/// Cancels an upload; its row stays and can be retried.
#[tauri::command]
pub async fn cancel_job(context: Managed<'_, AppContext>, id: JobId) -> Result<(), CommandError> {
    Ok(context.uploader.cancel(id).await?)
}

/// Uploads it again, as a new image.
#[tauri::command]
pub async fn upload_job_again(
    context: Managed<'_, AppContext>,
    links: Managed<'_, CopyLinks>,
    id: JobId,
) -> Result<(), CommandError> {
    note_request(&context, &links, id).await;
    Ok(context.uploader.upload_again(id).await?)
}

/// Sends a smaller version of what its server rejected as too large.
#[tauri::command]
pub async fn upload_job_smaller(
    context: Managed<'_, AppContext>,
    links: Managed<'_, CopyLinks>,
    id: JobId,
) -> Result<(), CommandError> {
    note_request(&context, &links, id).await;
    Ok(context.uploader.send_smaller(id).await?)
}

/// Shows the source file in the system's file manager.
#[tauri::command]
pub async fn reveal_job_file(
    context: Managed<'_, AppContext>,
    id: JobId,
) -> Result<(), CommandError> {
    reveal_file::reveal_job_file(context.uploader.clone(), id).await
}

/// Sets the alternative text of its links.
#[tauri::command]
pub async fn set_job_alt(
    context: Managed<'_, AppContext>,
    id: JobId,
    text: String,
) -> Result<(), CommandError> {
    Ok(context.uploader.set_alt(id, &text).await?)
}

/// Deletes it from its server after a delay in which that can be undone.
#[tauri::command]
pub async fn delete_job_image(
    context: Managed<'_, AppContext>,
    id: JobId,
) -> Result<(), CommandError> {
    let delay = Duration::from_secs(context.settings.get().delete_delay);
    Ok(context.uploader.delete(id, delay).await?)
}

/// False if it is too late.
#[tauri::command]
pub async fn undo_delete(
    context: Managed<'_, AppContext>,
    id: JobId,
) -> Result<bool, CommandError> {
    Ok(context.uploader.undo_delete(id).await?)
}

#[tauri::command]
pub async fn pause_queue(context: Managed<'_, AppContext>) -> Result<(), CommandError> {
    context.uploader.pause().await?;
    context.events.publish(Event::QueuePauseChanged);
    Ok(())
}

#[tauri::command]
pub async fn resume_queue(context: Managed<'_, AppContext>) -> Result<(), CommandError> {
    context.uploader.resume().await?;
    context.events.publish(Event::QueuePauseChanged);
    Ok(())
}

/// The user requested an upload just now: its link may be copied, and a dismissed unlock prompt is shown again.
async fn note_request(context: &AppContext, links: &CopyLinks, id: JobId) {
    context.keychain.request_unlock();
    links.note_request(vec![id]).await;
}
