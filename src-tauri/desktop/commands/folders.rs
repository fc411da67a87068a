//! Commands for watched folders. The page names them by id; new ones are suggestions, or picked in the system's dialog.

use tauri::AppHandle;
use tokio::task::block_in_place;

use crate::context::AppContext;
use crate::error::CommandError;
use crate::i18n::t;
use crate::managed::Managed;
use crate::shell::file_dialogs;
use crate::view::folder::{FolderSuggestion, WatchedFolderInput};
use crate::watch::watched_folders::WatchedFolders;

#[tauri::command]
pub async fn suggest_folders(
    folders: Managed<'_, WatchedFolders>,
) -> Result<Vec<FolderSuggestion>, CommandError> {
    Ok(block_in_place(|| folders.suggestions()))
}

/// Adds a suggested folder by its path, or one that is picked now. Returns its id, or nothing if the user cancels.
#[tauri::command]
pub async fn add_folder(
    app: AppHandle,
    folders: Managed<'_, WatchedFolders>,
    suggestion: Option<String>,
) -> Result<Option<String>, CommandError> {
    if let Some(path) = suggestion {
        return block_in_place(|| folders.add_suggestion(&path)).map(Some);
    }
    let picked = file_dialogs::pick_folder(&app, t("dialog.folder_title")).await;
    picked.map(|path| folders.add(path)).transpose()
}

#[tauri::command]
pub async fn save_folder(
    folders: Managed<'_, WatchedFolders>,
    folder: WatchedFolderInput,
) -> Result<(), CommandError> {
    folders.save(folder)
}

#[tauri::command]
pub async fn remove_folder(
    folders: Managed<'_, WatchedFolders>,
    id: String,
) -> Result<(), CommandError> {
    folders.remove(&id)
}

/// Uploads what appeared while the app was not running.
#[tauri::command]
pub async fn upload_missed(
    context: Managed<'_, AppContext>,
    id: String,
) -> Result<(), CommandError> {
    context.uploader.upload_missed(&id);
    Ok(())
}

#[tauri::command]
pub async fn dismiss_missed(
    context: Managed<'_, AppContext>,
    id: String,
) -> Result<(), CommandError> {
    context.uploader.dismiss_missed(&id);
    Ok(())
}

#[tauri::command]
pub async fn pause_watching(
    folders: Managed<'_, WatchedFolders>,
    minutes: Option<u64>,
) -> Result<(), CommandError> {
    folders.pause(minutes);
    Ok(())
}

#[tauri::command]
pub async fn resume_watching(folders: Managed<'_, WatchedFolders>) -> Result<(), CommandError> {
    folders.resume();
    Ok(())
}
