//! Thumbnails and alternative texts in the journal.

use std::path::PathBuf;

use super::JobJournal;
use crate::Failure;
use crate::queue::job::JobId;
use crate::queue::record::Thumbnail;

impl JobJournal {
    pub fn set_thumbnail(&self, id: JobId, thumbnail: Thumbnail) -> Result<(), Failure> {
        let mut store = self.lock_store();
        store.set_thumbnail(id, thumbnail)?;
        if !self.publish_job(&store, id)? {
            self.spool.discard_thumbnail(id);
        }
        self.release_bytes(&store, id)
    }

    pub fn thumbnail(&self, id: JobId) -> Option<PathBuf> {
        let record = self.lock_store().record(id).ok().flatten()?;
        record
            .job
            .has_thumbnail
            .then(|| self.spool.thumbnail_path(id))
    }

    /// What the picture shows, in the user's words; nothing takes them back.
    pub fn set_alt(&self, id: JobId, alt: Option<&str>) -> Result<bool, Failure> {
        let mut store = self.lock_store();
        store.set_alt(id, alt)?;
        self.publish_job(&store, id)
    }
}
