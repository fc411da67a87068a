//! The system's file picker for pictures. It is opened here, so that the page never receives a path.

use std::sync::Arc;

use tauri::AppHandle;
use tauri_plugin_dialog::FilePath;
use uploader::Source;
use uploader::clipboard_policy::UploadSource;

use crate::context::AppContext;
use crate::i18n::t;
use crate::shell::file_dialogs;
use crate::uploads::intake::{ImportOptions, import_pictures};

/// What the server accepts. Files with other extensions can still be dropped.
const EXTENSIONS: [&str; 8] = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"];

/// Opens the picker and returns; the chosen files are enqueued later.
pub fn choose_pictures(app: &AppHandle, context: Arc<AppContext>) {
    let filter = (t("dialog.pictures"), EXTENSIONS.as_slice());
    let dialog = file_dialogs::build_filtered_dialog(app, t("dialog.choose_title"), filter);
    dialog.pick_files(move |chosen| {
        let paths = chosen
            .into_iter()
            .flatten()
            .filter_map(|file| FilePath::into_path(file).ok());
        let sources = paths.map(Source::File).collect();
        let options = ImportOptions::new(UploadSource::Chosen);
        let runtime = context.runtime.clone();
        runtime.spawn(async move { import_pictures(&context, sources, options).await });
    });
}
