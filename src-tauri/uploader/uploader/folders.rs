//! Watched folders on the `Uploader` handle.

use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Uploader;
use crate::watch::{Command, FolderState, FolderStatus, WatchedFolder};

impl Uploader {
    /// The folders that are watched from now on. What lies in a new one stays there; what appeared in one while the
    /// program was off is offered ([`crate::Event::FilesMissed`]).
    pub fn watch_folders(&self, folders: Vec<WatchedFolder>) {
        self.send_command(Command::SetFolders(folders));
    }

    /// How it is with the watched folders, by their ids.
    pub fn folder_states(&self) -> Vec<(String, FolderState)> {
        self.lock_folder_status().states.clone()
    }

    /// What appeared in a folder while the program was off.
    pub fn missed_files(&self, folder: &str) -> Vec<PathBuf> {
        self.lock_folder_status()
            .missed_files
            .get(folder)
            .cloned()
            .unwrap_or_default()
    }

    /// Takes that in, as if it appeared now.
    pub fn upload_missed(&self, folder: &str) {
        self.send_command(Command::UploadMissed(folder.to_owned()));
    }

    /// Leaves it where it is, for good.
    pub fn dismiss_missed(&self, folder: &str) {
        self.send_command(Command::DismissMissed(folder.to_owned()));
    }

    /// Looks away for so long, or until [`Uploader::resume_watching`]; what appears meanwhile is offered then.
    pub fn pause_watching(&self, how_long: Option<Duration>) {
        let until = how_long.and_then(|how_long| Instant::now().checked_add(how_long));
        self.send_command(Command::Pause(until));
    }

    pub fn resume_watching(&self) {
        self.send_command(Command::Resume);
    }

    fn send_command(&self, command: Command) {
        self.background
            .inbox
            .update(|news| news.commands.push(command));
    }

    fn lock_folder_status(&self) -> MutexGuard<'_, FolderStatus> {
        self.background
            .folder_status
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
