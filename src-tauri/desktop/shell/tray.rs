//! The tray icon: the way back to a closed window, and what can be done without one. On Linux its menu is all that
//! there is of it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tauri::menu::{
    CheckMenuItemBuilder, Menu, MenuBuilder, MenuEvent, MenuItemBuilder, SubmenuBuilder,
};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};
use uploader::JobId;

use crate::context::AppContext;
use crate::i18n::{t, t_args};
use crate::shell::app_action;
use crate::shell::app_action::AppAction;
use crate::shell::{tray_host, window};
use crate::targets;
use crate::uploads::copy_links;
use crate::uploads::copy_links::LinkChoice;
use crate::view::app_state::{AppState, ServerState};
use crate::watch::watched_folders;

const TRAY_ID: &str = "vitrine";

/// Links of so many pictures can be copied from the menu.
const MAX_RECENT: usize = 5;
/// Longer names are cut in the middle.
const MAX_NAME_LENGTH: usize = 36;
const PAUSE_MINUTES: u64 = 15;

/// Shows the icon as soon as this desktop has a place for it, and keeps the state told.
pub fn run(app: &Arc<AppContext>) -> std::io::Result<()> {
    let app = Arc::clone(app);
    std::thread::Builder::new()
        .name("tray-host".to_owned())
        .spawn(move || {
            tray_host::watch(|shown| {
                if shown {
                    show_icon(&app.handle);
                }
                app.status.set_tray(shown);
                app.emit_state();
            });
        })?;
    Ok(())
}

/// Once made, the icon comes and goes with the desktop's panel by itself.
fn show_icon(app: &AppHandle) {
    let handle = app.clone();
    let asked = app.run_on_main_thread(move || {
        if handle.tray_by_id(TRAY_ID).is_some() {
            return;
        }
        match build_icon(&handle) {
            Ok(_) => tracing::info!("the tray icon is shown"),
            Err(error) => tracing::warn!(%error, "the tray icon could not be shown"),
        }
        if let Some(app) = AppContext::from_handle(&handle) {
            schedule_rebuild(&app);
        }
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "the tray icon could not be shown");
    }
}

fn build_icon(app: &AppHandle) -> tauri::Result<TrayIcon> {
    let tray = TrayIconBuilder::with_id(TRAY_ID)
        // One colour, which stands out from light and from dark panels.
        .icon(tauri::include_image!("icons/tray@2x.png"))
        .menu(&MenuBuilder::new(app).build()?)
        .show_menu_on_left_click(false)
        .tooltip(t("tray.tooltip"))
        .on_menu_event(on_menu_event)
        .on_tray_icon_event(on_tray_event);
    // A name for the panel's own lists; on macOS it would be written beside the icon.
    let tray = if cfg!(target_os = "linux") {
        tray.title(t("window.title"))
    } else {
        tray
    };
    tray.build(app)
}

/// Something that the menu shows has changed: it is made anew, once for all that changes meanwhile.
pub fn schedule_rebuild(app: &AppContext) {
    if app.tray_rebuild_pending.swap(true, Ordering::Relaxed) {
        return;
    }
    let handle = app.handle.clone();
    let asked = app.handle.run_on_main_thread(move || {
        let Some(app) = AppContext::from_handle(&handle) else {
            return;
        };
        app.tray_rebuild_pending.store(false, Ordering::Relaxed);
        let Some(tray) = handle.tray_by_id(TRAY_ID) else {
            return;
        };
        let shown = build_menu(&app).and_then(|menu| tray.set_menu(Some(menu)));
        if let Err(error) = shown {
            tracing::warn!(%error, "the tray's menu could not be changed");
        }
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "the tray's menu could not be changed");
    }
}

fn build_menu(app: &AppContext) -> tauri::Result<Menu<Wry>> {
    let (handle, state) = (&app.handle, app.state());
    let item = |id: String, text: String| MenuItemBuilder::with_id(id, text).build(handle);
    let do_it = |errand: AppAction| item(errand.name().to_owned(), errand.label().to_owned());
    let status = MenuItemBuilder::new(status_text(&state)).enabled(false);
    let mut menu = MenuBuilder::new(handle)
        .item(&status.build(handle)?)
        .separator()
        .item(&do_it(AppAction::Paste)?)
        .item(&do_it(AppAction::Choose)?);
    if state.watching.paused {
        menu = menu.item(&item("resume".into(), t("watching.resume_all").into())?);
    } else if state.has_watched_folders() {
        let pause = SubmenuBuilder::new(handle, t("watching.pause"))
            .item(&item(
                "pause:15".into(),
                t("watching.pause_quarter").into(),
            )?)
            .item(&item("pause".into(), t("watching.pause_open").into())?);
        menu = menu.item(&pause.build()?);
    }
    let last = copy_links::recent_uploads(app, MAX_RECENT);
    if !last.is_empty() {
        menu = menu.separator();
    }
    for (id, name) in last {
        let text = t_args("tray.copy", &[("name", &shorten_name(&name))]);
        menu = menu.item(&item(format!("copy:{}", id.0), text)?);
    }
    menu = menu.separator();
    if state.targets.len() > 1 {
        let mut to = SubmenuBuilder::new(handle, t("target.switch"));
        for (id, name) in state.target_names() {
            let check = CheckMenuItemBuilder::with_id(format!("target:{id}"), name);
            to = to.item(&check.checked(*id == state.usual).build(handle)?);
        }
        menu = menu.item(&to.build()?);
    }
    menu.item(&do_it(AppAction::Show)?)
        .item(&do_it(AppAction::Quit)?)
        .build()
}

fn status_text(state: &AppState) -> String {
    match &state.server {
        ServerState::Off => t("tray.status.off").to_owned(),
        ServerState::Starting => t("tray.status.starting").to_owned(),
        ServerState::Running {
            address,
            adopted: None,
            ..
        } => t_args("tray.status.running", &[("address", &address.to_string())]),
        ServerState::Running {
            address,
            adopted: Some(program),
            ..
        } => t_args(
            "tray.status.adopted",
            &[("address", &address.to_string()), ("program", program)],
        ),
        ServerState::Failed { .. } => t("tray.status.failed").to_owned(),
    }
}

/// The beginning and the end tell names apart.
fn shorten_name(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= MAX_NAME_LENGTH {
        return name.to_owned();
    }
    let half = (MAX_NAME_LENGTH - 1) / 2;
    let (start, end) = (&letters[..half], &letters[letters.len() - half..]);
    start.iter().chain(&['…']).chain(end).collect()
}

fn on_menu_event(handle: &AppHandle, event: MenuEvent) {
    let id = event.id().as_ref();
    if let Some(errand) = AppAction::from_name(id) {
        app_action::run_action(handle, errand);
        return;
    }
    let Some(app) = AppContext::from_handle(handle) else {
        return;
    };
    match id.split_once(':') {
        Some(("copy", job)) => {
            if let Ok(job) = job.parse().map(JobId) {
                tauri::async_runtime::spawn(async move {
                    let label = LinkChoice::from_settings(&app.settings.get().copy);
                    copy_links::copy_job_links(&app, job, label, None).await;
                });
            }
        }
        Some(("target", target)) => {
            if let Err(refusal) = targets::set_default_target(&app, target) {
                tracing::warn!(?refusal, "the target could not be changed");
            }
        }
        Some(("pause", _)) => watched_folders::pause_watching(&app, Some(PAUSE_MINUTES)),
        _ if id == "pause" => watched_folders::pause_watching(&app, None),
        _ if id == "resume" => watched_folders::resume_watching(&app),
        _ => {}
    }
}

fn on_tray_event(tray: &TrayIcon, event: TrayIconEvent) {
    if let TrayIconEvent::Click {
        button: MouseButton::Left,
        button_state: MouseButtonState::Up,
        ..
    } = event
    {
        window::show(tray.app_handle());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_their_beginning_and_their_end() {
        let name = "screenshot-2026-11-22-at-09-05-31-second-display-1.png";
        let short = shorten_name(name);
        assert!(short.starts_with("screenshot-2026") && short.ends_with("display-1.png"));
        assert!(short.chars().count() <= MAX_NAME_LENGTH);
        assert_eq!(shorten_name("été.png"), "été.png");
    }
}
