//! What the worker does about pictures that are there: recognises them, asks whether they still are, takes them away.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Worker, locked};
use crate::queue::import;
use crate::queue::job::Change;
use crate::queue::record::Record;
use crate::queue::store::dedup_index::Likeness;
use crate::{Failure, SecretsError, Target};

/// A link that could not be asked for is asked for again after this.
const AGAIN: Duration = Duration::from_secs(60);

/// The right to send what is like this; the others that are wait for their turn.
pub(super) struct Claim<'a> {
    worker: &'a Worker,
    likeness: Likeness,
    lock: Option<Arc<tokio::sync::Mutex<()>>>,
}

impl Claim<'_> {
    pub async fn turn(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        Some(self.lock.as_ref()?.lock().await)
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut claims = locked(&self.worker.claims);
        self.lock = None;
        if claims
            .get(&self.likeness)
            .is_some_and(|lock| Arc::strong_count(lock) == 1)
        {
            claims.remove(&self.likeness);
        }
    }
}

impl Worker {
    /// What makes another upload the same as this one.
    pub(super) async fn likeness(
        &self,
        record: &Record,
        target: &Target,
    ) -> Result<Result<Likeness, Failure>, Failure> {
        let preparation = serde_json::to_string(import::preparation(record, target))
            .map_err(|_| Failure::Internal)?;
        let at_hand = record.clone();
        let digest = self
            .ask(move |book| Ok(import::digest(book, &at_hand)))
            .await?;
        Ok(digest.map(|digest| Likeness {
            target: match target.here {
                true => target.id.clone(),
                false => format!("{} {}", target.id, target.base),
            },
            digest,
            preparation,
        }))
    }

    pub(super) fn claim(&self, likeness: &Likeness) -> Claim<'_> {
        let lock = locked(&self.claims)
            .entry(likeness.clone())
            .or_default()
            .clone();
        Claim {
            worker: self,
            likeness: likeness.clone(),
            lock: Some(lock),
        }
    }

    /// Gives the links of an upload that this one would only repeat. True where nothing more is to be done.
    ///
    /// This computer's server is asked first whether they still lead to something, which takes it no time. Others are
    /// asked afterwards, since nobody should wait for them.
    pub(super) async fn recognise(
        &self,
        record: &Record,
        target: &Target,
        likeness: &Likeness,
        calls: u64,
    ) -> Result<bool, Failure> {
        let like = likeness.clone();
        let Some(known) = self.ask(move |book| book.known(&like)).await? else {
            return Ok(false);
        };
        if target.here {
            let link = known.uploaded.absolute(&target.base).original;
            match self.connections().is_there(&link).await {
                Ok(true) => {}
                Ok(false) => {
                    let at = target.id.clone();
                    self.ask(move |book| book.unknow(&at, &known.uploaded))
                        .await?;
                    return Ok(false);
                }
                Err(failure) => {
                    self.failed(record, &target.id, failure, calls).await?;
                    return Ok(true);
                }
            }
        }
        let (at_hand, at, checked) = (record.clone(), target.id.clone(), target.here);
        self.ask(move |book| book.recognise(&at_hand, &at, known, checked))
            .await?;
        self.nudge();
        Ok(true)
    }

    /// Asks whether the links that a job was given still lead to something; if not, it is uploaded after all.
    pub(super) async fn check(self: Arc<Self>, record: Record) -> Result<(), Failure> {
        let id = record.job.id;
        let target = locked(&self.places)
            .target(record.job.target.as_deref())
            .cloned();
        let (Some(target), Some(uploaded)) = (target, record.job.state.uploaded()) else {
            self.put_off(id);
            return Ok(());
        };
        let link = uploaded.absolute(&target.base).original;
        match self.connections().is_there(&link).await {
            Ok(true) => self
                .ask(move |book| book.change(id, Change::Confirm))
                .await
                .map(drop),
            Ok(false) => self
                .ask(move |book| book.upload_after_all(id))
                .await
                .map(drop),
            Err(_) => {
                self.put_off(id);
                Ok(())
            }
        }
    }

    fn put_off(&self, id: crate::JobId) {
        locked(&self.put_off).insert(id, Instant::now() + AGAIN);
    }

    /// Takes a picture away from its server, whose time to be thought better of is over.
    pub(super) async fn delete(self: Arc<Self>, record: Record) -> Result<(), Failure> {
        let id = record.job.id;
        let at = record.job.target.clone().unwrap_or_default();
        let outcome = self.take_away(&record).await.map_err(|failure| {
            // What may pass is tried again as long as it may.
            let again = self
                .settings
                .backoff
                .delay(&failure, u32::MAX, self.settings.ids.jitter())
                .and_then(|delay| self.settings.clock.now().checked_add(delay).ok());
            (failure, again)
        });
        self.ask(move |book| book.deleted(id, &at, outcome)).await
    }

    /// The same at once; what fails is told and not tried again.
    pub async fn delete_now(&self, id: crate::JobId) -> Result<(), Failure> {
        let record = self.ask(move |book| book.record(id)).await?;
        let record = record.ok_or(Failure::NotKept)?;
        self.take_away(&record).await?;
        let at = record.job.target.unwrap_or_default();
        self.ask(move |book| book.deleted(id, &at, Ok(()))).await
    }

    async fn take_away(&self, record: &Record) -> Result<(), Failure> {
        let target = self.target_of(record.job.id)?;
        let Some(uploaded) = record.job.state.uploaded() else {
            return Ok(());
        };
        let secret = match self.ask_keychain(target.id.clone()).await {
            Ok(Some(secret)) => secret,
            Ok(None) => {
                return Err(Failure::NoKey {
                    target: target.name,
                });
            }
            Err(SecretsError::Unavailable(reason)) => return Err(Failure::Keychain { reason }),
            Err(SecretsError::Waiting) => {
                return Err(Failure::Busy {
                    after_seconds: Some(5),
                });
            }
        };
        self.connections().delete(&target, &secret, uploaded).await
    }
}
