//! The state of one folder watch.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::filter::FileFilter;
use super::{FolderState, WatchedFolder};
use crate::Failure;
use crate::queue::journal::JobJournal;
use crate::queue::store::seen_files::FileStamp;

/// A folder, and how far its watching has come.
pub(super) struct FolderWatch {
    pub folder: WatchedFolder,
    pub filter: FileFilter,
    pub state: FolderState,
    /// It, and nothing that a link leads to, once it is there.
    pub root: PathBuf,
    pub identity: Option<(u64, u64)>,
    /// Those inside that are watched for themselves.
    pub watched_dirs: HashSet<PathBuf>,
    pub seen_files: HashMap<PathBuf, FileStamp>,
    pub missed_files: HashMap<PathBuf, FileStamp>,
    /// It has been watched in this run already: what is new has appeared while the program ran.
    pub was_watched: bool,
    pub next_check: Instant,
    pub next_rescan: Instant,
}

impl FolderWatch {
    pub fn new(folder: WatchedFolder) -> FolderWatch {
        let now = Instant::now();
        let (filter, state) = match FileFilter::new(&folder) {
            Ok(filter) => (filter, FolderState::Off),
            Err(error) => (
                FileFilter::empty(),
                FolderState::Failed {
                    reason: error.to_string(),
                },
            ),
        };
        let failed = matches!(state, FolderState::Failed { .. });
        FolderWatch {
            root: folder.path.clone(),
            folder: WatchedFolder {
                on: folder.on && !failed,
                ..folder
            },
            filter,
            state,
            identity: None,
            watched_dirs: HashSet::new(),
            seen_files: HashMap::new(),
            missed_files: HashMap::new(),
            was_watched: false,
            next_check: now,
            next_rescan: now + Duration::from_secs(1),
        }
    }

    /// Whether a path is one that this folder is asked about.
    pub fn contains(&self, path: &Path) -> bool {
        self.identity.is_some()
            && path.starts_with(&self.root)
            && (self.folder.deep || path == self.root || path.parent() == Some(&self.root))
    }

    pub fn forget_file(&mut self, path: &Path, journal: &JobJournal) {
        if self.seen_files.remove(path).is_some() {
            log_failure(journal.forget_seen(&self.folder.id, [path]));
        }
        self.missed_files.remove(path);
    }
}

/// A store that does not do its work holds nothing up: the next look comes to the same.
pub(super) fn log_failure<T>(outcome: Result<T, Failure>) -> Option<T> {
    outcome
        .inspect_err(
            |failure| tracing::error!(%failure, "the watched folders' book cannot be kept"),
        )
        .ok()
}
