//! What the watched folders want to know and have remembered.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::Book;
use crate::Failure;
use crate::queue::job::{Event, JobId};
use crate::queue::record::Record;
use crate::queue::store::seen_files::Look;

impl Book {
    /// Files that somebody was still writing.
    pub fn expected(&self) -> Result<Vec<Record>, Failure> {
        self.store().in_phase("expected")
    }

    pub fn seen(&self, folder: &str) -> Result<Option<HashMap<PathBuf, Look>>, Failure> {
        self.store().seen(folder)
    }

    pub fn see<'a>(
        &self,
        folder: &str,
        files: impl IntoIterator<Item = (&'a Path, Look)>,
    ) -> Result<(), Failure> {
        self.store().see(folder, files)
    }

    pub fn unsee<'a>(
        &self,
        folder: &str,
        paths: impl IntoIterator<Item = &'a Path>,
    ) -> Result<(), Failure> {
        self.store().unsee(folder, paths)
    }

    pub fn unwatch(&self, folder: &str) -> Result<(), Failure> {
        self.store().unwatch(folder)
    }

    pub fn is_own_output(&self, digest: &str) -> Result<bool, Failure> {
        self.store().is_own_output(digest)
    }

    pub fn announce(&self, event: Event) {
        // Nobody listening is no failure.
        let _ = self.events.send(event);
    }

    /// A file has been put away, and lies there now; or it cannot be, or it is in the trash.
    pub fn owes_nothing(&self, id: JobId, moved: Option<&Path>) -> Result<(), Failure> {
        let mut store = self.store();
        if let Some(path) = moved {
            store.set_place(id, path)?;
        }
        store.owe_nothing(id)
    }
}
