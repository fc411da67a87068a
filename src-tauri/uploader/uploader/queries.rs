//! The handle's side of what sends nothing: what would be sent of a picture, where it came from, what it shows, how many
//! are on their way.

use std::path::PathBuf;

use super::Uploader;
use crate::prepare::{Preparation, Preview};
use crate::queue::import;
use crate::queue::record::Origin;
use crate::{Failure, JobId, links};

/// Letters of what a picture shows. Who listens to it cannot skim.
const LONGEST_ALT: usize = 1000;

impl Uploader {
    /// What would be sent of a job's picture if it were prepared this way. Does all of the work; it blocks.
    pub fn preview(&self, id: JobId, preparation: &Preparation) -> Result<Preview, Failure> {
        let book = &self.worker.book;
        let path = book
            .record(id)?
            .and_then(|record| import::at_hand(book, &record))
            .ok_or(Failure::NotKept)?;
        preparation.preview(&path, &*self.worker.settings.clock)
    }

    /// The file that a picture came from, if it is still there. It asks the disk.
    pub fn file(&self, id: JobId) -> Result<Option<PathBuf>, Failure> {
        let record = self.worker.book.record(id)?;
        Ok(record.and_then(|record| match record.origin {
            Origin::File(path) if path.is_file() => Some(path),
            _ => None,
        }))
    }

    /// What the picture shows, in the user's words: its links say it from now on. Without any they say its name.
    pub async fn set_alt(&self, id: JobId, text: &str) -> Result<(), Failure> {
        let alt: String = links::one_line(text).chars().take(LONGEST_ALT).collect();
        self.worker
            .ask(move |book| book.set_alt(id, (!alt.is_empty()).then_some(&alt)))
            .await?;
        Ok(())
    }

    /// How many pictures are on their way to a target, or wait to be.
    pub fn under_way_to(&self, target: &str) -> Result<u64, Failure> {
        self.worker.book.under_way_to(target)
    }
}
