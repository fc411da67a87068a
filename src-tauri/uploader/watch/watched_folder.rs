//! A watched folder, and how far its watching has come.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::filter::Filter;
use super::{Folder, FolderState};
use crate::Failure;
use crate::queue::journal::Book;
use crate::queue::store::seen_files::Look;

/// A folder, and how far its watching has come.
pub(super) struct Watched {
    pub folder: Folder,
    pub filter: Filter,
    pub state: FolderState,
    /// It, and nothing that a link leads to, once it is there.
    pub root: PathBuf,
    pub identity: Option<(u64, u64)>,
    /// Those inside that are watched for themselves.
    pub watched: HashSet<PathBuf>,
    pub seen: HashMap<PathBuf, Look>,
    pub missed: HashMap<PathBuf, Look>,
    /// It has been watched in this run already: what is new has appeared while the program ran.
    pub begun: bool,
    pub due: Instant,
    pub rescan: Instant,
}

impl Watched {
    pub fn new(folder: Folder) -> Watched {
        let now = Instant::now();
        let (filter, state) = match Filter::of(&folder) {
            Ok(filter) => (filter, FolderState::Off),
            Err(bad) => (
                Filter::nothing(),
                FolderState::Failed {
                    reason: bad.to_string(),
                },
            ),
        };
        let failed = matches!(state, FolderState::Failed { .. });
        Watched {
            root: folder.path.clone(),
            folder: Folder {
                on: folder.on && !failed,
                ..folder
            },
            filter,
            state,
            identity: None,
            watched: HashSet::new(),
            seen: HashMap::new(),
            missed: HashMap::new(),
            begun: false,
            due: now,
            rescan: now + Duration::from_secs(1),
        }
    }

    /// Whether a path is one that this folder is asked about.
    pub fn holds(&self, path: &Path) -> bool {
        self.identity.is_some()
            && path.starts_with(&self.root)
            && (self.folder.deep || path == self.root || path.parent() == Some(&self.root))
    }

    pub fn seen_is_gone(&mut self, path: &Path, book: &Book) {
        if self.seen.remove(path).is_some() {
            report(book.unsee(&self.folder.id, [path]));
        }
        self.missed.remove(path);
    }
}

/// A store that does not do its work holds nothing up: the next look comes to the same.
pub(super) fn report<T>(outcome: Result<T, Failure>) -> Option<T> {
    outcome
        .inspect_err(
            |failure| tracing::error!(%failure, "the watched folders' book cannot be kept"),
        )
        .ok()
}
