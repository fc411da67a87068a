//! Where pictures can go. Files are named in the system's dialogs, and keys go one way: in.

use serde::Serialize;

use super::{App, Refusal};
use crate::i18n::word;
use crate::shell::file_dialogs;
use crate::targets::sxcu_export;
use crate::targets::{self, Wanted};

#[tauri::command]
pub async fn save_target(
    app: App<'_>,
    target: Wanted,
    key: Option<String>,
) -> Result<String, Refusal> {
    targets::save(&app, target, key).await
}

/// Asks for a ShareX file; nothing where the user thinks better of it.
#[tauri::command]
pub async fn import_target(app: App<'_>) -> Result<Option<String>, Refusal> {
    let filter = (word("dialog.sxcu"), ["sxcu", "json"].as_slice());
    let Some(path) = file_dialogs::file(&app.handle, word("dialog.import_title"), filter).await
    else {
        return Ok(None);
    };
    let bytes = file_dialogs::read(&path)?;
    targets::import(&app, &bytes).await.map(Some)
}

/// Writes a ShareX file for a target; false where the user thinks better of it.
#[tauri::command]
pub async fn export_target(app: App<'_>, id: String) -> Result<bool, Refusal> {
    sxcu_export::export(&app, &id).await
}

#[tauri::command]
pub async fn remove_target(app: App<'_>, id: String) -> Result<(), Refusal> {
    targets::remove(&app, &id).await
}

#[tauri::command]
pub async fn make_usual(app: App<'_>, id: String) -> Result<(), Refusal> {
    targets::make_usual(&app, &id)
}

/// A test picture arrived. `left`: it is still there, and `message` says why.
#[derive(Serialize)]
pub struct TestResult {
    left: Option<String>,
    message: Option<String>,
}

#[tauri::command]
pub async fn test_target(app: App<'_>, id: String) -> Result<TestResult, Refusal> {
    let tested = targets::test(&app, &id).await?;
    Ok(TestResult {
        left: tested.left,
        message: tested.because.map(|failure| failure.to_string()),
    })
}
