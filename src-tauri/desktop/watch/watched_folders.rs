//! The folders that are watched: as the settings keep them, and as the page shows them.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tauri::Manager;
use uploader::Preparation;
use uploader::watch::{FolderState, PostUploadAction, Suggestion, WatchMode, WatchedFolder};

use crate::commands::CommandError;
use crate::context::AppContext;
use crate::i18n::t;
use crate::settings::{CopySettings, Settings};

/// A folder as the page shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WatchedFolderView {
    path: String,
    place: String,
    state: FolderStateView,
    missed: usize,
    #[serde(flatten)]
    wanted: WatchedFolderInput,
}

impl WatchedFolderView {
    pub fn is_on(&self) -> bool {
        self.wanted.on
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct FolderStateView {
    is: &'static str,
    reason: Option<String>,
}

/// A folder as the page wants it to be; its path is not the page's to name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WatchedFolderInput {
    id: String,
    on: bool,
    mode: WatchMode,
    target: Option<String>,
    prepare: Option<Preparation>,
    links: Option<CopySettings>,
    patterns: Vec<String>,
    deep: bool,
    afterwards: PostUploadChoice,
    poll: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase")]
enum PostUploadChoice {
    Keep,
    Move { to: String },
    Trash,
}

/// Whether all watching is paused, and until when (RFC 3339).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WatchPause {
    pub paused: bool,
    pub until: Option<String>,
}

pub fn apply_settings(app: &AppContext) {
    app.uploader.watch_folders(app.settings.get().folders);
}

pub fn folder_views(app: &AppContext, settings: &Settings) -> Vec<WatchedFolderView> {
    let states = app.uploader.folder_states();
    settings
        .folders
        .iter()
        .map(|folder| {
            let state = states.iter().find(|(id, _)| *id == folder.id);
            WatchedFolderView {
                path: folder.path.display().to_string(),
                place: display_path(app, &folder.path),
                state: FolderStateView::from_state(state.map(|(_, state)| state)),
                missed: app.uploader.missed_files(&folder.id).len(),
                wanted: WatchedFolderInput::from_folder(folder),
            }
        })
        .collect()
}

impl FolderStateView {
    fn from_state(state: Option<&FolderState>) -> FolderStateView {
        let (is, reason) = match state {
            None | Some(FolderState::Off) => ("off", None),
            Some(FolderState::Paused) => ("paused", None),
            Some(FolderState::Watching) => ("watching", None),
            Some(FolderState::Polling { reason }) => ("polling", reason.clone()),
            Some(FolderState::Away) => ("away", None),
            Some(FolderState::Failed { reason }) => ("failed", Some(reason.clone())),
        };
        FolderStateView { is, reason }
    }
}

impl WatchedFolderInput {
    fn from_folder(folder: &WatchedFolder) -> WatchedFolderInput {
        WatchedFolderInput {
            id: folder.id.clone(),
            on: folder.on,
            mode: folder.mode,
            target: folder.target.clone(),
            prepare: folder.prepare.clone(),
            links: folder
                .links
                .as_ref()
                .map(|(what, how)| CopySettings::from_links(*what, how)),
            patterns: folder.patterns.clone(),
            deep: folder.deep,
            afterwards: match &folder.afterwards {
                PostUploadAction::Keep => PostUploadChoice::Keep,
                PostUploadAction::Move(to) => PostUploadChoice::Move { to: to.clone() },
                PostUploadAction::Trash => PostUploadChoice::Trash,
            },
            poll: folder.poll,
        }
    }

    fn into_folder(self, path: PathBuf, template: &str) -> WatchedFolder {
        WatchedFolder {
            id: self.id,
            path,
            on: self.on,
            mode: self.mode,
            target: self.target,
            prepare: self.prepare,
            links: self
                .links
                .map(|copy| (copy.selection(), copy.format(template))),
            patterns: self
                .patterns
                .into_iter()
                .map(|pattern| pattern.trim().to_owned())
                .filter(|pattern| !pattern.is_empty())
                .collect(),
            deep: self.deep,
            afterwards: match self.afterwards {
                PostUploadChoice::Keep => PostUploadAction::Keep,
                PostUploadChoice::Move { to } => PostUploadAction::Move(to.trim().to_owned()),
                PostUploadChoice::Trash => PostUploadAction::Trash,
            },
            poll: self.poll,
        }
    }
}

/// Where a folder is, as people write it: from their home on.
pub fn display_path(app: &AppContext, path: &Path) -> String {
    let home = app.handle.path().home_dir().ok();
    let within = home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned));
    match within {
        Some(rest) if cfg!(unix) => Path::new("~").join(rest).display().to_string(),
        _ => path.display().to_string(),
    }
}

/// Where this platform's programs put screenshots, without what is watched already. It blocks.
pub fn suggest_folders(app: &AppContext) -> Vec<Suggestion> {
    let places = app.handle.path();
    let Ok(home) = places.home_dir() else {
        return Vec::new();
    };
    let watched = app.settings.get().folders;
    let known = |path: &PathBuf| watched.iter().any(|folder| folder.path == *path);
    uploader::watch::suggest_folders(&home, places.picture_dir().ok().as_deref())
        .into_iter()
        .filter(|suggestion| !known(&suggestion.path))
        .collect()
}

/// Watches one more, from now on. Gives its id.
pub fn add_folder(app: &AppContext, path: PathBuf) -> Result<String, CommandError> {
    if !path.is_dir() {
        return Err(CommandError::new("no_folder", t("folders.not_there")));
    }
    let data = std::fs::canonicalize(&app.data_dir).unwrap_or_else(|_| app.data_dir.clone());
    if std::fs::canonicalize(&path).is_ok_and(|path| path.starts_with(&data)) {
        return Err(CommandError::new("own_folder", t("folders.own")));
    }
    let known = app.settings.get().folders;
    if let Some(folder) = known.iter().find(|folder| folder.path == path) {
        return Ok(folder.id.clone());
    }
    let id = uuid::Uuid::new_v4().to_string();
    let folder = WatchedFolder::new(id.clone(), path);
    app.change_settings(|settings| settings.folders.push(folder))?;
    apply_settings(app);
    Ok(id)
}

pub fn save_folder(app: &AppContext, wanted: WatchedFolderInput) -> Result<(), CommandError> {
    let settings = app.settings.get();
    let known = settings
        .folders
        .iter()
        .find(|folder| folder.id == wanted.id)
        .ok_or_else(|| CommandError::new("unknown_folder", t("folders.unknown")))?;
    if let PostUploadChoice::Move { to } = &wanted.afterwards
        && !is_plain_name(to.trim())
    {
        return Err(CommandError::new("bad_name", t("folders.bad_name")));
    }
    let folder = wanted.into_folder(known.path.clone(), &settings.template);
    folder
        .validate()
        .map_err(|error| CommandError::new("bad_pattern", error.to_string()))?;
    app.change_settings(|settings| {
        if let Some(kept) = settings
            .folders
            .iter_mut()
            .find(|kept| kept.id == folder.id)
        {
            *kept = folder;
        }
    })?;
    apply_settings(app);
    Ok(())
}

pub fn remove_folder(app: &AppContext, id: &str) -> Result<(), CommandError> {
    app.change_settings(|settings| settings.folders.retain(|folder| folder.id != id))?;
    apply_settings(app);
    Ok(())
}

/// Looks away, for so many minutes or until [`resume_watching`].
pub fn pause_watching(app: &AppContext, minutes: Option<u64>) {
    let how_long = minutes.map(|minutes| Duration::from_secs(minutes.saturating_mul(60)));
    app.uploader.pause_watching(how_long);
    let until = how_long
        .and_then(|how_long| std::time::SystemTime::now().checked_add(how_long))
        .and_then(|until| jiff::Timestamp::try_from(until).ok());
    set_pause(
        app,
        WatchPause {
            paused: true,
            until: until.map(|until| until.to_string()),
        },
    );
}

pub fn resume_watching(app: &AppContext) {
    app.uploader.resume_watching();
    set_pause(app, WatchPause::default());
}

fn set_pause(app: &AppContext, watching: WatchPause) {
    *app.watch_pause
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = watching;
    app.emit_state();
}

/// How it is with all of them: a pause ends by itself.
pub fn current_pause(app: &AppContext) -> WatchPause {
    let set = app
        .watch_pause
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let over = set.until.as_ref().is_some_and(|until| {
        until
            .parse::<jiff::Timestamp>()
            .is_ok_and(|until| until <= jiff::Timestamp::now())
    });
    match over {
        true => WatchPause::default(),
        false => set.clone(),
    }
}

/// A folder beside the picture, and no way to anywhere else.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_survives_the_round_trip_through_the_page() -> Result<(), serde_json::Error> {
        let folder = WatchedFolder {
            mode: WatchMode::Ask,
            patterns: vec!["*.png".to_owned()],
            deep: true,
            afterwards: PostUploadAction::Move("sent".to_owned()),
            ..WatchedFolder::new("a", "/shots")
        };
        let shown = serde_json::to_value(WatchedFolderInput::from_folder(&folder))?;
        assert_eq!(shown["afterwards"]["is"], "move");
        assert_eq!(shown["mode"], "ask");
        let back: WatchedFolderInput = serde_json::from_value(shown)?;
        assert_eq!(back.into_folder("/shots".into(), ""), folder);
        Ok(())
    }

    #[test]
    fn a_post_upload_folder_name_cannot_leave_its_folder() {
        assert!(is_plain_name("sent"));
        for bad in ["", "..", "../x", "a/b", "C:"] {
            assert!(!is_plain_name(bad), "{bad}");
        }
    }
}
