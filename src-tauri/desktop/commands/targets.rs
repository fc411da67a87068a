//! Where pictures can go. Files are named in the system's dialogs, and keys go one way: in.

use serde::Serialize;

use super::{App, CommandError};
use crate::i18n::t;
use crate::shell::file_dialogs;
use crate::targets::sxcu_export;
use crate::targets::{self, TargetInput};

#[tauri::command]
pub async fn save_target(
    app: App<'_>,
    target: TargetInput,
    key: Option<String>,
) -> Result<String, CommandError> {
    targets::save_target(&app, target, key).await
}

/// Asks for a ShareX file; nothing where the user thinks better of it.
#[tauri::command]
pub async fn import_target(app: App<'_>) -> Result<Option<String>, CommandError> {
    let filter = (t("dialog.sxcu"), ["sxcu", "json"].as_slice());
    let Some(path) = file_dialogs::pick_file(&app.handle, t("dialog.import_title"), filter).await
    else {
        return Ok(None);
    };
    let bytes = file_dialogs::read_small_file(&path)?;
    targets::import_sxcu(&app, &bytes).await.map(Some)
}

/// Writes a ShareX file for a target; false where the user thinks better of it.
#[tauri::command]
pub async fn export_target(app: App<'_>, id: String) -> Result<bool, CommandError> {
    sxcu_export::export_target(&app, &id).await
}

#[tauri::command]
pub async fn remove_target(app: App<'_>, id: String) -> Result<(), CommandError> {
    targets::remove_target(&app, &id).await
}

#[tauri::command]
pub async fn make_usual(app: App<'_>, id: String) -> Result<(), CommandError> {
    targets::set_default_target(&app, &id)
}

/// A test picture arrived. `left`: it is still there, and `message` says why.
#[derive(Serialize)]
pub struct TargetTestResult {
    left: Option<String>,
    message: Option<String>,
}

#[tauri::command]
pub async fn test_target(app: App<'_>, id: String) -> Result<TargetTestResult, CommandError> {
    let tested = targets::test_target(&app, &id).await?;
    Ok(TargetTestResult {
        left: tested.left,
        message: tested.because.map(|failure| failure.to_string()),
    })
}
