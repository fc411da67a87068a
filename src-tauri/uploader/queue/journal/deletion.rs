//! Pictures that the user wants taken away from their server.

use std::time::Duration;

use super::Book;
use crate::queue::job::JobId;
use crate::{Failure, Target, targets};

impl Book {
    /// The user wants a picture taken away from its server.
    pub fn delete(&self, id: JobId, undo: Duration, target: &Target) -> Result<bool, Failure> {
        let mut store = self.store();
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        let Some(uploaded) = record.job.state.uploaded() else {
            return Ok(false);
        };
        if targets::deletion(target, uploaded).is_none() {
            return Err(Failure::CannotDelete {
                target: target.name.clone(),
            });
        }
        let at = self
            .clock
            .now()
            .checked_add(undo)
            .unwrap_or(jiff::Timestamp::MAX);
        store.set_delete(id, Some(at), None)?;
        self.tell(&store, id)
    }

    pub fn undo_delete(&self, id: JobId) -> Result<bool, Failure> {
        let mut store = self.store();
        match store.record(id)? {
            Some(record) if record.job.deleted_at.is_some() => {
                store.set_delete(id, None, None)?;
                self.tell(&store, id)
            }
            _ => Ok(false),
        }
    }

    /// It is deleted, or why it is not and when that is tried again.
    pub fn deleted(
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
                if let Some(uploaded) = record.job.state.uploaded() {
                    self.unknow(target, uploaded)?;
                }
                self.forget(id)?;
            }
            Err((failure, at)) => {
                let mut store = self.store();
                store.set_delete(id, at, Some(&failure))?;
                self.tell(&store, id)?;
            }
        }
        Ok(())
    }
}
