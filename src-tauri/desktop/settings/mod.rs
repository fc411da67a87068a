//! What the app remembers of its own: which links to copy and how, the port that its links carry, where pictures go and
//! which folders are watched, and the names of its keychain entries. One small JSON file, replaced whole. Never a secret.

mod copy;
pub(crate) mod preferences;
mod saved_target;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uploader::clipboard_policy::ClipboardPolicy;
use uploader::watch::WatchedFolder;
use uploader::{Network, Preparation};

use crate::network::lan_sharing::LanSettings;
use crate::shell::shortcuts::Shortcuts;
pub use copy::{CopyFormat, CopySelection, CopySettings};
pub use saved_target::SavedTarget;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// This computer's server as a target, and as the user name of its key in the keychain. One
    /// for each data folder, so that two folders don't overwrite each other's key.
    pub here: String,
    /// The port that the server had to move to, once it had to.
    pub moved: Option<PortMove>,
    pub copy: CopySettings,
    /// What is done to pictures before they go to this computer's server.
    pub prepare: Preparation,
    /// The other targets.
    pub targets: Vec<SavedTarget>,
    /// The target that pictures go to; this computer's server without one.
    pub usual: Option<String>,
    pub folders: Vec<WatchedFolder>,
    pub courtesy: ClipboardPolicy,
    /// Whether the clipboard gets an `<img>` beside the text.
    pub html: bool,
    /// How links are written where `copy.how` is a template.
    pub template: String,
    pub network: Network,
    pub editors: EditorSettings,
    /// Seconds that a deletion waits for somebody to think better of it.
    pub delete_delay: u64,
    pub shortcuts: Shortcuts,
    /// Who may open the links besides this computer.
    pub lan: LanSettings,
    /// This computer's server is not wanted.
    pub server_off: bool,
    /// Of the tray and the dialogs, as in `de`; the system's without one.
    pub language: Option<String>,
    /// The welcome was gone through, or skipped.
    pub welcomed: bool,
}

/// Links carry the port that was found, so it is tried first for as long as the same one is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortMove {
    pub wanted: u16,
    pub found: u16,
}

/// The door for Markdown editors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EditorSettings {
    pub on: bool,
    pub port: u16,
    pub origins: Vec<String>,
    /// There is a token in the keychain that they have to say.
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

/// The settings and the file they are kept in.
pub struct SettingsFile {
    path: PathBuf,
    current: Mutex<Settings>,
}

impl SettingsFile {
    /// Reads `settings.json` in `folder`, which is made if it isn't there. A file that can't be
    /// understood is put aside as `settings.broken.json`, and the app starts with what of it could
    /// be read: nothing in it is worth refusing to start.
    pub fn open(folder: &Path) -> io::Result<SettingsFile> {
        fs::create_dir_all(folder)?;
        let path = folder.join("settings.json");
        let settings = match fs::read(&path) {
            Ok(text) => match serde_json::from_slice(&text) {
                Ok(settings) => settings,
                Err(error) => {
                    let aside = folder.join("settings.broken.json");
                    tracing::warn!(%error, "settings.json can't be read; it is kept as settings.broken.json");
                    fs::rename(&path, aside)?;
                    recover_settings(&text)
                }
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Settings::default(),
            Err(error) => return Err(error),
        };
        // Written at once, also when it was read: `here` may have been missing from an older file.
        write_atomically(&path, &to_json(&settings)?)?;
        Ok(SettingsFile {
            path,
            current: Mutex::new(settings),
        })
    }

    pub fn get(&self) -> Settings {
        self.current
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Changes the settings and writes them down. In memory the change holds even if that fails.
    pub fn update(&self, change: impl FnOnce(&mut Settings)) -> io::Result<()> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut current);
        write_atomically(&self.path, &to_json(&current)?)
    }
}

/// The settings that can be read, each for itself: a word for `copy` that only a newer version knows
/// must not cost the port that links carry, nor the name of the keychain's entry. Of lists each entry counts for itself.
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

/// By a temp file in the same folder and a rename, so that a crash leaves the old or the new one.
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
    fn a_change_survives_reopening_the_file() -> io::Result<()> {
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
    fn the_welcome_is_shown_until_it_was_finished() -> io::Result<()> {
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
        let first = SettingsFile::open(folder.path())?.get().here;
        assert_eq!(SettingsFile::open(folder.path())?.get().here, first);
        Ok(())
    }
}
