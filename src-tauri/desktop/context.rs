//! The app's parts, put together: what every command, event and task of it can reach.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use server::Config;
use tauri::{AppHandle, Manager};
use uploader::{JobId, Uploader};

use crate::commands::Refusal;
use crate::editors::editor_server::Entrance;
use crate::events::{self, Drag, Event, Notice};
use crate::i18n;
use crate::i18n::word;
use crate::network::lan_sharing::Neighbourhood;
use crate::secrets::keychain::Keychain;
use crate::server::embedded_server::Embedded;
use crate::server::server_config;
use crate::settings::{Settings, SettingsFile};
use crate::shell::clipboard::Clipboard;
use crate::shell::{data_dir, notifications, tray, window};
use crate::targets;
use crate::uploads::copy_links::Begun;
use crate::view::app_state::{AppState, Status};
use crate::watch::watched_folders;
use crate::watch::watched_folders::Watching;

/// Where a window begins for as long as nobody has gone through the welcome.
const WELCOME: &str = "#/welcome";

/// The port that links carry until the server says otherwise.
const PORT: u16 = 4870;

pub struct Vitrine {
    pub handle: AppHandle,
    pub data: PathBuf,
    /// What the server is to go by, or the sentence that says why it can't.
    pub config: Result<Config, String>,
    pub settings: SettingsFile,
    pub status: Status,
    pub clipboard: Clipboard,
    pub keychain: Arc<Keychain>,
    pub uploader: Uploader,
    pub embedded: Embedded,
    pub neighbourhood: Neighbourhood,
    /// The jobs whose links we put on the clipboard last.
    pub copied: Mutex<Vec<JobId>>,
    /// How those were given that are under way.
    pub begun: Mutex<HashMap<JobId, Begun>>,
    /// The files that hover over the window.
    pub drag: Mutex<Drag>,
    /// Whether the page has said that it is on the screen.
    pub painted: AtomicBool,
    pub watching: Mutex<Watching>,
    /// The tray's menu is about to be made anew.
    pub tray_is_due: AtomicBool,
    /// Why the keys that should work everywhere do not, as a sentence.
    pub keys_refused: Mutex<Option<String>>,
    /// The editors' door.
    pub entrance: Mutex<Entrance>,
    /// Where in the page the user is, as the end of its address: a window that is made anew begins there.
    pub place: Mutex<String>,
}

impl Vitrine {
    /// Opens everything that the first drop needs. Neither the server nor the keychain: those may
    /// take their time, and jobs wait for them. Call inside the runtime.
    pub fn open(handle: AppHandle, data: &Path) -> Result<Vitrine, CannotStart> {
        let desktop = data_dir::desktop(data);
        let cannot = |reason: String| CannotStart {
            folder: desktop.clone(),
            reason,
        };
        let settings = SettingsFile::open(&desktop).map_err(|error| cannot(error.to_string()))?;
        let known = settings.get();
        // Until the page says otherwise.
        if let Some(language) = &known.language {
            i18n::speak(language);
        }
        let keychain = Keychain::new(handle.config().identifier.clone(), known.here);
        let keychain = Arc::new(keychain);
        let config = server_config::read(data);
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
        let place = if known.welcomed { "" } else { WELCOME };
        let clipboard = Clipboard::start().map_err(|error| cannot(error.to_string()))?;
        Ok(Vitrine {
            handle,
            data: data.to_owned(),
            config,
            status: Status::new(known.moved.map_or(PORT, |moved| moved.found)),
            settings,
            clipboard,
            keychain,
            uploader,
            embedded: Embedded::default(),
            neighbourhood: Neighbourhood::default(),
            copied: Mutex::default(),
            begun: Mutex::default(),
            drag: Mutex::default(),
            painted: AtomicBool::new(false),
            watching: Mutex::default(),
            tray_is_due: AtomicBool::new(false),
            keys_refused: Mutex::default(),
            entrance: Mutex::default(),
            place: Mutex::new(place.to_owned()),
        })
    }

    /// The one that Tauri keeps, once there is one: the webview may call before the app stands.
    pub fn of(app: &AppHandle) -> Option<Arc<Vitrine>> {
        app.try_state::<Arc<Vitrine>>()
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
            watching: watched_folders::watching(self),
            targets: targets::shown(self, &settings),
            usual: targets::usual(&settings),
            folders: watched_folders::shown(self, &settings),
        }
    }

    /// Changes the settings, if they can be written down, and tells the page.
    pub fn change(&self, change: impl FnOnce(&mut Settings)) -> Result<(), Refusal> {
        let saved = self.settings.change(change);
        self.tell_state();
        saved.map_err(|error| {
            tracing::warn!(%error, "the settings could not be saved");
            Refusal::of("not_saved", word("notice.settings_not_saved"))
        })
    }

    /// Gives the keychain a key to keep, or takes one out of it.
    pub async fn keep_key(&self, of: &str, key: Option<String>) -> Result<(), Refusal> {
        let of = of.to_owned();
        let kept = self.apart(move |keychain| match key {
            Some(key) => keychain.put(&of, &key),
            None => {
                keychain.remove(&of);
                Ok(())
            }
        });
        kept.await
            .unwrap_or_else(|| Err(word("keychain.locked").to_owned()))
            .map_err(|sentence| Refusal::of("keychain", sentence))
    }

    /// Does what may wait for the keychain, on a thread of its own; `None` if that failed.
    pub async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Keychain) -> T + Send + 'static,
    ) -> Option<T> {
        let keychain = Arc::clone(&self.keychain);
        let done = tokio::task::spawn_blocking(move || work(&keychain)).await;
        done.inspect_err(|error| tracing::error!(%error, "the keychain's thread failed"))
            .ok()
    }

    pub fn tell(&self, event: Event) {
        events::tell(&self.handle, event);
    }

    /// By the page where it is looked at, else by the system.
    pub fn notice(&self, notice: Notice) {
        if !window::is_in_front(&self.handle)
            && let Some(app) = Vitrine::of(&self.handle)
        {
            notifications::say(&app, &notice);
        }
        self.tell(Event::Notice(notice));
    }

    /// Something of the state has changed.
    pub fn tell_state(&self) {
        self.tell(Event::State(Box::new(self.state())));
        tray::tell(self);
    }
}

/// The app's own folder can't be used, so nothing that is dropped could be kept.
#[derive(Debug, thiserror::Error)]
#[error("Vitrine cannot keep its list of uploads in {}: {reason}", folder.display())]
pub struct CannotStart {
    folder: PathBuf,
    reason: String,
}
