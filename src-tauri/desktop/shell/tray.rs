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

use crate::context::Vitrine;
use crate::i18n::{said, word};
use crate::shell::app_action;
use crate::shell::app_action::Errand;
use crate::shell::{tray_host, window};
use crate::targets;
use crate::uploads::copy_links;
use crate::uploads::copy_links::Label;
use crate::view::app_state::{AppState, ServerState};
use crate::watch::watched_folders;

const ID: &str = "vitrine";

/// Links of so many pictures can be copied from the menu.
const LAST: usize = 5;
/// Longer names are cut in the middle.
const LONGEST_NAME: usize = 36;
const QUARTER: u64 = 15;

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
    let tray = TrayIconBuilder::with_id(ID)
        // One colour, which stands out from light and from dark panels.
        .icon(tauri::include_image!("icons/tray@2x.png"))
        .menu(&MenuBuilder::new(app).build()?)
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

/// Something that the menu shows has changed: it is made anew, once for all that changes meanwhile.
pub fn tell(app: &Vitrine) {
    if app.tray_is_due.swap(true, Ordering::Relaxed) {
        return;
    }
    let handle = app.handle.clone();
    let asked = app.handle.run_on_main_thread(move || {
        let Some(app) = Vitrine::of(&handle) else {
            return;
        };
        app.tray_is_due.store(false, Ordering::Relaxed);
        let Some(tray) = handle.tray_by_id(ID) else {
            return;
        };
        let shown = menu(&app).and_then(|menu| tray.set_menu(Some(menu)));
        if let Err(error) = shown {
            tracing::warn!(%error, "the tray's menu could not be changed");
        }
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "the tray's menu could not be changed");
    }
}

fn menu(app: &Vitrine) -> tauri::Result<Menu<Wry>> {
    let (handle, state) = (&app.handle, app.state());
    let item = |id: String, text: String| MenuItemBuilder::with_id(id, text).build(handle);
    let do_it = |errand: Errand| item(errand.name().to_owned(), errand.words().to_owned());
    let status = MenuItemBuilder::new(status(&state)).enabled(false);
    let mut menu = MenuBuilder::new(handle)
        .item(&status.build(handle)?)
        .separator()
        .item(&do_it(Errand::Paste)?)
        .item(&do_it(Errand::Choose)?);
    if state.watching.paused {
        menu = menu.item(&item("resume".into(), word("watching.resume_all").into())?);
    } else if state.has_watched_folders() {
        let pause = SubmenuBuilder::new(handle, word("watching.pause"))
            .item(&item(
                "pause:15".into(),
                word("watching.pause_quarter").into(),
            )?)
            .item(&item("pause".into(), word("watching.pause_open").into())?);
        menu = menu.item(&pause.build()?);
    }
    let last = copy_links::last_uploaded(app, LAST);
    if !last.is_empty() {
        menu = menu.separator();
    }
    for (id, name) in last {
        let text = said("tray.copy", &[("name", &shortened(&name))]);
        menu = menu.item(&item(format!("copy:{}", id.0), text)?);
    }
    menu = menu.separator();
    if state.targets.len() > 1 {
        let mut to = SubmenuBuilder::new(handle, word("target.switch"));
        for (id, name) in state.targets_by_name() {
            let check = CheckMenuItemBuilder::with_id(format!("target:{id}"), name);
            to = to.item(&check.checked(*id == state.usual).build(handle)?);
        }
        menu = menu.item(&to.build()?);
    }
    menu.item(&do_it(Errand::Show)?)
        .item(&do_it(Errand::Quit)?)
        .build()
}

fn status(state: &AppState) -> String {
    match &state.server {
        ServerState::Off => word("tray.status.off").to_owned(),
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
            &[("address", &address.to_string()), ("program", program)],
        ),
        ServerState::Failed { .. } => word("tray.status.failed").to_owned(),
    }
}

/// The beginning and the end tell names apart.
fn shortened(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let half = (LONGEST_NAME - 1) / 2;
    let (start, end) = (&letters[..half], &letters[letters.len() - half..]);
    start.iter().chain(&['…']).chain(end).collect()
}

fn chosen(handle: &AppHandle, event: MenuEvent) {
    let id = event.id().as_ref();
    if let Some(errand) = Errand::named(id) {
        app_action::run(handle, errand);
        return;
    }
    let Some(app) = Vitrine::of(handle) else {
        return;
    };
    match id.split_once(':') {
        Some(("copy", job)) => {
            if let Ok(job) = job.parse().map(JobId) {
                tauri::async_runtime::spawn(async move {
                    let label = Label::chosen(&app.settings.get().copy);
                    copy_links::one(&app, job, label, None).await;
                });
            }
        }
        Some(("target", target)) => {
            if let Err(refusal) = targets::make_usual(&app, target) {
                tracing::warn!(?refusal, "the target could not be changed");
            }
        }
        Some(("pause", _)) => watched_folders::pause(&app, Some(QUARTER)),
        _ if id == "pause" => watched_folders::pause(&app, None),
        _ if id == "resume" => watched_folders::resume(&app),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_their_beginning_and_their_end() {
        let name = "screenshot-2026-11-22-at-09-05-31-second-display-1.png";
        let short = shortened(name);
        assert!(short.starts_with("screenshot-2026") && short.ends_with("display-1.png"));
        assert!(short.chars().count() <= LONGEST_NAME);
        assert_eq!(shortened("été.png"), "été.png");
    }
}
