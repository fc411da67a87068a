//! What the watching thread is told, by the system and by the program. However much happens to a file before the thread
//! comes to it, it takes one place.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::WatchedFolder;

/// What the program says.
#[derive(Debug)]
pub(crate) enum Command {
    SetFolders(Vec<WatchedFolder>),
    /// Until then, or until it is resumed.
    Pause(Option<Instant>),
    Resume,
    /// Takes in what appeared in a folder while the program was off.
    UploadMissed(String),
    /// Leaves it where it is.
    DismissMissed(String),
}

/// What has happened to a path since it was last asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileEvent {
    /// The last that happened was that its writer closed it, or that it was moved here.
    pub was_closed: bool,
    /// The last that happened was that it went.
    pub was_removed: bool,
}

/// All that has happened.
#[derive(Debug, Default)]
pub(crate) struct PendingEvents {
    pub file_events: HashMap<PathBuf, FileEvent>,
    /// Something has gone by unnoticed: all has to be looked through.
    pub needs_rescan: bool,
    pub commands: Vec<Command>,
    pub is_stopped: bool,
}

#[derive(Default)]
pub(crate) struct EventInbox {
    pending: Mutex<PendingEvents>,
    condvar: Condvar,
}

impl EventInbox {
    pub fn update(&self, write: impl FnOnce(&mut PendingEvents)) {
        write(&mut self.lock());
        self.condvar.notify_one();
    }

    /// Waits for news, or until then.
    pub fn wait(&self, until: Option<Instant>) -> PendingEvents {
        let mut news = self.lock();
        loop {
            if news.is_stopped
                || news.needs_rescan
                || !news.file_events.is_empty()
                || !news.commands.is_empty()
            {
                return std::mem::take(&mut news);
            }
            news = match until.map(|until| until.saturating_duration_since(Instant::now())) {
                None => self
                    .condvar
                    .wait(news)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(left) if left.is_zero() => return PendingEvents::default(),
                Some(left) => {
                    let (news, _) = self
                        .condvar
                        .wait_timeout(news, left)
                        .unwrap_or_else(PoisonError::into_inner);
                    news
                }
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, PendingEvents> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
