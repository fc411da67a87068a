//! Builds rows from jobs, with the current targets, link base URL and copied links.

use std::sync::Arc;

use tokio::sync::watch;
use uploader::{Failure, Job, JobId, Target, Uploader};

use crate::network::link_base::LinkBase;
use crate::view::row::Row;

pub struct RowBuilder {
    pub uploader: Uploader,
    pub targets: watch::Receiver<Arc<Vec<Target>>>,
    pub link_base: LinkBase,
    pub last_copied: watch::Receiver<Arc<Vec<JobId>>>,
}

impl RowBuilder {
    /// Newest first. Reads the job store.
    pub fn load(&self, limit: usize, before: Option<JobId>) -> Result<Vec<Row>, Failure> {
        Ok(self.build(&self.uploader.jobs(limit, before)?))
    }

    pub fn build(&self, jobs: &[Job]) -> Vec<Row> {
        let targets = Arc::clone(&self.targets.borrow());
        let last_copied = Arc::clone(&self.last_copied.borrow());
        let base = self.link_base.get();
        jobs.iter()
            .map(|job| {
                let target = job.target.as_ref();
                let target = target.and_then(|id| targets.iter().find(|target| target.id == *id));
                Row::from_job(job, &base, last_copied.contains(&job.id), target)
            })
            .collect()
    }
}
