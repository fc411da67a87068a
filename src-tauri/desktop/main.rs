//! The binary `vitrine-desktop`: start, logging, and the runtime that everything uses.

// Without a console window on Windows.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod app;
mod cli_args;
mod commands;
mod context;
mod editors;
mod error;
mod events;
mod i18n;
mod managed;
mod network;
mod secrets;
mod server;
mod settings;
mod shell;
mod targets;
mod uploads;
mod view;
mod watch;

use std::process::ExitCode;

use cli_args::{Request, StartOptions};

fn main() -> ExitCode {
    match cli_args::parse(std::env::args_os().skip(1)) {
        Ok(Request::Help) => {
            print!("{}", cli_args::HELP);
            ExitCode::SUCCESS
        }
        Ok(Request::Version) => {
            println!("vitrine-desktop {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        Ok(Request::Start(start)) => run(start),
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::from(2)
        }
    }
}

fn run(start: StartOptions) -> ExitCode {
    if !has_display() {
        eprintln!(
            "There is no display to show a window on. The server alone runs with `vitrine serve`."
        );
        return ExitCode::FAILURE;
    }
    disable_dmabuf_renderer();
    shell::logging::init_logging();
    let data = match app_paths::resolve_data_dir(start.data_dir) {
        Ok(data) => data,
        Err(error) => return print_startup_error(&error),
    };
    // One runtime for the server, the uploader and Tauri's commands.
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return print_startup_error(&error),
    };
    let _inside = runtime.enter();
    tauri::async_runtime::set(runtime.handle().clone());
    match app::run(data, start.hidden, start.action) {
        tauri::Error::PluginInitialization(name, reason) if name == "single-instance" => {
            tracing::warn!(reason, "the running app did not respond");
            eprintln!("Vitrine is just closing. Start it again in a moment.");
            ExitCode::FAILURE
        }
        error => print_startup_error(&error),
    }
}

/// Without a display, GTK would exit with a backtrace instead of a sentence.
fn has_display() -> bool {
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

/// WebKit's DMA-BUF renderer shows a blank window on some graphics drivers. A value that is already set has
/// precedence.
#[expect(unsafe_code, reason = "sets an environment variable")]
fn disable_dmabuf_renderer() {
    const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if cfg!(target_os = "linux") && std::env::var_os(VARIABLE).is_none() {
        // SAFETY: no other thread runs yet that could read the environment.
        unsafe { std::env::set_var(VARIABLE, "1") };
    }
}

fn print_startup_error(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("Vitrine cannot start: {error}");
    ExitCode::FAILURE
}
