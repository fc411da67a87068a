//! What a watched folder is doing.

use serde::Serialize;

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
