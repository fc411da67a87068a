//! Vitrine, the desktop app: a window to drop pictures on, and the server that shows them.

// On Windows no console opens beside the window.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod app;
mod arguments;
mod certificates;
mod choosing;
mod clipboard;
mod closing;
mod commands;
mod configuration;
mod copying;
mod diagnostics;
mod dialogs;
mod dropping;
mod editing;
mod embedded;
mod ending;
mod errand;
mod events;
mod exporting;
mod folder;
mod folders;
mod keychain;
mod keychain_lock;
mod lan;
mod lanes;
#[cfg(target_os = "linux")]
mod leftover;
mod log;
mod login;
mod news;
mod notifying;
mod page;
mod passing;
mod pasting;
mod preferences;
mod rows;
mod scheme;
mod settings;
mod shortcuts;
mod showing;
mod state;
mod targets;
mod tray;
mod tray_host;
mod uploads;
mod vitrine;
#[cfg(target_os = "linux")]
mod webkit;
mod window;
mod words;

use std::process::ExitCode;

use arguments::{Asked, Start};

fn main() -> ExitCode {
    match arguments::parse(std::env::args_os().skip(1)) {
        Ok(Asked::Help) => {
            print!("{}", arguments::HELP);
            ExitCode::SUCCESS
        }
        Ok(Asked::Version) => {
            println!("vitrine-desktop {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        Ok(Asked::Start(start)) => run(start),
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::from(2)
        }
    }
}

fn run(start: Start) -> ExitCode {
    if !has_display() {
        eprintln!(
            "There is no display to show a window on. The server alone runs with `vitrine serve`."
        );
        return ExitCode::FAILURE;
    }
    spare_the_renderer();
    log::start();
    let data = match folder::chosen(start.data) {
        Ok(data) => data,
        Err(error) => return cannot(&error),
    };
    // One runtime for everything: the server, the uploader and Tauri's own commands.
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return cannot(&error),
    };
    let _inside = runtime.enter();
    tauri::async_runtime::set(runtime.handle().clone());
    match app::run(data, start.hidden, start.errand) {
        tauri::Error::PluginInitialization(name, reason) if name == "single-instance" => {
            tracing::warn!(reason, "the running app didn't answer");
            eprintln!("Vitrine is just closing. Start it again in a moment.");
            ExitCode::FAILURE
        }
        error => cannot(&error),
    }
}

/// GTK ends the process with a backtrace instead of a sentence.
fn has_display() -> bool {
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

/// WebKit's DMA-BUF renderer shows a blank window on some graphics drivers. Whoever sets the
/// variable, to whatever, decides otherwise.
fn spare_the_renderer() {
    const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if cfg!(target_os = "linux") && std::env::var_os(VARIABLE).is_none() {
        // SAFETY: no other thread runs yet that could read the environment.
        unsafe { std::env::set_var(VARIABLE, "1") };
    }
}

fn cannot(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("Vitrine cannot start: {error}");
    ExitCode::FAILURE
}
