//! The door for Markdown editors.

use serde::Serialize;

use super::{App, Refusal};
use crate::editors::editor_server;
use crate::editors::editor_server::Standing;

#[tauri::command]
pub async fn editors(app: App<'_>) -> Result<Standing, Refusal> {
    Ok(editor_server::standing(&app))
}

/// The link that an editor would have got. `left`: its picture is still there, and why.
#[derive(Serialize)]
pub struct DoorTest {
    link: String,
    left: Option<String>,
}

#[tauri::command]
pub async fn test_editors(app: App<'_>) -> Result<DoorTest, Refusal> {
    let tried = editor_server::test(&app).await?;
    Ok(DoorTest {
        link: tried.link,
        left: tried.left.map(|failure| failure.to_string()),
    })
}

/// What editors have to say from now on; nothing, without one. It goes into the keychain.
#[tauri::command]
pub async fn set_editor_token(app: App<'_>, token: Option<String>) -> Result<(), Refusal> {
    let token = token
        .map(|token| token.trim().to_owned())
        .filter(|token| !token.is_empty());
    let has_token = token.is_some();
    app.keep_key(editor_server::TOKEN, token).await?;
    app.change(|settings| settings.editors.has_token = has_token)
}
