//! A watched folder as the user set it up.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Preparation;
use crate::links::{LinkFormat, LinkSelection};

/// A folder that is watched, and what happens to the pictures that appear in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchedFolder {
    /// What the store knows it by: another folder has another.
    pub id: String,
    pub path: PathBuf,
    pub on: bool,
    pub mode: WatchMode,
    /// Another target than the usual one, by its id.
    #[serde(default)]
    pub target: Option<String>,
    /// Another preparation than the target's.
    #[serde(default)]
    pub prepare: Option<Preparation>,
    /// Other links than the usual ones.
    #[serde(default)]
    pub links: Option<(LinkSelection, LinkFormat)>,
    /// As in `*.png`, whatever the case; without any, every picture is meant.
    #[serde(default)]
    pub patterns: Vec<String>,
    /// Folders inside are watched, too.
    #[serde(default)]
    pub deep: bool,
    #[serde(default)]
    pub afterwards: PostUploadAction,
    /// Asked for news from time to time, because none come by themselves: a share of another computer's.
    #[serde(default)]
    pub poll: bool,
}

impl WatchedFolder {
    /// A watched folder with the default settings: every picture in it is uploaded, and its file kept.
    pub fn new(id: impl Into<String>, path: impl Into<PathBuf>) -> WatchedFolder {
        WatchedFolder {
            id: id.into(),
            path: path.into(),
            on: true,
            mode: WatchMode::Upload,
            target: None,
            prepare: None,
            links: None,
            patterns: Vec::new(),
            deep: false,
            afterwards: PostUploadAction::Keep,
            poll: false,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum WatchMode {
    Upload,
    /// Each waits for the user's yes ([`crate::WaitReason::User`]).
    Ask,
    /// The same without anybody being asked: they are listed.
    Collect,
}

/// What happens to the file once its picture is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostUploadAction {
    #[default]
    Keep,
    /// Into the folder of this name, beside it.
    Move(String),
    /// Into the system's trash.
    Trash,
}
