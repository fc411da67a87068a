//! Compiles Tauri's configuration into the app. Every command of ours is named here, so that the
//! page may call none of them unless `capabilities/` says so.

use tauri_build::{AppManifest, Attributes};

const COMMANDS: &[&str] = &[
    "state",
    "rows",
    "choose_files",
    "paste",
    "copy",
    "retry",
    "forget",
    "set_copy",
    "open",
    "answer_close",
    "quit",
    "painted",
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
