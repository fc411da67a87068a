//! The door for Markdown editors.

use super::{App, Refusal};
use crate::editing::{self, Standing};

#[tauri::command]
pub async fn editors(app: App<'_>) -> Result<Standing, Refusal> {
    Ok(editing::standing(&app))
}

/// What editors have to say from now on; nothing, without one. It goes into the keychain.
#[tauri::command]
pub async fn set_editor_token(app: App<'_>, token: Option<String>) -> Result<(), Refusal> {
    let token = token
        .map(|token| token.trim().to_owned())
        .filter(|token| !token.is_empty());
    let has_token = token.is_some();
    app.keep_key(editing::TOKEN, token).await?;
    app.change(|settings| settings.editors.has_token = has_token)
}
