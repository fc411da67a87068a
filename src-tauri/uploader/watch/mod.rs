//! Watched folders: a picture that appears in one is imported once it has been written completely.
//!
//! `pending_file` decides when that is, `filter` which files count; `fs_watcher` receives the system's events, and
//! `watcher_thread` runs all of it on a thread of its own, since every access to a disk may block. What has been seen
//! is recorded in the queue's store, so that nothing is imported twice and nothing is missed while the program is off.

mod event_inbox;
mod filter;
mod folder_settings;
mod folder_state;
mod folders;
mod fs_watcher;
mod ingest_file;
mod pending_file;
mod post_upload;
mod scan;
mod suggestions;
mod timings;
mod watched_folder;
mod watcher_thread;

pub(crate) use event_inbox::{Command, EventInbox};
pub use filter::PatternError;
pub use folder_settings::{PostUploadAction, WatchMode, WatchedFolder};
pub use folder_state::FolderState;
pub(crate) use post_upload::apply_post_upload_action;
pub use suggestions::{Suggestion, suggest_folders};
pub use timings::WatchTimings;
pub(crate) use watcher_thread::{FolderStatus, FolderWatcher};

#[cfg(test)]
mod tests;
