//! The system's file dialog. Opened from here, so that the page never names a path.

use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, FilePath};
use uploader::Source;
use uploader::clipboard_policy::Way;

use crate::context::Vitrine;
use crate::i18n::word;
use crate::shell::window;
use crate::uploads::intake;
use crate::uploads::intake::Given;

/// What the server takes. A file that is named otherwise can still be dropped.
const EXTENSIONS: [&str; 8] = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"];

/// Shows the dialog and returns; what is chosen is taken in when it is.
pub fn choose(app: &AppHandle) {
    // Cameras write `.JPG`, and GTK's patterns tell the cases apart.
    let shouted = EXTENSIONS.map(str::to_uppercase);
    let extensions: Vec<&str> = EXTENSIONS
        .into_iter()
        .chain(shouted.iter().map(String::as_str))
        .collect();
    let mut dialog = app
        .dialog()
        .file()
        .set_title(word("dialog.choose_title"))
        .add_filter(word("dialog.pictures"), &extensions);
    if let Some(window) = app.get_webview_window(window::LABEL) {
        dialog = dialog.set_parent(&window);
    }
    let app = app.clone();
    dialog.pick_files(move |chosen| {
        let Some(app) = Vitrine::of(&app) else { return };
        let paths = chosen
            .into_iter()
            .flatten()
            .filter_map(|file| FilePath::into_path(file).ok());
        let sources = paths.map(Source::File).collect();
        tauri::async_runtime::spawn(async move {
            intake::take_in(&app, sources, Given::by(Way::Chosen)).await
        });
    });
}
