//! Commands for targets. Files are chosen in the system's dialogs, and keys are never returned.

use serde::Serialize;
use tauri::AppHandle;

use crate::context::AppContext;
use crate::error::CommandError;
use crate::i18n::t;
use crate::managed::Managed;
use crate::network::link_base::LinkBase;
use crate::server::embedded_server::EmbeddedServer;
use crate::shell::file_dialogs;
use crate::targets::Targets;
use crate::targets::sxcu_export::SxcuExport;
use crate::view::target::TargetInput;

#[tauri::command]
pub async fn save_target(
    targets: Managed<'_, Targets>,
    target: TargetInput,
    key: Option<String>,
) -> Result<String, CommandError> {
    targets.save(target, key).await
}

/// Asks for a ShareX file. Returns the id of the new target, or nothing if the user cancels.
#[tauri::command]
pub async fn import_target(
    app: AppHandle,
    targets: Managed<'_, Targets>,
) -> Result<Option<String>, CommandError> {
    let filter = (t("dialog.sxcu"), ["sxcu", "json"].as_slice());
    let title = t("dialog.import_title");
    let Some(path) = file_dialogs::pick_file(&app, title, filter).await else {
        return Ok(None);
    };
    let bytes = file_dialogs::read_small_file(&path)?;
    targets.import_sxcu(&bytes).await.map(Some)
}

/// Writes a ShareX file. False if the user cancels.
#[tauri::command]
pub async fn export_target(
    app: AppHandle,
    context: Managed<'_, AppContext>,
    targets: Managed<'_, Targets>,
    server: Managed<'_, EmbeddedServer>,
    link_base: Managed<'_, LinkBase>,
    id: String,
) -> Result<bool, CommandError> {
    let target = targets.find_running(&id)?;
    let export = SxcuExport {
        app: &app,
        keychain: &context.keychain,
        server: &server,
        link_base: &link_base,
    };
    export.run(&target).await
}

#[tauri::command]
pub async fn remove_target(targets: Managed<'_, Targets>, id: String) -> Result<(), CommandError> {
    targets.remove(&id).await
}

#[tauri::command]
pub async fn set_default_target(
    targets: Managed<'_, Targets>,
    id: String,
) -> Result<(), CommandError> {
    targets.set_default(&id)
}

/// The test image was uploaded. `left`: it could not be deleted, and `message` says why.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TargetTestResult {
    left: Option<String>,
    message: Option<String>,
}

#[tauri::command]
pub async fn test_target(
    targets: Managed<'_, Targets>,
    id: String,
) -> Result<TargetTestResult, CommandError> {
    let result = targets.test(&id).await?;
    Ok(TargetTestResult {
        left: result.left,
        message: result.because.map(|failure| failure.to_string()),
    })
}
