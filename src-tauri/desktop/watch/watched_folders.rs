//! Watched folders: they are saved in the settings and passed to the uploader, which watches them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use uploader::watch::{Suggestion, WatchedFolder};

use crate::context::AppContext;
use crate::error::CommandError;
use crate::events::replace_if_changed;
use crate::i18n::t;
use crate::view::app_state::WatchPause;
use crate::view::folder::{FolderSuggestion, PostUploadChoice, WatchedFolderInput, display_path};

/// The user's folders, as the platform names them.
pub struct UserDirs {
    pub home: Option<PathBuf>,
    pub pictures: Option<PathBuf>,
}

pub struct WatchedFolders {
    context: Arc<AppContext>,
    dirs: UserDirs,
    pause: watch::Sender<WatchPause>,
}

impl WatchedFolders {
    pub fn new(context: Arc<AppContext>, dirs: UserDirs) -> WatchedFolders {
        WatchedFolders {
            context,
            dirs,
            pause: watch::Sender::default(),
        }
    }

    pub fn watch_pause(&self) -> watch::Receiver<WatchPause> {
        self.pause.subscribe()
    }

    /// Passes the folders to the uploader whenever the settings change.
    pub async fn run(self: Arc<Self>) {
        let mut folders = self
            .context
            .settings
            .watch(|settings| settings.folders.clone());
        loop {
            self.context
                .uploader
                .watch_folders(folders.current().clone());
            if !folders.changed().await {
                return;
            }
        }
    }

    /// The folders in which this platform's programs save screenshots, without those that are watched. It blocks.
    pub fn suggestions(&self) -> Vec<FolderSuggestion> {
        let found = self.suggest().into_iter().enumerate();
        found
            .map(|(index, suggestion)| FolderSuggestion {
                index,
                path: suggestion.path.display().to_string(),
                place: display_path(&suggestion.path, self.dirs.home.as_deref()),
                pictures: suggestion.pictures,
            })
            .collect()
    }

    fn suggest(&self) -> Vec<Suggestion> {
        let Some(home) = &self.dirs.home else {
            return Vec::new();
        };
        let settings = self.context.settings.get();
        let is_watched =
            |path: &PathBuf| settings.folders.iter().any(|folder| folder.path == *path);
        uploader::watch::suggest_folders(home, self.dirs.pictures.as_deref())
            .into_iter()
            .filter(|suggestion| !is_watched(&suggestion.path))
            .collect()
    }

    /// Adds a suggested folder by its path. The index could belong to another folder by now. It blocks.
    pub fn add_suggestion(&self, path: &str) -> Result<String, CommandError> {
        let found = self.suggest().into_iter();
        let mut paths = found.map(|suggestion| suggestion.path);
        let path = paths.find(|known| known.display().to_string() == path);
        self.add(path.ok_or_else(missing_folder)?)
    }

    /// Adds a folder. Returns its id.
    pub fn add(&self, path: PathBuf) -> Result<String, CommandError> {
        if !path.is_dir() {
            return Err(missing_folder());
        }
        let data = &self.context.data_dir;
        let data = std::fs::canonicalize(data).unwrap_or_else(|_| data.clone());
        if std::fs::canonicalize(&path).is_ok_and(|path| path.starts_with(&data)) {
            return Err(CommandError::new("own_folder", t("folders.own")));
        }
        let settings = self.context.settings.get();
        if let Some(folder) = settings.folders.iter().find(|folder| folder.path == path) {
            return Ok(folder.id.clone());
        }
        let id = uuid::Uuid::new_v4().to_string();
        let folder = WatchedFolder::new(id.clone(), path);
        self.context
            .settings
            .update(|settings| settings.folders.push(folder))?;
        Ok(id)
    }

    pub fn save(&self, input: WatchedFolderInput) -> Result<(), CommandError> {
        let settings = self.context.settings.get();
        let saved = settings
            .folders
            .iter()
            .find(|folder| folder.id == input.id)
            .ok_or_else(|| CommandError::new("unknown_folder", t("folders.unknown")))?;
        if let PostUploadChoice::Move { to } = &input.afterwards
            && !is_plain_name(to.trim())
        {
            return Err(CommandError::new("bad_name", t("folders.bad_name")));
        }
        let folder = input.into_folder(saved.path.clone(), &settings.template);
        folder
            .validate()
            .map_err(|error| CommandError::new("bad_pattern", error.to_string()))?;
        self.context.settings.update(|settings| {
            let mut folders = settings.folders.iter_mut();
            if let Some(saved) = folders.find(|saved| saved.id == folder.id) {
                *saved = folder;
            }
        })?;
        Ok(())
    }

    pub fn remove(&self, id: &str) -> Result<(), CommandError> {
        self.context
            .settings
            .update(|settings| settings.folders.retain(|folder| folder.id != id))?;
        Ok(())
    }

    /// Pauses watching, for so many minutes or until [`WatchedFolders::resume`].
    pub fn pause(&self, minutes: Option<u64>) {
        let duration = minutes.map(|minutes| Duration::from_secs(minutes.saturating_mul(60)));
        self.context.uploader.pause_watching(duration);
        let until = duration
            .and_then(|duration| std::time::SystemTime::now().checked_add(duration))
            .and_then(|until| jiff::Timestamp::try_from(until).ok());
        let pause = WatchPause {
            paused: true,
            until: until.map(|until| until.to_string()),
        };
        replace_if_changed(&self.pause, pause);
    }

    pub fn resume(&self) {
        self.context.uploader.resume_watching();
        replace_if_changed(&self.pause, WatchPause::default());
    }
}

fn missing_folder() -> CommandError {
    CommandError::new("no_folder", t("folders.not_there"))
}

/// Whether it is the name of a folder, not a path.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_upload_folder_name_cannot_leave_its_folder() {
        assert!(is_plain_name("sent"));
        for bad in ["", "..", "../x", "a/b", "C:"] {
            assert!(!is_plain_name(bad), "{bad}");
        }
    }
}
