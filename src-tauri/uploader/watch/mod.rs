//! Folders that are watched: a picture that appears in one is taken in once whoever writes it has finished.
//!
//! When that is, is decided in `file`; which files are meant, in `filter`; the system's news of folders come through
//! `eyes`; and `rounds` puts it all together, on a thread of its own, since every question to a disk may take its time.
//! What has been seen is in the queue's store, so that nothing is picked up twice, and nothing that appears while the
//! program is off goes unnoticed.

mod event_inbox;
mod filter;
mod folders;
mod fs_watcher;
mod ingest_file;
mod pending_file;
mod post_upload;
mod scan;
mod suggestions;
mod watched_folder;
mod watcher_thread;

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Preparation;
use crate::links::{LinkFormat, LinkSelection};
pub(crate) use event_inbox::{Command, EventInbox};
pub use filter::PatternError;
pub(crate) use post_upload::apply_post_upload_action;
pub use suggestions::{Suggestion, suggest_folders};
pub(crate) use watcher_thread::{FolderStatus, FolderWatcher};

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
    /// Whether it can be watched as it is described; whether it is there is seen when it is.
    pub fn validate(&self) -> Result<(), PatternError> {
        filter::FileFilter::new(self).map(drop)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum WatchMode {
    Upload,
    /// Each waits for the user's yes ([`crate::WaitsFor::User`]).
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

/// How it is with a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum FolderState {
    Off,
    /// All watching is paused.
    Paused,
    Watching,
    /// News of it do not come by themselves, so it is asked; the reason is a sentence, if there is anything to be done.
    Polling {
        reason: Option<String>,
    },
    /// It is not there: a drive that is not plugged in. It is watched as soon as it is.
    Away,
    /// It cannot be watched; the reason is a sentence.
    Failed {
        reason: String,
    },
}

/// How patient the watcher is. The default is right but for tests that do not have the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchTimings {
    /// Nothing may happen to a file this long after it was closed: some programs open it again at once.
    pub quiet_period: Duration,
    /// Between two looks at a file that is not known to be closed, which has to be the same in `looks` of them.
    pub stable_interval: Duration,
    pub stable_checks: u32,
    /// A picture that is not whole is looked at again after this, and then after twice as long each time.
    pub retry_delay: Duration,
    pub max_retry_delay: Duration,
    /// Between two looks whether a folder is still, or again, there.
    pub presence_interval: Duration,
    /// Between two looks through all of a folder of which there are news, and of which there are none.
    pub rescan_interval: Duration,
    pub poll_interval: Duration,
}

impl Default for WatchTimings {
    fn default() -> WatchTimings {
        WatchTimings {
            quiet_period: Duration::from_millis(200),
            stable_interval: Duration::from_millis(250),
            stable_checks: 3,
            retry_delay: Duration::from_millis(500),
            max_retry_delay: Duration::from_secs(600),
            presence_interval: Duration::from_secs(2),
            rescan_interval: Duration::from_secs(300),
            poll_interval: Duration::from_secs(2),
        }
    }
}

#[cfg(test)]
mod tests;
