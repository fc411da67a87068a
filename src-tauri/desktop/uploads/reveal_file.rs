//! Shows the source file of a picture in the system's file manager. The page names a row, never a path.

use std::path::Path;

use tokio::task::spawn_blocking;
use uploader::{Failure, JobId, Uploader};

use crate::error::CommandError;
use crate::i18n::t;

pub async fn reveal_job_file(uploader: Uploader, id: JobId) -> Result<(), CommandError> {
    // The disk may be asleep, and the file manager may have to start first.
    let revealed = spawn_blocking(move || {
        let path = uploader.source_file(id)?;
        let path = path.ok_or_else(|| CommandError::new("no_file", t("notice.no_file")))?;
        reveal_path(&path).map_err(|error| {
            tracing::warn!(%error, "could not show a file");
            CommandError::new("no_file_manager", t("notice.no_file_manager"))
        })
    });
    revealed.await.unwrap_or_else(|error| {
        tracing::error!(%error, "the thread that shows a file panicked");
        Err(Failure::Internal.into())
    })
}

/// Selects the file in its folder, or only opens the folder if the system cannot select files.
fn reveal_path(path: &Path) -> std::io::Result<()> {
    let Err(error) = tauri_plugin_opener::reveal_item_in_dir(path) else {
        return Ok(());
    };
    tracing::info!(%error, "could not select a file in the file manager");
    open::that_detached(path.parent().unwrap_or(path))
}
