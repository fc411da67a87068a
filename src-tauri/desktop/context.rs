//! The app's parts, put together: what every command, event and task of it can reach.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use server::Config;
use tauri::{AppHandle, Manager};
use uploader::{JobId, Uploader};

use crate::commands::CommandError;
use crate::editors::editor_server::EditorServerState;
use crate::events::{self, DragState, Notice, PageEvent};
use crate::i18n;
use crate::i18n::t;
use crate::network::lan_sharing::LanState;
use crate::secrets::keychain::Keychain;
use crate::server::embedded_server::EmbeddedServer;
use crate::settings::{Settings, SettingsFile};
use crate::shell::clipboard::Clipboard;
use crate::shell::{notifications, tray, window};
use crate::targets;
use crate::uploads::copy_links::PendingCopy;
use crate::view::app_state::{AppState, AppStatus};
use crate::watch::watched_folders;
use crate::watch::watched_folders::WatchPause;

/// Where a window begins for as long as nobody has gone through the welcome.
const WELCOME_ROUTE: &str = "#/welcome";

/// The port that links carry until the server says otherwise.
const DEFAULT_PORT: u16 = 4870;

pub struct AppContext {
    pub handle: AppHandle,
    pub data_dir: PathBuf,
    /// What the server is to go by, or the sentence that says why it can't.
    pub config: Result<Config, String>,
    pub settings: SettingsFile,
    pub status: AppStatus,
    pub clipboard: Clipboard,
    pub keychain: Arc<Keychain>,
    pub uploader: Uploader,
    pub embedded_server: EmbeddedServer,
    pub lan: LanState,
    /// The jobs whose links we put on the clipboard last.
    pub last_copied: Mutex<Vec<JobId>>,
    /// How those were given that are under way.
    pub pending_copies: Mutex<HashMap<JobId, PendingCopy>>,
    /// The files that hover over the window.
    pub drag: Mutex<DragState>,
    /// Whether the page has said that it is on the screen.
    pub page_shown: AtomicBool,
    pub watch_pause: Mutex<WatchPause>,
    /// The tray's menu is about to be made anew.
    pub tray_rebuild_pending: AtomicBool,
    /// Why the keys that should work everywhere do not, as a sentence.
    pub shortcut_error: Mutex<Option<String>>,
    /// The editors' door.
    pub editor_server: Mutex<EditorServerState>,
    /// Where in the page the user is, as the end of its address: a window that is made anew begins there.
    pub route: Mutex<String>,
}

impl AppContext {
    /// Opens everything that the first drop needs. Neither the server nor the keychain: those may
    /// take their time, and jobs wait for them. Call inside the runtime.
    pub fn open(handle: AppHandle, data: &Path) -> Result<AppContext, StartupError> {
        let desktop = data.join("desktop");
        let cannot = |reason: String| StartupError {
            folder: desktop.clone(),
            reason,
        };
        let settings = SettingsFile::open(&desktop).map_err(|error| cannot(error.to_string()))?;
        let known = settings.get();
        // Until the page says otherwise.
        if let Some(language) = &known.language {
            i18n::set_language(language);
        }
        let keychain = Keychain::new(handle.config().identifier.clone(), known.here);
        let keychain = Arc::new(keychain);
        let config = app_paths::load_config(data, Vec::new()).map_err(|error| error.to_string());
        let fetch_allow_hosts = config
            .as_ref()
            .map(|config| config.fetch_allow_hosts.clone())
            .unwrap_or_default();
        let queue = uploader::Settings {
            fetch_allow_hosts,
            network: known.network.clone(),
            // Pictures that are kept, and sizes that are made of them.
            own_folders: vec![data.to_owned()],
            ..uploader::Settings::default()
        };
        let uploader = Uploader::open_with(&desktop, keychain.clone(), queue)
            .map_err(|failure| cannot(failure.to_string()))?;
        let place = if known.welcomed { "" } else { WELCOME_ROUTE };
        let clipboard = Clipboard::start().map_err(|error| cannot(error.to_string()))?;
        Ok(AppContext {
            handle,
            data_dir: data.to_owned(),
            config,
            status: AppStatus::new(known.moved.map_or(DEFAULT_PORT, |moved| moved.found)),
            settings,
            clipboard,
            keychain,
            uploader,
            embedded_server: EmbeddedServer::default(),
            lan: LanState::default(),
            last_copied: Mutex::default(),
            pending_copies: Mutex::default(),
            drag: Mutex::default(),
            page_shown: AtomicBool::new(false),
            watch_pause: Mutex::default(),
            tray_rebuild_pending: AtomicBool::new(false),
            shortcut_error: Mutex::default(),
            editor_server: Mutex::default(),
            route: Mutex::new(place.to_owned()),
        })
    }

    /// The one that Tauri keeps, once there is one: the webview may call before the app stands.
    pub fn from_handle(app: &AppHandle) -> Option<Arc<AppContext>> {
        app.try_state::<Arc<AppContext>>()
            .map(|kept| Arc::clone(&kept))
    }

    pub fn state(&self) -> AppState {
        let settings = self.settings.get();
        AppState {
            server: self.status.server(),
            keychain: self.status.keychain(),
            copy: settings.copy,
            tray: self.status.tray(),
            version: env!("CARGO_PKG_VERSION"),
            reach: self.status.reach(),
            paused: self.uploader.is_paused(),
            watching: watched_folders::current_pause(self),
            targets: targets::target_views(self, &settings),
            usual: targets::default_target_id(&settings),
            folders: watched_folders::folder_views(self, &settings),
        }
    }

    /// Changes the settings, if they can be written down, and tells the page.
    pub fn change_settings(&self, change: impl FnOnce(&mut Settings)) -> Result<(), CommandError> {
        let saved = self.settings.update(change);
        self.emit_state();
        saved.map_err(|error| {
            tracing::warn!(%error, "the settings could not be saved");
            CommandError::new("not_saved", t("notice.settings_not_saved"))
        })
    }

    /// Gives the keychain a key to keep, or takes one out of it.
    pub async fn set_secret(&self, of: &str, key: Option<String>) -> Result<(), CommandError> {
        let of = of.to_owned();
        let kept = self.with_keychain(move |keychain| match key {
            Some(key) => keychain.set_target_key(&of, &key),
            None => {
                keychain.remove_target_key(&of);
                Ok(())
            }
        });
        kept.await
            .unwrap_or_else(|| Err(t("keychain.locked").to_owned()))
            .map_err(|sentence| CommandError::new("keychain", sentence))
    }

    /// Does what may wait for the keychain, on a thread of its own; `None` if that failed.
    pub async fn with_keychain<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Keychain) -> T + Send + 'static,
    ) -> Option<T> {
        let keychain = Arc::clone(&self.keychain);
        let done = tokio::task::spawn_blocking(move || work(&keychain)).await;
        done.inspect_err(|error| tracing::error!(%error, "the keychain's thread failed"))
            .ok()
    }

    pub fn emit(&self, event: PageEvent) {
        events::emit(&self.handle, event);
    }

    /// By the page where it is looked at, else by the system.
    pub fn show_notice(&self, notice: Notice) {
        if !window::is_focused(&self.handle)
            && let Some(app) = AppContext::from_handle(&self.handle)
        {
            notifications::show(&app, &notice);
        }
        self.emit(PageEvent::Notice(notice));
    }

    /// Something of the state has changed.
    pub fn emit_state(&self) {
        self.emit(PageEvent::State(Box::new(self.state())));
        tray::schedule_rebuild(self);
    }
}

/// The app's own folder can't be used, so nothing that is dropped could be kept.
#[derive(Debug, thiserror::Error)]
#[error("Vitrine cannot keep its list of uploads in {}: {reason}", folder.display())]
pub struct StartupError {
    folder: PathBuf,
    reason: String,
}
