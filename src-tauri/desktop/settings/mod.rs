//! The settings file of the desktop app, `settings.json`: one small JSON file that is replaced atomically. It never
//! contains a secret. Changes can be watched.

mod copy;
mod lan;
mod saved_target;
mod shortcuts;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::watch;
use uploader::clipboard_policy::ClipboardPolicy;
use uploader::watch::WatchedFolder;
use uploader::{Network, Preparation};

pub use copy::{CopyFormat, CopySelection, CopySettings};
pub use lan::LanSettings;
pub use saved_target::SavedTarget;
pub use shortcuts::Shortcuts;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// The id of this computer's server as a target, and of its key in the keychain. It differs between data folders,
    /// so that two of them don't overwrite each other's key.
    pub here: String,
    /// The port in use instead of the configured one.
    pub moved: Option<PortMove>,
    pub copy: CopySettings,
    /// How pictures are processed before upload to this computer's server.
    pub prepare: Preparation,
    /// The other targets.
    pub targets: Vec<SavedTarget>,
    /// The id of the default target; this computer's server without one.
    pub usual: Option<String>,
    pub folders: Vec<WatchedFolder>,
    pub courtesy: ClipboardPolicy,
    /// Whether the clipboard also gets an `<img>` element.
    pub html: bool,
    /// The format of links if `copy.how` is a template.
    pub template: String,
    pub network: Network,
    pub editors: EditorSettings,
    /// Seconds in which a deletion can be undone.
    pub delete_delay: u64,
    pub shortcuts: Shortcuts,
    pub lan: LanSettings,
    /// This computer's server is switched off.
    pub server_off: bool,
    /// The language of the tray and native dialogs, as in `de`.
    pub language: Option<String>,
    /// The welcome was finished or skipped.
    pub welcomed: bool,
}

/// Links contain the port, so the one that was found is tried first while the configured one stays the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortMove {
    pub wanted: u16,
    pub found: u16,
}

/// Settings of the PicGo server for Markdown editors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct EditorSettings {
    pub on: bool,
    pub port: u16,
    pub origins: Vec<String>,
    /// Whether the keychain has a token that editors have to send.
    pub has_token: bool,
}

impl Default for EditorSettings {
    fn default() -> EditorSettings {
        let usual = uploader::picgo_server::EditorServerConfig::default();
        EditorSettings {
            on: false,
            port: usual.port,
            origins: usual.origins,
            has_token: false,
        }
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            here: uuid::Uuid::new_v4().to_string(),
            moved: None,
            copy: CopySettings::default(),
            prepare: Preparation::default(),
            targets: Vec::new(),
            usual: None,
            folders: Vec::new(),
            courtesy: ClipboardPolicy::default(),
            html: true,
            template: "{url}".to_owned(),
            network: Network::default(),
            editors: EditorSettings::default(),
            delete_delay: 10,
            shortcuts: Shortcuts::default(),
            lan: LanSettings::default(),
            server_off: false,
            language: None,
            welcomed: false,
        }
    }
}

/// The settings and their file.
pub struct SettingsFile {
    path: PathBuf,
    current: watch::Sender<Arc<Settings>>,
}

/// The settings file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("could not save the settings: {0}")]
pub struct SaveError(#[from] io::Error);

impl SettingsFile {
    /// Reads `settings.json` in `folder`, which is created if necessary. A file that cannot be parsed is renamed to
    /// `settings.broken.json`, and the settings that can be read are kept: nothing in it is worth refusing to start.
    pub fn open(folder: &Path) -> io::Result<SettingsFile> {
        fs::create_dir_all(folder)?;
        let path = folder.join("settings.json");
        let settings = match fs::read(&path) {
            Ok(text) => match serde_json::from_slice(&text) {
                Ok(settings) => settings,
                Err(error) => {
                    let backup = folder.join("settings.broken.json");
                    tracing::warn!(%error, "could not read settings.json; kept it as settings.broken.json");
                    fs::rename(&path, backup)?;
                    recover_settings(&text)
                }
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Settings::default(),
            Err(error) => return Err(error),
        };
        // Also after reading: `here` may have been missing from an older file.
        write_atomically(&path, &to_json(&settings)?)?;
        Ok(SettingsFile {
            path,
            current: watch::Sender::new(Arc::new(settings)),
        })
    }

    pub fn get(&self) -> Arc<Settings> {
        Arc::clone(&self.current.borrow())
    }

    /// Changes the settings and saves them. The change is effective even if it could not be saved.
    pub fn update(&self, change: impl FnOnce(&mut Settings)) -> Result<(), SaveError> {
        let mut saved = Ok(());
        self.current.send_modify(|current| {
            change(Arc::make_mut(current));
            saved = to_json(current).and_then(|json| write_atomically(&self.path, &json));
        });
        saved.map_err(|error| {
            tracing::warn!(%error, "could not save the settings");
            SaveError(error)
        })
    }

    /// Watches a part of the settings.
    pub fn watch<T: PartialEq>(&self, select: fn(&Settings) -> T) -> SettingsWatch<T> {
        let receiver = self.current.subscribe();
        let last = select(&receiver.borrow());
        SettingsWatch {
            receiver,
            select,
            last,
        }
    }
}

/// A part of the settings, and the receiver of its changes.
pub struct SettingsWatch<T> {
    receiver: watch::Receiver<Arc<Settings>>,
    select: fn(&Settings) -> T,
    last: T,
}

impl<T: PartialEq> SettingsWatch<T> {
    pub fn current(&self) -> &T {
        &self.last
    }

    /// Waits until the part has changed. False once the settings are dropped.
    pub async fn changed(&mut self) -> bool {
        while self.receiver.changed().await.is_ok() {
            let current = (self.select)(&self.receiver.borrow_and_update());
            if current != self.last {
                self.last = current;
                return true;
            }
        }
        false
    }
}

/// The settings that can be read, each on its own: a value for `copy` from a newer version must not lose the port of
/// links, or the id of the keychain entry. The entries of lists are read one by one, too.
fn recover_settings(text: &[u8]) -> Settings {
    fn retain_readable<T: DeserializeOwned + Serialize>(value: &mut Value) {
        if let Value::Array(entries) = value {
            entries.retain(|entry| T::deserialize(entry).is_ok());
        }
    }
    let Ok(Value::Object(all)) = serde_json::from_slice(text) else {
        return Settings::default();
    };
    let mut known = Map::new();
    for (name, mut value) in all {
        match name.as_str() {
            "targets" => retain_readable::<SavedTarget>(&mut value),
            "folders" => retain_readable::<WatchedFolder>(&mut value),
            _ => {}
        }
        let alone = Value::Object([(name.clone(), value.clone())].into_iter().collect());
        if Settings::deserialize(&alone).is_ok() {
            known.insert(name, value);
        }
    }
    Settings::deserialize(&Value::Object(known)).unwrap_or_default()
}

fn to_json(settings: &Settings) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(settings)?;
    text.push(b'\n');
    Ok(text)
}

/// Writes a temp file in the same folder and renames it, so that a crash leaves either the old or the new file.
pub fn write_atomically(path: &Path, text: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_survives_reopening_the_file() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let file = SettingsFile::open(folder.path())?;
        let moved = PortMove {
            wanted: 4870,
            found: 4871,
        };
        file.update(|settings| settings.moved = Some(moved))?;
        let again = SettingsFile::open(folder.path())?;
        assert_eq!(again.get(), file.get());
        assert_eq!(again.get().moved, Some(moved));
        Ok(())
    }

    #[test]
    fn a_broken_file_is_kept_as_a_backup() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("settings.json"), "{")?;
        let file = SettingsFile::open(folder.path())?;
        assert_eq!(file.get().copy.how, CopyFormat::Url);
        let aside = fs::read(folder.path().join("settings.broken.json"))?;
        assert_eq!(aside, b"{");
        Ok(())
    }

    #[test]
    fn an_unreadable_setting_does_not_lose_the_others() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let text = r#"{ "here": "mine", "moved": { "wanted": 1, "found": 2 }, "copy": { "how": "runes" } }"#;
        fs::write(folder.path().join("settings.json"), text)?;
        let settings = SettingsFile::open(folder.path())?.get();
        let moved = PortMove {
            wanted: 1,
            found: 2,
        };
        assert_eq!(
            (settings.here.as_str(), settings.moved),
            ("mine", Some(moved))
        );
        assert_eq!(settings.copy.how, CopyFormat::Url);
        Ok(())
    }

    #[test]
    fn the_welcome_is_shown_until_it_was_finished() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let file = SettingsFile::open(folder.path())?;
        assert!(!file.get().welcomed);
        file.update(|settings| settings.welcomed = true)?;
        assert!(SettingsFile::open(folder.path())?.get().welcomed);
        Ok(())
    }

    #[test]
    fn the_local_target_id_survives_reopening() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let first = SettingsFile::open(folder.path())?.get().here.clone();
        assert_eq!(SettingsFile::open(folder.path())?.get().here, first);
        Ok(())
    }

    #[tokio::test]
    async fn only_changes_of_the_watched_part_are_reported()
    -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let file = SettingsFile::open(folder.path())?;
        let mut html = file.watch(|settings| settings.html);
        file.update(|settings| settings.welcomed = true)?;
        file.update(|settings| settings.html = false)?;
        assert!(html.changed().await);
        assert!(!html.current());
        drop(file);
        assert!(!html.changed().await);
        Ok(())
    }
}
