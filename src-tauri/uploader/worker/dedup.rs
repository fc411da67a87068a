//! Deduplication: reuses the links of an earlier upload of the same file and checks that they still exist.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Worker, lock};
use crate::queue::import;
use crate::queue::job::Change;
use crate::queue::record::Record;
use crate::queue::store::dedup_index::DedupKey;
use crate::{Failure, Target};

/// A link that could not be asked for is asked for again after this.
const LINK_CHECK_DELAY: Duration = Duration::from_secs(60);

/// The right to send what is like this; the others that are wait for their turn.
pub(super) struct DedupClaim<'a> {
    worker: &'a Worker,
    key: DedupKey,
    lock: Option<Arc<tokio::sync::Mutex<()>>>,
}

impl DedupClaim<'_> {
    pub async fn wait_turn(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        Some(self.lock.as_ref()?.lock().await)
    }
}

impl Drop for DedupClaim<'_> {
    fn drop(&mut self) {
        let mut claims = lock(&self.worker.dedup_locks);
        self.lock = None;
        if claims
            .get(&self.key)
            .is_some_and(|lock| Arc::strong_count(lock) == 1)
        {
            claims.remove(&self.key);
        }
    }
}

impl Worker {
    /// What makes another upload the same as this one.
    pub(super) async fn dedup_key(
        &self,
        record: &Record,
        target: &Target,
    ) -> Result<Result<DedupKey, Failure>, Failure> {
        let preparation = serde_json::to_string(import::effective_preparation(record, target))
            .map_err(|_| Failure::Internal)?;
        let at_hand = record.clone();
        let digest = self
            .run_blocking(move |journal| Ok(import::source_digest(journal, &at_hand)))
            .await?;
        Ok(digest.map(|digest| DedupKey {
            target: match target.here {
                true => target.id.clone(),
                false => format!("{} {}", target.id, target.base),
            },
            digest,
            preparation,
        }))
    }

    pub(super) fn claim_upload(&self, key: &DedupKey) -> DedupClaim<'_> {
        let lock = lock(&self.dedup_locks)
            .entry(key.clone())
            .or_default()
            .clone();
        DedupClaim {
            worker: self,
            key: key.clone(),
            lock: Some(lock),
        }
    }

    /// Gives the links of an upload that this one would only repeat. True where nothing more is to be done.
    ///
    /// This computer's server is asked first whether they still lead to something, which takes it no time. Others are
    /// asked afterwards, since nobody should wait for them.
    pub(super) async fn reuse_upload(
        &self,
        record: &Record,
        target: &Target,
        key: &DedupKey,
        wake_count: u64,
    ) -> Result<bool, Failure> {
        let key_to_find = key.clone();
        let Some(known) = self
            .run_blocking(move |journal| journal.find_upload(&key_to_find))
            .await?
        else {
            return Ok(false);
        };
        if target.here {
            let link = known.upload_result.to_absolute(&target.base).original;
            match self.http_clients().link_exists(&link).await {
                Ok(true) => {}
                Ok(false) => {
                    let at = target.id.clone();
                    self.run_blocking(move |journal| {
                        journal.forget_upload(&at, &known.upload_result)
                    })
                    .await?;
                    return Ok(false);
                }
                Err(failure) => {
                    self.record_failure(record, &target.id, failure, wake_count)
                        .await?;
                    return Ok(true);
                }
            }
        }
        let (at_hand, at, checked) = (record.clone(), target.id.clone(), target.here);
        self.run_blocking(move |journal| journal.mark_duplicate(&at_hand, &at, known, checked))
            .await?;
        self.rescan();
        Ok(true)
    }

    /// Asks whether the links that a job was given still lead to something; if not, it is uploaded after all.
    pub(super) async fn check_link(self: Arc<Self>, record: Record) -> Result<(), Failure> {
        let id = record.job.id;
        let target = lock(&self.targets)
            .find_target(record.job.target.as_deref())
            .cloned();
        let (Some(target), Some(uploaded)) = (target, record.job.state.upload_result()) else {
            self.postpone_check(id);
            return Ok(());
        };
        let link = uploaded.to_absolute(&target.base).original;
        match self.http_clients().link_exists(&link).await {
            Ok(true) => self
                .run_blocking(move |journal| journal.apply_change(id, Change::ConfirmDuplicate))
                .await
                .map(drop),
            Ok(false) => self
                .run_blocking(move |journal| journal.requeue_dead_link(id))
                .await
                .map(drop),
            Err(_) => {
                self.postpone_check(id);
                Ok(())
            }
        }
    }

    fn postpone_check(&self, id: crate::JobId) {
        lock(&self.postponed_checks).insert(id, Instant::now() + LINK_CHECK_DELAY);
    }
}
