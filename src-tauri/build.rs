//! Compiles Tauri's configuration into the app. Every command of ours is named here, so that the
//! page may call none of them unless `capabilities/` says so.

use tauri_build::{AppManifest, Attributes};

const COMMANDS: &[&str] = &[
    "app_state",
    "set_copy_settings",
    "report_page_shown",
    "set_route",
    "system_integration",
    "set_autostart",
    "copy_diagnostics",
    "recent_log",
    "set_shortcuts",
    "set_language",
    "list_jobs",
    "retry_job",
    "forget_job",
    "pause_job",
    "resume_job",
    "cancel_job",
    "upload_job_again",
    "upload_job_smaller",
    "reveal_job_file",
    "set_job_alt",
    "delete_job_image",
    "undo_delete",
    "pause_queue",
    "resume_queue",
    "choose_files",
    "upload_clipboard",
    "copy_link",
    "copy_text",
    "recopy_links",
    "open_link",
    "open_image",
    "save_target",
    "import_target",
    "export_target",
    "remove_target",
    "set_default_target",
    "test_target",
    "suggest_folders",
    "add_folder",
    "save_folder",
    "remove_folder",
    "upload_missed",
    "dismiss_missed",
    "pause_watching",
    "resume_watching",
    "set_server_enabled",
    "set_lan_sharing",
    "allow_network",
    "create_device_link",
    "link_qr_code",
    "preferences",
    "save_preferences",
    "add_certificate",
    "remove_certificate",
    "preview_name",
    "preview_preparation",
    "finish_welcome",
    "link_examples",
    "editor_server_status",
    "test_editor_server",
    "set_editor_token",
    "answer_close_request",
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
