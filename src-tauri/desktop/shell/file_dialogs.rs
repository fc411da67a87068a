//! The system's dialogs for files and folders. The page opens them by purpose and never receives a path.

use std::path::{Path, PathBuf};

use tauri::{AppHandle, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use crate::error::CommandError;
use crate::i18n::t_args;
use crate::shell::main_window;

/// The limit for files other than pictures.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

fn build_dialog(app: &AppHandle, title: &str) -> FileDialogBuilder<Wry> {
    let dialog = app.dialog().file().set_title(title);
    match main_window::find(app) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    }
}

/// A dialog for files with these extensions, in lower or upper case: GTK's patterns distinguish them.
pub fn build_filtered_dialog(
    app: &AppHandle,
    title: &str,
    (kind, extensions): (&str, &[&str]),
) -> FileDialogBuilder<Wry> {
    let upper: Vec<_> = extensions.iter().map(|name| name.to_uppercase()).collect();
    let upper = upper.iter().map(String::as_str);
    let extensions: Vec<_> = extensions.iter().copied().chain(upper).collect();
    build_dialog(app, title).add_filter(kind, &extensions)
}

/// Picks a file with one of these extensions; `None` if the user cancels.
pub async fn pick_file(app: &AppHandle, title: &str, filter: (&str, &[&str])) -> Option<PathBuf> {
    let (sender, chosen) = oneshot::channel();
    build_filtered_dialog(app, title, filter).pick_file(move |path| drop(sender.send(path)));
    receive_path(chosen).await
}

pub async fn pick_folder(app: &AppHandle, title: &str) -> Option<PathBuf> {
    let (sender, chosen) = oneshot::channel();
    build_dialog(app, title).pick_folder(move |path| drop(sender.send(path)));
    receive_path(chosen).await
}

/// Picks the path of a new file. The dialog asks before an existing one is replaced.
pub async fn pick_save_path(app: &AppHandle, title: &str, name: &str) -> Option<PathBuf> {
    let (sender, chosen) = oneshot::channel();
    build_dialog(app, title)
        .set_file_name(name)
        .save_file(move |path| drop(sender.send(path)));
    receive_path(chosen).await
}

async fn receive_path(chosen: oneshot::Receiver<Option<FilePath>>) -> Option<PathBuf> {
    chosen.await.ok().flatten()?.into_path().ok()
}

/// Reads a small file that the user chose.
pub fn read_small_file(path: &Path) -> Result<Vec<u8>, CommandError> {
    let read = || {
        let size = std::fs::metadata(path)?.len();
        match size > MAX_FILE_BYTES {
            true => Err(std::io::Error::other("it is too large to be one")),
            false => std::fs::read(path),
        }
    };
    read().map_err(|error| {
        let message = t_args("dialog.unreadable", &[("reason", &error.to_string())]);
        CommandError::new("unreadable", message)
    })
}
