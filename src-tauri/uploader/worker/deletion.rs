//! Deletion of uploaded pictures from their server.

use std::sync::Arc;

use super::Worker;
use crate::queue::record::Record;
use crate::{Failure, SecretsError};

impl Worker {
    /// Deletes a picture from its server once the time to undo is over.
    pub(super) async fn delete_picture(self: Arc<Self>, record: Record) -> Result<(), Failure> {
        let id = record.job.id;
        let at = record.job.target.clone().unwrap_or_default();
        let outcome = self.delete_from_server(&record).await.map_err(|failure| {
            // A temporary failure is retried for as long as it lasts.
            let again = self
                .settings
                .backoff
                .delay(&failure, u32::MAX, self.settings.ids.jitter())
                .and_then(|delay| self.settings.clock.now().checked_add(delay).ok());
            (failure, again)
        });
        self.run_blocking(move |journal| journal.finish_delete(id, &at, outcome))
            .await
    }

    /// Deletes it at once; a failure is returned and not retried.
    pub async fn delete_now(&self, id: crate::JobId) -> Result<(), Failure> {
        let record = self.run_blocking(move |journal| journal.record(id)).await?;
        let record = record.ok_or(Failure::NotKept)?;
        self.delete_from_server(&record).await?;
        let at = record.job.target.unwrap_or_default();
        self.run_blocking(move |journal| journal.finish_delete(id, &at, Ok(())))
            .await
    }

    async fn delete_from_server(&self, record: &Record) -> Result<(), Failure> {
        let target = self.target_of_job(record.job.id)?;
        let Some(uploaded) = record.job.state.upload_result() else {
            return Ok(());
        };
        let secret = match self.read_keychain(target.id.clone()).await {
            Ok(Some(secret)) => secret,
            Ok(None) => {
                return Err(Failure::NoKey {
                    target: target.name,
                });
            }
            Err(SecretsError::Unavailable(reason)) => return Err(Failure::Keychain { reason }),
            Err(SecretsError::Locked) => {
                return Err(Failure::Busy {
                    after_seconds: Some(5),
                });
            }
        };
        self.http_clients()
            .delete_picture(&target, &secret, uploaded)
            .await
    }
}
