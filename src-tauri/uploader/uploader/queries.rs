//! The handle's side of what sends nothing: what would be sent of a picture, where it came from, what it shows, how many
//! are on their way.

use std::path::PathBuf;

use super::Uploader;
use crate::prepare::{Preparation, Preview};
use crate::queue::import;
use crate::queue::record::Origin;
use crate::{Failure, JobId, links};

/// Letters of what a picture shows. Who listens to it cannot skim.
const MAX_ALT_CHARS: usize = 1000;

impl Uploader {
    /// What would be sent of a job's picture if it were prepared this way. Does all of the work; it blocks.
    pub fn preview(&self, id: JobId, preparation: &Preparation) -> Result<Preview, Failure> {
        let journal = &self.worker.journal;
        let path = journal
            .record(id)?
            .and_then(|record| import::find_bytes(journal, &record))
            .ok_or(Failure::NotKept)?;
        preparation.preview(&path, &*self.worker.settings.clock)
    }

    /// The file that a picture came from, if it is still there. It asks the disk.
    pub fn source_file(&self, id: JobId) -> Result<Option<PathBuf>, Failure> {
        let record = self.worker.journal.record(id)?;
        Ok(record.and_then(|record| match record.origin {
            Origin::File(path) if path.is_file() => Some(path),
            _ => None,
        }))
    }

    /// What the picture shows, in the user's words: its links say it from now on. Without any they say its name.
    pub async fn set_alt(&self, id: JobId, text: &str) -> Result<(), Failure> {
        let alt: String = links::to_single_line(text)
            .chars()
            .take(MAX_ALT_CHARS)
            .collect();
        self.worker
            .run_blocking(move |journal| journal.set_alt(id, (!alt.is_empty()).then_some(&alt)))
            .await?;
        Ok(())
    }

    /// Stores the clipboard's generation at which these uploads were requested.
    pub async fn set_clipboard_generation(
        &self,
        ids: Vec<JobId>,
        generation: u64,
    ) -> Result<(), Failure> {
        self.worker
            .run_blocking(move |journal| journal.set_clipboard_generation(&ids, generation))
            .await
    }

    /// How many pictures are on their way to a target, or wait to be.
    pub fn count_pending_for(&self, target: &str) -> Result<u64, Failure> {
        self.worker.journal.count_pending_for(target)
    }
}
