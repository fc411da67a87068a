//! The door for Markdown editors.

use serde::Serialize;

use super::{App, CommandError};
use crate::editors::editor_server;
use crate::editors::editor_server::EditorServerStatus;

#[tauri::command]
pub async fn editors(app: App<'_>) -> Result<EditorServerStatus, CommandError> {
    Ok(editor_server::status(&app))
}

/// The link that an editor would have got. `left`: its picture is still there, and why.
#[derive(Serialize)]
pub struct EditorTestResult {
    link: String,
    left: Option<String>,
}

#[tauri::command]
pub async fn test_editors(app: App<'_>) -> Result<EditorTestResult, CommandError> {
    let tried = editor_server::run_self_test(&app).await?;
    Ok(EditorTestResult {
        link: tried.link,
        left: tried.delete_failure.map(|failure| failure.to_string()),
    })
}

/// What editors have to say from now on; nothing, without one. It goes into the keychain.
#[tauri::command]
pub async fn set_editor_token(app: App<'_>, token: Option<String>) -> Result<(), CommandError> {
    let token = token
        .map(|token| token.trim().to_owned())
        .filter(|token| !token.is_empty());
    let has_token = token.is_some();
    app.set_secret(editor_server::TOKEN_ENTRY, token).await?;
    app.change_settings(|settings| settings.editors.has_token = has_token)
}
