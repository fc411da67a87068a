//! `AppContext`: the services that every feature of the app uses. Features keep their own state.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Handle;
use uploader::Uploader;

use crate::events::EventBus;
use crate::i18n;
use crate::secrets::keychain::Keychain;
use crate::settings::SettingsFile;
use crate::shell::clipboard::Clipboard;
use crate::shell::data_dir;

pub struct AppContext {
    pub data_dir: PathBuf,
    pub settings: SettingsFile,
    pub uploader: Uploader,
    pub keychain: Arc<Keychain>,
    pub clipboard: Clipboard,
    pub events: EventBus,
    pub runtime: Handle,
}

impl AppContext {
    /// Opens what the first drop needs. That excludes the server and the system's keychain, which may take long: jobs
    /// wait for them. Call it inside the runtime.
    pub fn open(
        app_id: &str,
        data: &Path,
        fetch_allow_hosts: Vec<String>,
    ) -> Result<AppContext, StartupError> {
        let folder = data_dir::desktop_dir(data);
        let startup_error = |reason: String| StartupError {
            folder: folder.clone(),
            reason,
        };
        let settings =
            SettingsFile::open(&folder).map_err(|error| startup_error(error.to_string()))?;
        let current = settings.get();
        // Until the page sets its own.
        if let Some(language) = &current.language {
            i18n::set_language(language);
        }
        let keychain = Arc::new(Keychain::new(app_id.to_owned(), current.here.clone()));
        let queue = uploader::Settings {
            fetch_allow_hosts,
            network: current.network.clone(),
            // The library's images and variants.
            own_folders: vec![data.to_owned()],
            ..uploader::Settings::default()
        };
        let uploader = Uploader::open_with(&folder, keychain.clone(), queue)
            .map_err(|failure| startup_error(failure.to_string()))?;
        let clipboard = Clipboard::start().map_err(|error| startup_error(error.to_string()))?;
        Ok(AppContext {
            data_dir: data.to_owned(),
            settings,
            uploader,
            keychain,
            clipboard,
            events: EventBus::new(),
            runtime: Handle::current(),
        })
    }
}

/// The app's folder cannot be used, so no upload could be stored.
#[derive(Debug, thiserror::Error)]
#[error("Vitrine cannot keep its list of uploads in {}: {reason}", folder.display())]
pub struct StartupError {
    folder: PathBuf,
    reason: String,
}
