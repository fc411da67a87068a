//! The app's parts, put together: what every command, event and task of it can reach.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use server::Config;
use tauri::{AppHandle, Manager};
use uploader::{JobId, Uploader};

use crate::clipboard::Clipboard;
use crate::configuration;
use crate::embedded::Embedded;
use crate::events::{self, Event, Notice};
use crate::folder;
use crate::keychain::Keychain;
use crate::settings::SettingsFile;
use crate::state::{AppState, Status};

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
    /// The jobs whose links we put on the clipboard last.
    pub copied: Mutex<Vec<JobId>>,
    /// Whether the page has said that it is on the screen.
    pub painted: AtomicBool,
}

impl Vitrine {
    /// Opens everything that the first drop needs. Neither the server nor the keychain: those may
    /// take their time, and jobs wait for them. Call inside the runtime.
    pub fn open(handle: AppHandle, data: &Path) -> Result<Vitrine, CannotStart> {
        let desktop = folder::desktop(data);
        let cannot = |reason: String| CannotStart {
            folder: desktop.clone(),
            reason,
        };
        let settings = SettingsFile::open(&desktop).map_err(|error| cannot(error.to_string()))?;
        let known = settings.get();
        let keychain = Keychain::new(handle.config().identifier.clone(), known.here);
        let keychain = Arc::new(keychain);
        let config = configuration::read(data);
        let fetch_allow_hosts = config
            .as_ref()
            .map(|config| config.fetch_allow_hosts.clone())
            .unwrap_or_default();
        let queue = uploader::Settings {
            fetch_allow_hosts,
            ..uploader::Settings::default()
        };
        let uploader = Uploader::open_with(&desktop, keychain.clone(), queue)
            .map_err(|failure| cannot(failure.to_string()))?;
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
            copied: Mutex::default(),
            painted: AtomicBool::new(false),
        })
    }

    /// The one that Tauri keeps, once there is one: the webview may call before the app stands.
    pub fn of(app: &AppHandle) -> Option<Arc<Vitrine>> {
        app.try_state::<Arc<Vitrine>>()
            .map(|kept| Arc::clone(&kept))
    }

    pub fn state(&self) -> AppState {
        self.status.with(self.settings.get().copy)
    }

    pub fn tell(&self, event: Event) {
        events::tell(&self.handle, event);
    }

    pub fn notice(&self, notice: Notice) {
        self.tell(Event::Notice(notice));
    }

    /// Something of the state has changed.
    pub fn tell_state(&self) {
        self.tell(Event::State(self.state()));
    }
}

/// The app's own folder can't be used, so nothing that is dropped could be kept.
#[derive(Debug, thiserror::Error)]
#[error("Vitrine cannot keep its list of uploads in {}: {reason}", folder.display())]
pub struct CannotStart {
    folder: PathBuf,
    reason: String,
}
