//! Tauri, set up: plugins, scheme, commands, what the window reports, and what is started when.

use std::path::PathBuf;
use std::sync::Arc;

use tauri::{AppHandle, Manager, RunEvent, Window, WindowEvent};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use crate::context::{AppContext, StartupError};
use crate::editors::editor_server;
use crate::i18n::t;
use crate::network::lan_sharing;
use crate::server::{embedded_server, uri_scheme};
use crate::shell::app_action::AppAction;
use crate::shell::{app_action, close_request, shortcuts, shutdown, tray, window};
use crate::uploads::{drop, queue_events};
use crate::watch::watched_folders;
use crate::{cli_args, commands, targets};

/// Runs the app. Returns only if it can't start.
pub fn run(data: PathBuf, hidden: bool, errand: Option<AppAction>) -> tauri::Error {
    let builder = tauri::Builder::default()
        // First, so that a second start ends before it has touched anything.
        .plugin(tauri_plugin_single_instance::init(
            |app, arguments, _folder| {
                app_action::run_action(app, cli_args::parse_second_start(&arguments))
            },
        ))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_global_shortcut::Builder::new().build())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(window::SAVED_STATE)
                .build(),
        );
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(crate::shell::autostart::plugin());
    let built = builder
        .register_asynchronous_uri_scheme_protocol(uri_scheme::SCHEME, uri_scheme::respond)
        .invoke_handler(tauri::generate_handler![
            commands::state::state,
            commands::state::set_copy,
            commands::state::painted,
            commands::system::set_place,
            commands::system::around,
            commands::system::set_login,
            commands::system::copy_diagnostics,
            commands::system::log,
            commands::system::set_shortcuts,
            commands::system::set_language,
            commands::jobs::rows,
            commands::jobs::retry,
            commands::jobs::forget,
            commands::jobs::hold,
            commands::jobs::release,
            commands::jobs::cancel,
            commands::jobs::upload_again,
            commands::jobs::send_smaller,
            commands::jobs::show_file,
            commands::jobs::set_alt,
            commands::jobs::delete,
            commands::jobs::undo_delete,
            commands::jobs::pause_queue,
            commands::jobs::resume_queue,
            commands::uploads::choose_files,
            commands::uploads::paste,
            commands::links::copy,
            commands::links::copy_text,
            commands::links::copy_again,
            commands::links::open,
            commands::links::open_picture,
            commands::targets::save_target,
            commands::targets::import_target,
            commands::targets::export_target,
            commands::targets::remove_target,
            commands::targets::make_usual,
            commands::targets::test_target,
            commands::folders::suggested_folders,
            commands::folders::add_folder,
            commands::folders::save_folder,
            commands::folders::remove_folder,
            commands::folders::take_missed,
            commands::folders::leave_missed,
            commands::folders::pause_watching,
            commands::folders::resume_watching,
            commands::server::set_serving,
            commands::server::set_reach,
            commands::server::allow_network,
            commands::server::invite,
            commands::links::qr,
            commands::settings::settings,
            commands::settings::save_settings,
            commands::settings::add_certificate,
            commands::settings::remove_certificate,
            commands::settings::preview_name,
            commands::settings::preview_preparation,
            commands::welcome::welcomed,
            commands::welcome::examples,
            commands::editors::editors,
            commands::editors::test_editors,
            commands::editors::set_editor_token,
            commands::closing::answer_close,
            commands::closing::quit,
        ])
        .on_window_event(on_window_event)
        .setup(move |app| {
            match AppContext::open(app.handle().clone(), &data) {
                // There is nothing to end.
                _ if errand == Some(AppAction::Quit) => app.handle().exit(0),
                Ok(vitrine) => start_app(vitrine, hidden, errand)?,
                Err(error) => show_startup_error(app.handle(), &error),
            }
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => app.run(|app, event| match event {
            // The tray keeps the app alive without a window; Quit comes with a code.
            RunEvent::ExitRequested {
                code: None, api, ..
            } => api.prevent_exit(),
            RunEvent::Exit => shutdown::shut_down(app),
            #[cfg(target_os = "macos")]
            RunEvent::Reopen { .. } => window::show(app),
            _ => {}
        }),
        Err(error) => return error,
    }
    // The event loop ends the process itself.
    std::process::exit(0)
}

/// The window comes before all that may take its time.
fn start_app(vitrine: AppContext, hidden: bool, errand: Option<AppAction>) -> std::io::Result<()> {
    let app = Arc::new(vitrine);
    app.handle.manage(Arc::clone(&app));
    if !hidden {
        window::show(&app.handle);
    }
    tauri::async_runtime::spawn(queue_events::forward_events(Arc::clone(&app)));
    embedded_server::start(&app);
    tauri::async_runtime::spawn(lan_sharing::refresh_periodically(Arc::clone(&app)));
    tauri::async_runtime::spawn(apply_settings(Arc::clone(&app)));
    tray::run(&app)?;
    if let Some(errand) = errand {
        app_action::run_action(&app.handle, errand);
    }
    shutdown::quit_on_signals(&app.handle)
}

/// What the settings say is put into force. Other targets need not wait for this computer's server.
async fn apply_settings(app: Arc<AppContext>) {
    targets::update_uploader(&app);
    watched_folders::apply_settings(&app);
    editor_server::apply_settings(&app).await;
    let keys = app.settings.get().shortcuts;
    if let Err(sentence) = shortcuts::apply_shortcuts(&app, &keys).await {
        tracing::warn!(sentence, "keys that work everywhere do not");
    }
}

/// Nothing that is dropped could be kept: say so in a window of the system's, and end.
fn show_startup_error(app: &AppHandle, error: &StartupError) {
    tracing::error!("{error}");
    let handle = app.clone();
    app.dialog()
        .message(error.to_string())
        .title(t("window.title"))
        .kind(MessageDialogKind::Error)
        .show(move |_| handle.exit(1));
}

fn on_window_event(window: &Window, event: &WindowEvent) {
    match event {
        WindowEvent::CloseRequested { api, .. } => close_request::on_close_requested(window, api),
        WindowEvent::DragDrop(event) => drop::on_drag_event(window, event),
        _ => {}
    }
}
