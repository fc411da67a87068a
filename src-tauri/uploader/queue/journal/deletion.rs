//! Deletion of uploaded pictures in the journal.

use std::time::Duration;

use super::JobJournal;
use crate::queue::job::JobId;
use crate::{Failure, Target, targets};

impl JobJournal {
    /// The user wants a picture taken away from its server.
    pub fn schedule_delete(
        &self,
        id: JobId,
        undo_window: Duration,
        target: &Target,
    ) -> Result<bool, Failure> {
        let mut store = self.lock_store();
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        let Some(uploaded) = record.job.state.upload_result() else {
            return Ok(false);
        };
        if targets::delete_request(target, uploaded).is_none() {
            return Err(Failure::CannotDelete {
                target: target.name.clone(),
            });
        }
        let at = self
            .clock
            .now()
            .checked_add(undo_window)
            .unwrap_or(jiff::Timestamp::MAX);
        store.set_delete_at(id, Some(at), None)?;
        self.publish_job(&store, id)
    }

    pub fn undo_delete(&self, id: JobId) -> Result<bool, Failure> {
        let mut store = self.lock_store();
        match store.record(id)? {
            Some(record) if record.job.deleted_at.is_some() => {
                store.set_delete_at(id, None, None)?;
                self.publish_job(&store, id)
            }
            _ => Ok(false),
        }
    }

    /// It is deleted, or why it is not and when that is tried again.
    pub fn finish_delete(
        &self,
        id: JobId,
        target: &str,
        outcome: Result<(), (Failure, Option<jiff::Timestamp>)>,
    ) -> Result<(), Failure> {
        let Some(record) = self.record(id)? else {
            return Ok(());
        };
        match outcome {
            Ok(()) => {
                if let Some(uploaded) = record.job.state.upload_result() {
                    self.forget_upload(target, uploaded)?;
                }
                self.forget(id)?;
            }
            Err((failure, at)) => {
                let mut store = self.lock_store();
                store.set_delete_at(id, at, Some(&failure))?;
                self.publish_job(&store, id)?;
            }
        }
        Ok(())
    }
}
