//! The composition root: it sets up Tauri, creates all features and connects them to the event bus. No module imports it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tauri::{AppHandle, Manager, RunEvent, Window, WindowEvent};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
use tokio::sync::watch;

use crate::context::{AppContext, StartupError};
use crate::editors::editor_server::EditorUploads;
use crate::i18n::t;
use crate::network::lan_sharing::LanSharing;
use crate::network::link_base::LinkBase;
use crate::server::api_proxy::ApiProxy;
use crate::server::embedded_server::EmbeddedServer;
use crate::server::uri_scheme;
use crate::shell::app_action::{self, AppAction};
use crate::shell::close_request::CloseRequest;
use crate::shell::notifications::Notifications;
use crate::shell::page::{self, Page};
use crate::shell::page_status::PageStatus;
use crate::shell::shortcuts::GlobalShortcuts;
use crate::shell::tray::Tray;
use crate::shell::{shutdown, window};
use crate::targets::Targets;
use crate::uploads::copy_links::CopyLinks;
use crate::uploads::drop::DropTarget;
use crate::uploads::queue_events;
use crate::view::row_builder::RowBuilder;
use crate::view::state_builder::StateBuilder;
use crate::watch::watched_folders::{UserDirs, WatchedFolders};
use crate::{cli_args, commands};

/// The route of the first window until the welcome is finished.
const WELCOME_ROUTE: &str = "#/welcome";

/// Runs the app. Returns only if it can't start.
pub fn run(data: PathBuf, hidden: bool, action: Option<AppAction>) -> tauri::Error {
    let builder = tauri::Builder::default()
        // First, so that a second start ends before it opens anything.
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
            commands::state::app_state,
            commands::state::set_copy_settings,
            commands::state::report_page_shown,
            commands::state::set_route,
            commands::system::system_integration,
            commands::system::set_autostart,
            commands::system::copy_diagnostics,
            commands::system::recent_log,
            commands::system::set_shortcuts,
            commands::system::set_language,
            commands::jobs::list_jobs,
            commands::jobs::retry_job,
            commands::jobs::forget_job,
            commands::jobs::pause_job,
            commands::jobs::resume_job,
            commands::jobs::cancel_job,
            commands::jobs::upload_job_again,
            commands::jobs::upload_job_smaller,
            commands::jobs::reveal_job_file,
            commands::jobs::set_job_alt,
            commands::jobs::delete_job_image,
            commands::jobs::undo_delete,
            commands::jobs::pause_queue,
            commands::jobs::resume_queue,
            commands::uploads::choose_files,
            commands::uploads::upload_clipboard,
            commands::links::copy_link,
            commands::links::copy_text,
            commands::links::recopy_links,
            commands::links::open_link,
            commands::links::open_image,
            commands::targets::save_target,
            commands::targets::import_target,
            commands::targets::export_target,
            commands::targets::remove_target,
            commands::targets::set_default_target,
            commands::targets::test_target,
            commands::folders::suggest_folders,
            commands::folders::add_folder,
            commands::folders::save_folder,
            commands::folders::remove_folder,
            commands::folders::upload_missed,
            commands::folders::dismiss_missed,
            commands::folders::pause_watching,
            commands::folders::resume_watching,
            commands::server::set_server_enabled,
            commands::server::set_lan_sharing,
            commands::server::allow_network,
            commands::server::create_device_link,
            commands::links::link_qr_code,
            commands::settings::preferences,
            commands::settings::save_preferences,
            commands::settings::add_certificate,
            commands::settings::remove_certificate,
            commands::settings::preview_name,
            commands::settings::preview_preparation,
            commands::welcome::finish_welcome,
            commands::welcome::link_examples,
            commands::editors::editor_server_status,
            commands::editors::test_editor_server,
            commands::editors::set_editor_token,
            commands::closing::answer_close_request,
            commands::closing::quit,
        ])
        .on_window_event(on_window_event)
        .setup(move |app| {
            let config =
                app_paths::load_config(&data, Vec::new()).map_err(|error| error.to_string());
            let fetch_allow_hosts = config
                .as_ref()
                .map(|config| config.fetch_allow_hosts.clone())
                .unwrap_or_default();
            let app = app.handle();
            match AppContext::open(&app.config().identifier, &data, fetch_allow_hosts) {
                // No other app is running.
                _ if action == Some(AppAction::Quit) => app.exit(0),
                Ok(context) => start_app(app, context, config, hidden, action)?,
                Err(error) => show_startup_error(app, &error),
            }
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => app.run(|app, event| match event {
            // The tray keeps the app running without a window; Quit passes an exit code.
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
    // Not reached: the event loop exits the process.
    std::process::exit(0)
}

/// Creates the features, hands them to Tauri for the commands, and starts their tasks. The window comes first, because
/// the rest may take long.
fn start_app(
    app: &AppHandle,
    context: AppContext,
    config: Result<server::Config, String>,
    hidden: bool,
    action: Option<AppAction>,
) -> std::io::Result<()> {
    let context = Arc::new(context);
    let dirs = UserDirs {
        home: app.path().home_dir().ok(),
        pictures: app.path().picture_dir().ok(),
    };
    let home = dirs.home.clone();
    let (tray_visible, tray_visibility) = watch::channel(false);

    let server = Arc::new(EmbeddedServer::new(Arc::clone(&context), config));
    let lan = Arc::new(LanSharing::new(Arc::clone(&context), Arc::clone(&server)));
    let link_base = LinkBase::new(server.watch_status(), lan.watch_status());
    let targets = Arc::new(Targets::new(Arc::clone(&context), server.watch_status()));
    let folders = Arc::new(WatchedFolders::new(Arc::clone(&context), dirs));
    let copy_links = Arc::new(CopyLinks::new(Arc::clone(&context), link_base.clone()));
    let editors = Arc::new(EditorUploads::new(
        Arc::clone(&context),
        Arc::clone(&targets),
        link_base.clone(),
    ));
    let shortcuts = Arc::new(GlobalShortcuts::new(app.clone(), Arc::clone(&context)));
    let rows = Arc::new(RowBuilder {
        uploader: context.uploader.clone(),
        targets: targets.watch(),
        link_base: link_base.clone(),
        last_copied: copy_links.watch_last_copied(),
    });
    let state = StateBuilder {
        context: Arc::clone(&context),
        home,
        server: server.watch_status(),
        lan: lan.watch_status(),
        link_base: link_base.clone(),
        keychain: context.keychain.watch_status(),
        tray: tray_visibility.clone(),
        pause: folders.watch_pause(),
    };
    let tray = Arc::new(Tray {
        app: app.clone(),
        context: Arc::clone(&context),
        state: state.clone(),
        copy_links: Arc::clone(&copy_links),
        targets: Arc::clone(&targets),
        folders: Arc::clone(&folders),
        is_visible: tray_visible,
        is_rebuild_pending: AtomicBool::new(false),
    });
    let route = match context.settings.get().welcomed {
        true => "",
        false => WELCOME_ROUTE,
    };
    let page_status = Arc::new(PageStatus::new(route));

    app.manage(Arc::clone(&context));
    app.manage(Arc::clone(&server));
    app.manage(Arc::clone(&lan));
    app.manage(Arc::new(link_base));
    app.manage(Arc::clone(&targets));
    app.manage(Arc::clone(&folders));
    app.manage(Arc::clone(&copy_links));
    app.manage(Arc::clone(&editors));
    app.manage(Arc::clone(&shortcuts));
    app.manage(Arc::clone(&rows));
    app.manage(Arc::new(state.clone()));
    app.manage(Arc::clone(&page_status));
    app.manage(Arc::new(DropTarget::new(
        Arc::clone(&context),
        Arc::clone(&targets),
    )));
    app.manage(Arc::new(CloseRequest {
        context: Arc::clone(&context),
        page_status,
        tray: tray_visibility,
    }));
    app.manage(Arc::new(ApiProxy {
        context: Arc::clone(&context),
        server: Arc::clone(&server),
        lan: Arc::clone(&lan),
    }));
    if !hidden {
        window::show(app);
    }

    let runtime = &context.runtime;
    let page = Page {
        app: app.clone(),
        rows,
    };
    let notifications = Notifications {
        app: app.clone(),
        context: Arc::clone(&context),
        copy_links: Arc::clone(&copy_links),
    };
    let subscribe = || context.events.subscribe();
    runtime.spawn(page.run(subscribe()));
    runtime.spawn(Arc::new(notifications).run(subscribe()));
    runtime.spawn(Arc::clone(&tray).follow_events(subscribe()));
    let (page_app, state_tray) = (app.clone(), Arc::clone(&tray));
    runtime.spawn(state.run(subscribe(), move |state| {
        page::emit(&page_app, "state", state);
        state_tray.schedule_rebuild();
    }));
    runtime.spawn(queue_events::forward_events(
        Arc::clone(&context),
        copy_links,
    ));
    server.start();
    runtime.spawn(lan.run());
    runtime.spawn(targets.run());
    runtime.spawn(folders.run());
    runtime.spawn(async move { editors.apply_settings().await });
    runtime.spawn(async move { shortcuts.apply_settings().await });
    tray.start()?;
    if let Some(action) = action {
        app_action::run_action(app, action);
    }
    shutdown::quit_on_signals(app)
}

/// Shows a message box, then exits: no upload could be stored.
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
        WindowEvent::CloseRequested { api, .. } => window
            .state::<Arc<CloseRequest>>()
            .on_close_requested(window, api),
        WindowEvent::DragDrop(event) => window
            .state::<Arc<DropTarget>>()
            .on_drag_event(window, event),
        _ => {}
    }
}
