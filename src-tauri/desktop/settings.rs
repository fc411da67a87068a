//! What the app remembers of its own: which links to copy and how, the port that its links carry,
//! and the name of its keychain entry. One small JSON file, replaced whole. Never a secret.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use uploader::links::{How, What};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// This computer's server as a target, and as the user name of its key in the keychain. One
    /// for each data folder, so that two folders don't overwrite each other's key.
    pub here: String,
    /// The port that the server had to move to, once it had to.
    pub moved: Option<Moved>,
    pub copy: CopyChoice,
}

/// Links carry the port that was found, so it is tried first for as long as the same one is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub wanted: u16,
    pub found: u16,
}

/// The two switches: which links go to the clipboard, and written how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyChoice {
    pub what: CopyWhat,
    /// The width that `size` copies, in pixels.
    pub size: u32,
    pub how: CopyHow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CopyWhat {
    All,
    Original,
    Size,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CopyHow {
    Url,
    Markdown,
    Html,
    Bbcode,
    Srcset,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            here: uuid::Uuid::new_v4().to_string(),
            moved: None,
            copy: CopyChoice {
                what: CopyWhat::All,
                size: 800,
                how: CopyHow::Url,
            },
        }
    }
}

impl CopyChoice {
    pub fn what(&self) -> What {
        match self.what {
            CopyWhat::All => What::All,
            CopyWhat::Original => What::Original,
            CopyWhat::Size => What::Size(self.size),
        }
    }

    pub fn how(&self) -> How {
        match self.how {
            CopyHow::Url => How::Url,
            CopyHow::Markdown => How::Markdown,
            CopyHow::Html => How::Html,
            CopyHow::Bbcode => How::Bbcode,
            CopyHow::Srcset => How::Srcset,
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
                    legible(&text)
                }
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Settings::default(),
            Err(error) => return Err(error),
        };
        // Written at once, also when it was read: `here` may have been missing from an older file.
        write_whole(&path, &settings)?;
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
    pub fn change(&self, change: impl FnOnce(&mut Settings)) -> io::Result<()> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut current);
        write_whole(&self.path, &current)
    }
}

/// The settings that can be read, each for itself: a word for `copy` that only a newer version knows
/// must not cost the port that links carry, nor the name of the keychain's entry.
fn legible(text: &[u8]) -> Settings {
    fn one<T: serde::de::DeserializeOwned>(all: &serde_json::Value, name: &str) -> Option<T> {
        serde_json::from_value(all.get(name)?.clone()).ok()
    }
    let all = serde_json::from_slice(text).unwrap_or_default();
    let otherwise = Settings::default();
    Settings {
        here: one(&all, "here").unwrap_or(otherwise.here),
        moved: one(&all, "moved").unwrap_or(otherwise.moved),
        copy: one(&all, "copy").unwrap_or(otherwise.copy),
    }
}

/// By a temp file in the same folder and a rename, so that a crash leaves the old or the new one.
fn write_whole(path: &Path, settings: &Settings) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, settings)?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_found_again() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = SettingsFile::open(folder.path())?;
        let moved = Moved {
            wanted: 4870,
            found: 4871,
        };
        file.change(|settings| settings.moved = Some(moved))?;
        let again = SettingsFile::open(folder.path())?;
        assert_eq!(again.get(), file.get());
        assert_eq!(again.get().moved, Some(moved));
        Ok(())
    }

    #[test]
    fn a_broken_file_is_put_aside() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("settings.json"), "{")?;
        let file = SettingsFile::open(folder.path())?;
        assert_eq!(file.get().copy.how, CopyHow::Url);
        let aside = fs::read(folder.path().join("settings.broken.json"))?;
        assert_eq!(aside, b"{");
        Ok(())
    }

    #[test]
    fn one_setting_that_nobody_understands_does_not_cost_the_others() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let text = r#"{ "here": "mine", "moved": { "wanted": 1, "found": 2 }, "copy": { "how": "runes" } }"#;
        fs::write(folder.path().join("settings.json"), text)?;
        let settings = SettingsFile::open(folder.path())?.get();
        let moved = Moved {
            wanted: 1,
            found: 2,
        };
        assert_eq!(
            (settings.here.as_str(), settings.moved),
            ("mine", Some(moved))
        );
        assert_eq!(settings.copy.how, CopyHow::Url);
        Ok(())
    }

    #[test]
    fn the_keychain_entry_keeps_its_name() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let first = SettingsFile::open(folder.path())?.get().here;
        assert_eq!(SettingsFile::open(folder.path())?.get().here, first);
        Ok(())
    }
}
