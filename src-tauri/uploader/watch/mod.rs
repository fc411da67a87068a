//! Folders that are watched: a picture that appears in one is taken in once whoever writes it has finished.
//!
//! When that is, is decided in `file`; which files are meant, in `filter`; the system's news of folders come through
//! `eyes`; and `rounds` puts it all together, on a thread of its own, since every question to a disk may take its time.
//! What has been seen is in the queue's store, so that nothing is picked up twice, and nothing that appears while the
//! program is off goes unnoticed.

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
