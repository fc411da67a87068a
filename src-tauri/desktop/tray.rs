//! The tray icon: the way back to a closed window, and three things to do without one.

use std::sync::Arc;

use tauri::menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};

use crate::state::ServerState;
use crate::vitrine::Vitrine;
use crate::words::{said, word};
use crate::{choosing, ending, pasting, tray_host, window};

const ID: &str = "vitrine";

/// The menu's first line, kept to be changed.
struct StatusLine(MenuItem<Wry>);

/// Shows the icon as soon as this desktop has a place for it, and keeps the state told.
pub fn keep(app: &Arc<Vitrine>) -> std::io::Result<()> {
    let app = Arc::clone(app);
    std::thread::Builder::new()
        .name("tray-host".to_owned())
        .spawn(move || {
            tray_host::watch(|shown| {
                if shown {
                    show(&app.handle);
                }
                app.status.set_tray(shown);
                app.tell_state();
            });
        })?;
    Ok(())
}

/// Once made, the icon comes and goes with the desktop's panel by itself.
fn show(app: &AppHandle) {
    let handle = app.clone();
    let asked = app.run_on_main_thread(move || {
        if handle.tray_by_id(ID).is_some() {
            return;
        }
        match make(&handle) {
            Ok(_) => tracing::info!("the tray icon is shown"),
            Err(error) => tracing::warn!(%error, "the tray icon could not be shown"),
        }
        if let Some(app) = Vitrine::of(&handle) {
            tell(&app);
        }
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "the tray icon could not be shown");
    }
}

fn make(app: &AppHandle) -> tauri::Result<TrayIcon> {
    let status = MenuItem::new(app, word("tray.status.starting"), false, None::<&str>)?;
    let entry =
        |id: &str, key: &'static str| MenuItem::with_id(app, id, word(key), true, None::<&str>);
    let menu = Menu::with_items(
        app,
        &[
            &status,
            &PredefinedMenuItem::separator(app)?,
            &entry("open", "tray.open")?,
            &entry("paste", "tray.paste")?,
            &entry("choose", "tray.choose")?,
            &PredefinedMenuItem::separator(app)?,
            &entry("quit", "tray.quit")?,
        ],
    )?;
    app.manage(StatusLine(status));
    let tray = TrayIconBuilder::with_id(ID)
        // One colour, which stands out from light and from dark panels.
        .icon(tauri::include_image!("icons/tray@2x.png"))
        .menu(&menu)
        .show_menu_on_left_click(false)
        .tooltip(word("tray.tooltip"))
        .on_menu_event(chosen)
        .on_tray_icon_event(clicked);
    // A name for the panel's own lists; on macOS it would be written beside the icon.
    let tray = if cfg!(target_os = "linux") {
        tray.title(word("window.title"))
    } else {
        tray
    };
    tray.build(app)
}

fn chosen(app: &AppHandle, event: MenuEvent) {
    match event.id().as_ref() {
        "open" => window::show(app),
        "paste" => {
            if let Some(app) = Vitrine::of(app) {
                tauri::async_runtime::spawn(async move { pasting::paste(&app).await });
            }
        }
        "choose" => choosing::choose(app),
        "quit" => ending::quit(app),
        _ => {}
    }
}

fn clicked(tray: &TrayIcon, event: TrayIconEvent) {
    if let TrayIconEvent::Click {
        button: MouseButton::Left,
        button_state: MouseButtonState::Up,
        ..
    } = event
    {
        window::show(tray.app_handle());
    }
}

/// Puts the server's state into the menu's first line.
pub fn tell(app: &Vitrine) {
    let Some(line) = app.handle.try_state::<StatusLine>() else {
        return;
    };
    let text = match app.state().server {
        ServerState::Starting => word("tray.status.starting").to_owned(),
        ServerState::Running {
            address,
            adopted: None,
            ..
        } => said("tray.status.running", &[("address", &address.to_string())]),
        ServerState::Running {
            address,
            adopted: Some(program),
            ..
        } => said(
            "tray.status.adopted",
            &[("address", &address.to_string()), ("program", &program)],
        ),
        ServerState::Failed { .. } => word("tray.status.failed").to_owned(),
    };
    if let Err(error) = line.0.set_text(text) {
        tracing::warn!(%error, "the tray's menu could not be changed");
    }
}
