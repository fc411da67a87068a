//! Files of watched folders in the journal.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::JobJournal;
use crate::Failure;
use crate::queue::job::{Event, JobId};
use crate::queue::record::Record;
use crate::queue::store::seen_files::FileStamp;

impl JobJournal {
    /// Files that somebody was still writing.
    pub fn expected_files(&self) -> Result<Vec<Record>, Failure> {
        self.lock_store().in_phase("expected")
    }

    pub fn seen_files(&self, folder: &str) -> Result<Option<HashMap<PathBuf, FileStamp>>, Failure> {
        self.lock_store().seen_files(folder)
    }

    pub fn mark_seen<'a>(
        &self,
        folder: &str,
        files: impl IntoIterator<Item = (&'a Path, FileStamp)>,
    ) -> Result<(), Failure> {
        self.lock_store().mark_seen(folder, files)
    }

    pub fn forget_seen<'a>(
        &self,
        folder: &str,
        paths: impl IntoIterator<Item = &'a Path>,
    ) -> Result<(), Failure> {
        self.lock_store().forget_seen(folder, paths)
    }

    pub fn forget_folder(&self, folder: &str) -> Result<(), Failure> {
        self.lock_store().forget_folder(folder)
    }

    pub fn is_own_output(&self, digest: &str) -> Result<bool, Failure> {
        self.lock_store().is_own_output(digest)
    }

    pub fn publish_event(&self, event: Event) {
        // Nobody listening is no failure.
        let _ = self.events.send(event);
    }

    /// A file has been put away, and lies there now; or it cannot be, or it is in the trash.
    pub fn finish_cleanup(&self, id: JobId, new_path: Option<&Path>) -> Result<(), Failure> {
        let mut store = self.lock_store();
        if let Some(path) = new_path {
            store.set_source_path(id, path)?;
        }
        store.clear_cleanup(id)
    }
}
