//! Commands of the editor settings.

use serde::Serialize;

use crate::editors::editor_server::{EditorServerStatus, EditorUploads};
use crate::error::CommandError;
use crate::managed::Managed;

#[tauri::command]
pub async fn editor_server_status(
    editors: Managed<'_, EditorUploads>,
) -> Result<EditorServerStatus, CommandError> {
    Ok(editors.status())
}

/// The link that an editor would receive. `left`: why the test picture could not be deleted.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct EditorTestResult {
    link: String,
    left: Option<String>,
}

#[tauri::command]
pub async fn test_editor_server(
    editors: Managed<'_, EditorUploads>,
) -> Result<EditorTestResult, CommandError> {
    let result = editors.run_self_test().await?;
    Ok(EditorTestResult {
        link: result.link,
        left: result.delete_failure.map(|failure| failure.to_string()),
    })
}

/// Sets or removes the token that editors have to send. It is stored in the keychain.
#[tauri::command]
pub async fn set_editor_token(
    editors: Managed<'_, EditorUploads>,
    token: Option<String>,
) -> Result<(), CommandError> {
    editors.set_token(token).await
}
