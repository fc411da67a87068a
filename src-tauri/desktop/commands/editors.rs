//! The door for Markdown editors.

use super::{App, Refusal};
use crate::editing::{self, Standing};
use crate::words::word;

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
    let kept = app
        .apart(move |keychain| match token {
            Some(token) => keychain.put(editing::TOKEN, &token),
            None => {
                keychain.remove(editing::TOKEN);
                Ok(())
            }
        })
        .await;
    kept.unwrap_or_else(|| Err(word("keychain.locked").to_owned()))
        .map_err(|sentence| Refusal::of("keychain", sentence))?;
    app.change(|settings| settings.editors.has_token = has_token)
}
