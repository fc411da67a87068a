//! The handle's side of what is only looked at: what would be sent, and what is on its way.

use super::Uploader;
use crate::prepare::{Preparation, Preview};
use crate::{Failure, JobId, intake};

impl Uploader {
    /// What would be sent of a job's picture if it were prepared this way. Does all of the work; it blocks.
    pub fn preview(&self, id: JobId, preparation: &Preparation) -> Result<Preview, Failure> {
        let book = &self.worker.book;
        let path = book
            .record(id)?
            .and_then(|record| intake::at_hand(book, &record))
            .ok_or(Failure::NotKept)?;
        preparation.preview(&path, &*self.worker.settings.clock)
    }

    /// How many pictures are on their way to a target, or wait to be.
    pub fn under_way_to(&self, target: &str) -> Result<u64, Failure> {
        self.worker.book.under_way_to(target)
    }
}
