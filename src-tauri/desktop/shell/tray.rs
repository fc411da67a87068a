//! The tray icon and its menu: the way back to a closed window, and what can be done without one. On Linux it is only the
//! menu.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tauri::menu::{
    CheckMenuItemBuilder, Menu, MenuBuilder, MenuEvent, MenuItemBuilder, SubmenuBuilder,
};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use uploader::JobId;

use crate::context::AppContext;
use crate::events::{Event, replace_if_changed};
use crate::i18n::{t, t_args};
use crate::shell::app_action::{self, AppAction};
use crate::shell::{tray_host, window};
use crate::targets::Targets;
use crate::uploads::copy_links::CopyLinks;
use crate::uploads::link_choice::LinkChoice;
use crate::view::app_state::{AppState, ServerState};
use crate::view::state_builder::StateBuilder;
use crate::watch::watched_folders::WatchedFolders;

const TRAY_ID: &str = "vitrine";

/// How many pictures are in the menu.
const MAX_RECENT: usize = 5;
/// Longer names are shortened in the middle.
const MAX_NAME_LENGTH: usize = 36;
const PAUSE_MINUTES: u64 = 15;

pub struct Tray {
    pub app: AppHandle,
    pub context: Arc<AppContext>,
    pub state: StateBuilder,
    pub copy_links: Arc<CopyLinks>,
    pub targets: Arc<Targets>,
    pub folders: Arc<WatchedFolders>,
    /// Whether this desktop shows tray icons. The window is not hidden until that is known.
    pub is_visible: watch::Sender<bool>,
    pub is_rebuild_pending: AtomicBool,
}

impl Tray {
    /// Shows the icon once this desktop has a tray, and watches that.
    pub fn start(self: Arc<Self>) -> std::io::Result<()> {
        std::thread::Builder::new()
            .name("tray-host".to_owned())
            .spawn(move || {
                tray_host::watch(|is_visible| {
                    if is_visible {
                        self.show_icon();
                    }
                    replace_if_changed(&self.is_visible, is_visible);
                });
            })?;
        Ok(())
    }

    /// Rebuilds the menu when events change it.
    pub async fn follow_events(self: Arc<Self>, mut events: Receiver<Event>) {
        loop {
            match events.recv().await {
                Ok(Event::BatchDone | Event::LanguageChanged) | Err(RecvError::Lagged(_)) => {
                    self.schedule_rebuild();
                }
                Ok(_) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// Rebuilds the menu on the main thread, once for all changes until then.
    pub fn schedule_rebuild(self: &Arc<Self>) {
        if self.is_rebuild_pending.swap(true, Ordering::Relaxed) {
            return;
        }
        let tray = Arc::clone(self);
        let scheduled = self.app.run_on_main_thread(move || {
            tray.is_rebuild_pending.store(false, Ordering::Relaxed);
            let Some(icon) = tray.app.tray_by_id(TRAY_ID) else {
                return;
            };
            let replaced = tray.build_menu().and_then(|menu| icon.set_menu(Some(menu)));
            if let Err(error) = replaced {
                tracing::warn!(%error, "could not update the tray menu");
            }
        });
        if let Err(error) = scheduled {
            tracing::warn!(%error, "could not update the tray menu");
        }
    }

    /// The icon appears and disappears with the desktop's panel by itself.
    fn show_icon(self: &Arc<Self>) {
        let tray = Arc::clone(self);
        let scheduled = self.app.run_on_main_thread(move || {
            if tray.app.tray_by_id(TRAY_ID).is_some() {
                return;
            }
            match tray.build_icon() {
                Ok(_) => tracing::info!("the tray icon is shown"),
                Err(error) => tracing::warn!(%error, "could not show the tray icon"),
            }
            tray.schedule_rebuild();
        });
        if let Err(error) = scheduled {
            tracing::warn!(%error, "could not show the tray icon");
        }
    }

    fn build_icon(self: &Arc<Self>) -> tauri::Result<TrayIcon> {
        let tray = Arc::clone(self);
        let icon = TrayIconBuilder::with_id(TRAY_ID)
            // One colour with contrast to light and dark panels.
            .icon(tauri::include_image!("icons/tray@2x.png"))
            .menu(&MenuBuilder::new(&self.app).build()?)
            .show_menu_on_left_click(false)
            .tooltip(t("tray.tooltip"))
            .on_menu_event(move |_, event| tray.on_menu_event(&event))
            .on_tray_icon_event(on_tray_event);
        // A name for the panel's own lists; macOS would show it beside the icon.
        let icon = if cfg!(target_os = "linux") {
            icon.title(t("window.title"))
        } else {
            icon
        };
        icon.build(&self.app)
    }

    fn build_menu(&self) -> tauri::Result<Menu<Wry>> {
        let (app, state) = (&self.app, self.state.build());
        let item = |id: String, text: String| MenuItemBuilder::with_id(id, text).build(app);
        let action_item =
            |action: AppAction| item(action.name().to_owned(), action.label().to_owned());
        let status = MenuItemBuilder::new(status_text(&state)).enabled(false);
        let mut menu = MenuBuilder::new(app)
            .item(&status.build(app)?)
            .separator()
            .item(&action_item(AppAction::Paste)?)
            .item(&action_item(AppAction::Choose)?);
        if state.watching.paused {
            menu = menu.item(&item("resume".into(), t("watching.resume_all").into())?);
        } else if state.folders.iter().any(|folder| folder.is_on()) {
            let pause = SubmenuBuilder::new(app, t("watching.pause"))
                .item(&item(
                    "pause:15".into(),
                    t("watching.pause_quarter").into(),
                )?)
                .item(&item("pause".into(), t("watching.pause_open").into())?);
            menu = menu.item(&pause.build()?);
        }
        let recent = self.copy_links.recent_uploads(MAX_RECENT);
        if !recent.is_empty() {
            menu = menu.separator();
        }
        for (id, name) in recent {
            let text = t_args("tray.copy", &[("name", &shorten_name(&name))]);
            menu = menu.item(&item(format!("copy:{}", id.0), text)?);
        }
        menu = menu.separator();
        if state.targets.len() > 1 {
            let mut targets = SubmenuBuilder::new(app, t("target.switch"));
            for target in &state.targets {
                let check =
                    CheckMenuItemBuilder::with_id(format!("target:{}", target.id), &target.name);
                targets = targets.item(&check.checked(target.id == state.usual).build(app)?);
            }
            menu = menu.item(&targets.build()?);
        }
        menu.item(&action_item(AppAction::Show)?)
            .item(&action_item(AppAction::Quit)?)
            .build()
    }

    fn on_menu_event(&self, event: &MenuEvent) {
        let id = event.id().as_ref();
        if let Some(action) = AppAction::from_name(id) {
            app_action::run_action(&self.app, action);
            return;
        }
        match id.split_once(':') {
            Some(("copy", job)) => {
                if let Ok(job) = job.parse().map(JobId) {
                    let choice = LinkChoice::from_settings(&self.context.settings.get().copy);
                    let copy_links = Arc::clone(&self.copy_links);
                    let copied = async move { copy_links.copy_job(job, choice, None).await };
                    self.context.runtime.spawn(copied);
                }
            }
            Some(("target", target)) => {
                if let Err(error) = self.targets.set_default(target) {
                    tracing::warn!(?error, "could not change the default target");
                }
            }
            Some(("pause", _)) => self.folders.pause(Some(PAUSE_MINUTES)),
            _ if id == "pause" => self.folders.pause(None),
            _ if id == "resume" => self.folders.resume(),
            _ => {}
        }
    }
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

/// Keeps the beginning and the end, which distinguish names.
fn shorten_name(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= MAX_NAME_LENGTH {
        return name.to_owned();
    }
    let half = (MAX_NAME_LENGTH - 1) / 2;
    let (start, end) = (&letters[..half], &letters[letters.len() - half..]);
    start.iter().chain(&['…']).chain(end).collect()
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
