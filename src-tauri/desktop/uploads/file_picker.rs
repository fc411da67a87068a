//! The system's file dialog. Opened from here, so that the page never names a path.

use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, FilePath};
use uploader::Source;
use uploader::clipboard_policy::UploadSource;

use crate::context::AppContext;
use crate::i18n::t;
use crate::shell::window;
use crate::uploads::intake;
use crate::uploads::intake::ImportOptions;

/// What the server takes. A file that is named otherwise can still be dropped.
const EXTENSIONS: [&str; 8] = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"];

/// Shows the dialog and returns; what is chosen is taken in when it is.
pub fn choose_pictures(app: &AppHandle) {
    // Cameras write `.JPG`, and GTK's patterns tell the cases apart.
    let shouted = EXTENSIONS.map(str::to_uppercase);
    let extensions: Vec<&str> = EXTENSIONS
        .into_iter()
        .chain(shouted.iter().map(String::as_str))
        .collect();
    let mut dialog = app
        .dialog()
        .file()
        .set_title(t("dialog.choose_title"))
        .add_filter(t("dialog.pictures"), &extensions);
    if let Some(window) = app.get_webview_window(window::LABEL) {
        dialog = dialog.set_parent(&window);
    }
    let app = app.clone();
    dialog.pick_files(move |chosen| {
        let Some(app) = AppContext::from_handle(&app) else {
            return;
        };
        let paths = chosen
            .into_iter()
            .flatten()
            .filter_map(|file| FilePath::into_path(file).ok());
        let sources = paths.map(Source::File).collect();
        tauri::async_runtime::spawn(async move {
            intake::import_pictures(&app, sources, ImportOptions::new(UploadSource::Chosen)).await
        });
    });
}
