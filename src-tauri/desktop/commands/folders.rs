//! Watched folders. The page names them by id; new ones by the number of a suggestion, or in the system's dialog.

use serde::Serialize;
use tokio::task::block_in_place;

use super::{App, CommandError};
use crate::i18n::t;
use crate::shell::file_dialogs;
use crate::watch::watched_folders;
use crate::watch::watched_folders::WatchedFolderInput;

#[derive(Serialize)]
pub struct FolderSuggestion {
    index: usize,
    path: String,
    place: String,
    pictures: usize,
}

#[tauri::command]
pub async fn suggested_folders(app: App<'_>) -> Result<Vec<FolderSuggestion>, CommandError> {
    let found = block_in_place(|| watched_folders::suggest_folders(&app));
    let numbered = found.into_iter().enumerate();
    Ok(numbered
        .map(|(index, suggestion)| FolderSuggestion {
            index,
            path: suggestion.path.display().to_string(),
            place: watched_folders::display_path(&app, &suggestion.path),
            pictures: suggestion.pictures,
        })
        .collect())
}

/// Watches one of the suggested folders, or one that is chosen now; nothing where the user thinks better of it.
#[tauri::command]
pub async fn add_folder(
    app: App<'_>,
    suggestion: Option<String>,
) -> Result<Option<String>, CommandError> {
    let path = match suggestion {
        // By its name and not by its number: the list may be another by now.
        Some(path) => block_in_place(|| watched_folders::suggest_folders(&app))
            .into_iter()
            .map(|suggestion| suggestion.path)
            .find(|known| known.display().to_string() == path)
            .ok_or_else(|| CommandError::new("no_folder", t("folders.not_there")))?,
        None => match file_dialogs::pick_folder(&app.handle, t("dialog.folder_title")).await {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    watched_folders::add_folder(&app, path).map(Some)
}

#[tauri::command]
pub async fn save_folder(app: App<'_>, folder: WatchedFolderInput) -> Result<(), CommandError> {
    watched_folders::save_folder(&app, folder)
}

#[tauri::command]
pub async fn remove_folder(app: App<'_>, id: String) -> Result<(), CommandError> {
    watched_folders::remove_folder(&app, &id)
}

/// Takes in what appeared while the app was off.
#[tauri::command]
pub async fn take_missed(app: App<'_>, id: String) -> Result<(), CommandError> {
    app.uploader.upload_missed(&id);
    Ok(())
}

#[tauri::command]
pub async fn leave_missed(app: App<'_>, id: String) -> Result<(), CommandError> {
    app.uploader.dismiss_missed(&id);
    Ok(())
}

#[tauri::command]
pub async fn pause_watching(app: App<'_>, minutes: Option<u64>) -> Result<(), CommandError> {
    watched_folders::pause_watching(&app, minutes);
    Ok(())
}

#[tauri::command]
pub async fn resume_watching(app: App<'_>) -> Result<(), CommandError> {
    watched_folders::resume_watching(&app);
    Ok(())
}
