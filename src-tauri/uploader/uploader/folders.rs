//! The handle's side of watched folders.

use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Uploader;
use crate::watch::{Command, Folder, FolderState, Shown};

impl Uploader {
    /// The folders that are watched from now on. What lies in a new one stays there; what appeared in one while the
    /// program was off is offered ([`Event::Missed`]).
    pub fn watch(&self, folders: Vec<Folder>) {
        self.command(Command::Folders(folders));
    }

    /// How it is with the watched folders, by their ids.
    pub fn folders(&self) -> Vec<(String, FolderState)> {
        self.shown().states.clone()
    }

    /// What appeared in a folder while the program was off.
    pub fn missed(&self, folder: &str) -> Vec<PathBuf> {
        self.shown().missed.get(folder).cloned().unwrap_or_default()
    }

    /// Takes that in, as if it appeared now.
    pub fn take_missed(&self, folder: &str) {
        self.command(Command::TakeMissed(folder.to_owned()));
    }

    /// Leaves it where it is, for good.
    pub fn leave_missed(&self, folder: &str) {
        self.command(Command::LeaveMissed(folder.to_owned()));
    }

    /// Looks away for so long, or until [`Uploader::resume_watching`]; what appears meanwhile is offered then.
    pub fn pause_watching(&self, how_long: Option<Duration>) {
        let until = how_long.and_then(|how_long| Instant::now().checked_add(how_long));
        self.command(Command::Pause(until));
    }

    pub fn resume_watching(&self) {
        self.command(Command::Resume);
    }

    fn command(&self, command: Command) {
        self.alive.inbox.tell(|news| news.commands.push(command));
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.alive
            .shown
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
