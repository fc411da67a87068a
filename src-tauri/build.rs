//! Compiles Tauri's configuration into the app. Every command of ours is named here, so that the
//! page may call none of them unless `capabilities/` says so.

use tauri_build::{AppManifest, Attributes};

const COMMANDS: &[&str] = &[
    "state",
    "set_copy",
    "painted",
    "set_place",
    "around",
    "set_login",
    "copy_diagnostics",
    "log",
    "set_shortcuts",
    "set_language",
    "rows",
    "retry",
    "forget",
    "hold",
    "release",
    "cancel",
    "upload_again",
    "send_smaller",
    "show_file",
    "set_alt",
    "delete",
    "undo_delete",
    "pause_queue",
    "resume_queue",
    "choose_files",
    "paste",
    "copy",
    "copy_text",
    "copy_again",
    "open",
    "open_picture",
    "save_target",
    "import_target",
    "export_target",
    "remove_target",
    "make_usual",
    "test_target",
    "suggested_folders",
    "add_folder",
    "save_folder",
    "remove_folder",
    "take_missed",
    "leave_missed",
    "pause_watching",
    "resume_watching",
    "set_serving",
    "set_reach",
    "allow_network",
    "invite",
    "qr",
    "settings",
    "save_settings",
    "add_certificate",
    "remove_certificate",
    "preview_name",
    "preview_preparation",
    "welcomed",
    "examples",
    "editors",
    "test_editors",
    "set_editor_token",
    "answer_close",
    "quit",
];

fn main() {
    println!("cargo::rerun-if-changed=src-tauri/capabilities");
    let attributes = Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/**/*.json")
        .app_manifest(AppManifest::new().commands(COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error=The app's configuration could not be compiled: {error:#}");
        std::process::exit(1);
    }
}
