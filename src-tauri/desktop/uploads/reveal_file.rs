//! The file that a picture came from, shown by the system's file manager. The page names a row, never a path.

use std::path::Path;
use std::sync::Arc;

use tokio::task::spawn_blocking;
use uploader::JobId;

use crate::commands::Refusal;
use crate::context::Vitrine;
use crate::i18n::word;

pub async fn show(app: &Arc<Vitrine>, id: JobId) -> Result<(), Refusal> {
    let app = Arc::clone(app);
    // The disk may be a sleeping one, and the file manager may have to be started first.
    let shown = spawn_blocking(move || {
        let path = app.uploader.file(id)?;
        let path = path.ok_or_else(|| Refusal::of("no_file", word("notice.no_file")))?;
        reveal(&path).map_err(|error| {
            tracing::warn!(%error, "no file manager showed a file");
            Refusal::of("no_file_manager", word("notice.no_file_manager"))
        })
    });
    shown.await.unwrap_or_else(|error| {
        tracing::error!(%error, "showing a file failed");
        Err(uploader::Failure::Internal.into())
    })
}

/// Chosen among its neighbours; where nobody can do that, its folder is opened.
fn reveal(path: &Path) -> std::io::Result<()> {
    let Err(error) = tauri_plugin_opener::reveal_item_in_dir(path) else {
        return Ok(());
    };
    tracing::info!(%error, "a file cannot be shown among its neighbours");
    open::that_detached(path.parent().unwrap_or(path))
}
