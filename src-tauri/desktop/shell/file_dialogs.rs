//! The system's dialogs for one file or folder. The page asks for one by what it is for; it never names a path.

use std::path::{Path, PathBuf};

use tauri::{AppHandle, Manager, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use crate::commands::CommandError;
use crate::i18n::t_args;
use crate::shell::window;

/// Nothing that is chosen here, but for pictures, is as large as that.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

fn build_dialog(app: &AppHandle, title: &str) -> FileDialogBuilder<Wry> {
    let dialog = app.dialog().file().set_title(title);
    match app.get_webview_window(window::LABEL) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    }
}

/// A file whose name ends with one of these, in either case; `None` where nothing was chosen.
pub async fn pick_file(
    app: &AppHandle,
    title: &str,
    (kind, endings): (&str, &[&str]),
) -> Option<PathBuf> {
    let shouted: Vec<_> = endings.iter().map(|ending| ending.to_uppercase()).collect();
    let endings: Vec<_> = endings
        .iter()
        .copied()
        .chain(shouted.iter().map(String::as_str))
        .collect();
    let (tell, told) = oneshot::channel();
    build_dialog(app, title)
        .add_filter(kind, &endings)
        .pick_file(move |chosen| drop(tell.send(chosen)));
    receive_path(told).await
}

pub async fn pick_folder(app: &AppHandle, title: &str) -> Option<PathBuf> {
    let (tell, told) = oneshot::channel();
    build_dialog(app, title).pick_folder(move |chosen| drop(tell.send(chosen)));
    receive_path(told).await
}

/// Where to write a file; the dialog has asked before one is replaced.
pub async fn pick_save_path(app: &AppHandle, title: &str, name: &str) -> Option<PathBuf> {
    let (tell, told) = oneshot::channel();
    build_dialog(app, title)
        .set_file_name(name)
        .save_file(move |chosen| drop(tell.send(chosen)));
    receive_path(told).await
}

async fn receive_path(told: oneshot::Receiver<Option<FilePath>>) -> Option<PathBuf> {
    told.await.ok().flatten()?.into_path().ok()
}

/// What is in a small file that was chosen.
pub fn read_small_file(path: &Path) -> Result<Vec<u8>, CommandError> {
    let read = || {
        let size = std::fs::metadata(path)?.len();
        match size > MAX_FILE_BYTES {
            true => Err(std::io::Error::other("it is too large to be one")),
            false => std::fs::read(path),
        }
    };
    read().map_err(|error| {
        let sentence = t_args("dialog.unreadable", &[("reason", &error.to_string())]);
        CommandError::new("unreadable", sentence)
    })
}
