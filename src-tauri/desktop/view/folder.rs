//! A watched folder as the page shows and edits it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uploader::Preparation;
use uploader::watch::{FolderState, PostUploadAction, WatchMode, WatchedFolder};

use crate::settings::CopySettings;

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct WatchedFolderView {
    path: String,
    /// The path for display.
    place: String,
    state: FolderStateView,
    /// How many pictures appeared while the app was not running.
    missed: usize,
    #[serde(flatten)]
    settings: WatchedFolderInput,
}

impl WatchedFolderView {
    pub fn new(
        folder: &WatchedFolder,
        home: Option<&Path>,
        state: Option<&FolderState>,
        missed: usize,
    ) -> WatchedFolderView {
        WatchedFolderView {
            path: folder.path.display().to_string(),
            place: display_path(&folder.path, home),
            state: FolderStateView::from_state(state),
            missed,
            settings: WatchedFolderInput::from_folder(folder),
        }
    }

    pub fn is_on(&self) -> bool {
        self.settings.on
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FolderStateView {
    #[cfg_attr(
        test,
        ts(type = "\"off\" | \"paused\" | \"watching\" | \"polling\" | \"away\" | \"failed\"")
    )]
    is: &'static str,
    reason: Option<String>,
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

/// The editable settings of a watched folder; the page cannot set its path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WatchedFolderInput {
    pub id: String,
    on: bool,
    mode: WatchMode,
    target: Option<String>,
    prepare: Option<Preparation>,
    links: Option<CopySettings>,
    patterns: Vec<String>,
    deep: bool,
    pub afterwards: PostUploadChoice,
    poll: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "lowercase")]
pub enum PostUploadChoice {
    Keep,
    Move { to: String },
    Trash,
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
                .map(|(selection, format)| CopySettings::from_links(*selection, format)),
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

    pub fn into_folder(self, path: PathBuf, template: &str) -> WatchedFolder {
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

/// A path relative to the home folder, as in `~/Pictures`, if it is inside.
pub fn display_path(path: &Path, home: Option<&Path>) -> String {
    match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(rest) if cfg!(unix) => Path::new("~").join(rest).display().to_string(),
        _ => path.display().to_string(),
    }
}

/// A folder in which this platform's programs save screenshots.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FolderSuggestion {
    pub index: usize,
    pub path: String,
    pub place: String,
    pub pictures: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_survives_the_round_trip_through_the_page() -> Result<(), serde_json::Error> {
        let folder = WatchedFolder {
            id: "a".to_owned(),
            path: "/shots".into(),
            on: true,
            mode: WatchMode::Ask,
            target: None,
            prepare: None,
            links: None,
            patterns: vec!["*.png".to_owned()],
            deep: true,
            afterwards: PostUploadAction::Move("sent".to_owned()),
            poll: false,
        };
        let shown = serde_json::to_value(WatchedFolderInput::from_folder(&folder))?;
        assert_eq!(shown["afterwards"]["is"], "move");
        assert_eq!(shown["mode"], "ask");
        let back: WatchedFolderInput = serde_json::from_value(shown)?;
        assert_eq!(back.into_folder("/shots".into(), ""), folder);
        Ok(())
    }
}
