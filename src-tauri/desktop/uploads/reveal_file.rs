//! The file that a picture came from, shown by the system's file manager. The page names a row, never a path.

use std::path::Path;
use std::sync::Arc;

use tokio::task::spawn_blocking;
use uploader::JobId;

use crate::commands::CommandError;
use crate::context::AppContext;
use crate::i18n::t;

pub async fn reveal_job_file(app: &Arc<AppContext>, id: JobId) -> Result<(), CommandError> {
    let app = Arc::clone(app);
    // The disk may be a sleeping one, and the file manager may have to be started first.
    let shown = spawn_blocking(move || {
        let path = app.uploader.source_file(id)?;
        let path = path.ok_or_else(|| CommandError::new("no_file", t("notice.no_file")))?;
        reveal_path(&path).map_err(|error| {
            tracing::warn!(%error, "no file manager showed a file");
            CommandError::new("no_file_manager", t("notice.no_file_manager"))
        })
    });
    shown.await.unwrap_or_else(|error| {
        tracing::error!(%error, "showing a file failed");
        Err(uploader::Failure::Internal.into())
    })
}

/// Chosen among its neighbours; where nobody can do that, its folder is opened.
fn reveal_path(path: &Path) -> std::io::Result<()> {
    let Err(error) = tauri_plugin_opener::reveal_item_in_dir(path) else {
        return Ok(());
    };
    tracing::info!(%error, "a file cannot be shown among its neighbours");
    open::that_detached(path.parent().unwrap_or(path))
}
