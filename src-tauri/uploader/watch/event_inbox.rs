//! What the watching thread is told, by the system and by the program. However much happens to a file before the thread
//! comes to it, it takes one place.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::Folder;

/// What the program says.
#[derive(Debug)]
pub(crate) enum Command {
    Folders(Vec<Folder>),
    /// Until then, or until it is resumed.
    Pause(Option<Instant>),
    Resume,
    /// Takes in what appeared in a folder while the program was off.
    TakeMissed(String),
    /// Leaves it where it is.
    LeaveMissed(String),
}

/// What has happened to a path since it was last asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    /// The last that happened was that its writer closed it, or that it was moved here.
    pub closed: bool,
    /// The last that happened was that it went.
    pub gone: bool,
}

/// All that has happened.
#[derive(Debug, Default)]
pub(crate) struct News {
    pub sights: HashMap<PathBuf, Sight>,
    /// Something has gone by unnoticed: all has to be looked through.
    pub rescan: bool,
    pub commands: Vec<Command>,
    pub over: bool,
}

#[derive(Default)]
pub(crate) struct Inbox {
    news: Mutex<News>,
    some: Condvar,
}

impl Inbox {
    pub fn tell(&self, write: impl FnOnce(&mut News)) {
        write(&mut self.lock());
        self.some.notify_one();
    }

    /// Waits for news, or until then.
    pub fn wait(&self, until: Option<Instant>) -> News {
        let mut news = self.lock();
        loop {
            if news.over || news.rescan || !news.sights.is_empty() || !news.commands.is_empty() {
                return std::mem::take(&mut news);
            }
            news = match until.map(|until| until.saturating_duration_since(Instant::now())) {
                None => self.some.wait(news).unwrap_or_else(PoisonError::into_inner),
                Some(left) if left.is_zero() => return News::default(),
                Some(left) => {
                    let (news, _) = self
                        .some
                        .wait_timeout(news, left)
                        .unwrap_or_else(PoisonError::into_inner);
                    news
                }
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
