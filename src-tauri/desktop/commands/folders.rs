//! Watched folders. The page names them by id; new ones by the number of a suggestion, or in the system's dialog.

use serde::Serialize;
use tokio::task::block_in_place;

use super::{App, Refusal};
use crate::i18n::word;
use crate::shell::file_dialogs;
use crate::watch::watched_folders;
use crate::watch::watched_folders::Wanted;

#[derive(Serialize)]
pub struct Suggested {
    index: usize,
    path: String,
    place: String,
    pictures: usize,
}

#[tauri::command]
pub async fn suggested_folders(app: App<'_>) -> Result<Vec<Suggested>, Refusal> {
    let found = block_in_place(|| watched_folders::suggested(&app));
    let numbered = found.into_iter().enumerate();
    Ok(numbered
        .map(|(index, suggestion)| Suggested {
            index,
            path: suggestion.path.display().to_string(),
            place: watched_folders::place(&app, &suggestion.path),
            pictures: suggestion.pictures,
        })
        .collect())
}

/// Watches one of the suggested folders, or one that is chosen now; nothing where the user thinks better of it.
#[tauri::command]
pub async fn add_folder(
    app: App<'_>,
    suggestion: Option<String>,
) -> Result<Option<String>, Refusal> {
    let path = match suggestion {
        // By its name and not by its number: the list may be another by now.
        Some(path) => block_in_place(|| watched_folders::suggested(&app))
            .into_iter()
            .map(|suggestion| suggestion.path)
            .find(|known| known.display().to_string() == path)
            .ok_or_else(|| Refusal::of("no_folder", word("folders.not_there")))?,
        None => match file_dialogs::folder(&app.handle, word("dialog.folder_title")).await {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    watched_folders::add(&app, path).map(Some)
}

#[tauri::command]
pub async fn save_folder(app: App<'_>, folder: Wanted) -> Result<(), Refusal> {
    watched_folders::save(&app, folder)
}

#[tauri::command]
pub async fn remove_folder(app: App<'_>, id: String) -> Result<(), Refusal> {
    watched_folders::remove(&app, &id)
}

/// Takes in what appeared while the app was off.
#[tauri::command]
pub async fn take_missed(app: App<'_>, id: String) -> Result<(), Refusal> {
    app.uploader.take_missed(&id);
    Ok(())
}

#[tauri::command]
pub async fn leave_missed(app: App<'_>, id: String) -> Result<(), Refusal> {
    app.uploader.leave_missed(&id);
    Ok(())
}

#[tauri::command]
pub async fn pause_watching(app: App<'_>, minutes: Option<u64>) -> Result<(), Refusal> {
    watched_folders::pause(&app, minutes);
    Ok(())
}

#[tauri::command]
pub async fn resume_watching(app: App<'_>) -> Result<(), Refusal> {
    watched_folders::resume(&app);
    Ok(())
}
