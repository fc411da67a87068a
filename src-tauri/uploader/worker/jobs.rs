//! What the worker does for one picture: looks at it, fetches it, sends it, draws its thumbnail. Each piece of work
//! ends with a change in the book; an error is a book that could not be written.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{Worker, lock};
use crate::fetch;
use crate::queue::import;
use crate::queue::import::ReadyPicture;
use crate::queue::job::{Change, JobId, WaitReason};
use crate::queue::record::{Origin, Record, Thumbnail};
use crate::targets::cooldown::Cooldown;
use crate::{Failure, SecretsError, Settings, Target, watch};

/// A keychain that has not answered by then is shown as what the job waits for.
const KEYCHAIN_TIMEOUT: Duration = Duration::from_millis(300);
/// Between two pieces of news of how far a job is.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

impl Worker {
    pub(super) async fn inspect_job(self: Arc<Self>, record: Record) -> Result<(), Failure> {
        self.run_blocking(move |journal| import::import_picture(journal, &record))
            .await
    }

    pub(super) async fn make_thumbnail(self: Arc<Self>, record: Record) -> Result<(), Failure> {
        let wanted = self.settings.make_thumbnails;
        self.run_blocking(move |journal| match wanted {
            true => import::make_thumbnail(journal, &record),
            false => journal.set_thumbnail(record.job.id, Thumbnail::None),
        })
        .await
    }

    pub(super) async fn clean_up_file(self: Arc<Self>, record: Record) -> Result<(), Failure> {
        self.run_blocking(move |journal| {
            let moved = watch::apply_post_upload_action(&record).unwrap_or_else(|reason| {
                tracing::warn!(reason, "a picture stays in its folder");
                None
            });
            journal.finish_cleanup(record.job.id, moved.as_deref())
        })
        .await
    }

    pub(super) async fn fetch_picture(
        self: Arc<Self>,
        record: Record,
        wake_count: u64,
    ) -> Result<(), Failure> {
        let (id, Origin::Web(address)) = (record.job.id, &record.origin) else {
            return Ok(());
        };
        if !self
            .run_blocking(move |journal| journal.apply_change(id, Change::Fetch))
            .await?
        {
            return Ok(());
        }
        let destination = self.journal.spool.copy_path(&record.idempotency_key);
        let fetched = fetch::fetch_web_picture(address, &destination, &self.guard).await;
        match fetched {
            Ok(name) => {
                let host = url::Url::parse(address)
                    .map(|url| safe_fetch::host(&url))
                    .unwrap_or_default();
                self.run_blocking(move |journal| {
                    import::import_fetched_picture(journal, &record, &name, &host)
                })
                .await
            }
            Err(failure) => {
                self.journal.spool.discard_copies(&record.idempotency_key);
                self.record_failure(&record, "", failure, wake_count).await
            }
        }
    }

    pub(super) async fn upload_picture(
        self: Arc<Self>,
        record: Record,
        target: Target,
        wake_count: u64,
    ) -> Result<(), Failure> {
        let id = record.job.id;
        let dedup_key = match self.dedup_key(&record, &target).await? {
            Ok(likeness) => likeness,
            Err(failure) => {
                return self
                    .record_failure(&record, &target.id, failure, wake_count)
                    .await;
            }
        };
        let claim = self.claim_upload(&dedup_key);
        let _turn = claim.wait_turn().await;
        if !record.options.again
            && self
                .reuse_upload(&record, &target, &dedup_key, wake_count)
                .await?
        {
            return Ok(());
        }
        let Some(secret) = self.load_secret(id, &target).await? else {
            return Ok(());
        };
        let (worker, at_hand, to) = (self.clone(), record.clone(), target.clone());
        let preparing = tokio::task::spawn_blocking(move || {
            import::prepare_for_target(&worker.journal, &*worker.settings.clock, &at_hand, &to)
        });
        let ReadyPicture {
            picture,
            prepared,
            digest,
        } = match preparing.await.unwrap_or(Err(Failure::Internal)) {
            Ok(ready) => ready,
            Err(failure) => {
                return self
                    .record_failure(&record, &target.id, failure, wake_count)
                    .await;
            }
        };
        let (target_id, total) = (target.id.clone(), picture.bytes);
        if !self
            .run_blocking(move |journal| journal.start_sending(id, &target_id, total))
            .await?
        {
            return Ok(());
        }
        let record = Record {
            prepared: Some(prepared),
            ..record
        };
        let key = record.request_idempotency_key();
        let connections = self.http_clients();
        let sent = connections.send_picture(
            &target,
            &secret,
            &picture,
            Some(&key),
            self.progress_callback(id),
        );
        match sent.await {
            Ok(answered) => {
                let was_cooling_down = lock(&self.targets)
                    .cooldown_mut(&target.id)
                    .is_some_and(|rest| rest.reset());
                self.run_blocking(move |journal| {
                    let known = Some((&dedup_key, digest.as_str()));
                    journal.mark_uploaded(
                        id,
                        answered.upload,
                        answered.supports_idempotency,
                        known,
                    )?;
                    // The target is back, so nobody has to wait for its turn in the schedule.
                    if was_cooling_down {
                        journal.requeue_offline(true)
                    } else {
                        Ok(())
                    }
                })
                .await
            }
            Err(failure) => {
                if matches!(
                    failure,
                    Failure::Interrupted { .. } | Failure::TimedOut { .. }
                ) {
                    self.run_blocking(move |journal| journal.mark_ambiguous(id))
                        .await?;
                }
                self.record_failure(&record, &target.id, failure, wake_count)
                    .await
            }
        }
    }

    /// The key of the target; `None` where the job has been told what it waits for, or has failed.
    pub(super) async fn load_secret(
        &self,
        id: JobId,
        target: &Target,
    ) -> Result<Option<String>, Failure> {
        let keychain_read = self.read_keychain(target.id.clone());
        tokio::pin!(keychain_read);
        let answer = tokio::select! {
            answer = &mut keychain_read => answer,
            () = sleep(KEYCHAIN_TIMEOUT) => {
                self.run_blocking(move |journal| journal.apply_change(id, Change::Wait(WaitReason::Keychain))).await?;
                keychain_read.await
            }
        };
        let change = match answer {
            Ok(Some(secret)) => return Ok(Some(secret)),
            Ok(None) => Change::Fail(Failure::NoKey {
                target: target.name.clone(),
            }),
            Err(SecretsError::Unavailable(reason)) => Change::Fail(Failure::Keychain { reason }),
            Err(SecretsError::Locked) => Change::Wait(WaitReason::Keychain),
        };
        self.run_blocking(move |journal| journal.apply_change(id, change))
            .await?;
        Ok(None)
    }

    /// On a thread of its own: an unlock prompt may stay for as long as its owner likes, and must not hold up the end
    /// of the program as a thread of the runtime would.
    pub(super) async fn read_keychain(
        &self,
        target: String,
    ) -> Result<Option<String>, SecretsError> {
        let _turn = self.keychain_lock.lock().await;
        let (tell, told) = tokio::sync::oneshot::channel();
        let secrets = self.secrets.clone();
        let thread = std::thread::Builder::new()
            .name("keychain".into())
            .spawn(move || {
                // Nobody may be waiting for the answer any more.
                let _ = tell.send(secrets.get(&target));
            });
        let unavailable = |reason: String| Err(SecretsError::Unavailable(reason));
        match thread {
            Ok(_) => told
                .await
                .unwrap_or_else(|_| unavailable("it gave no answer.".into())),
            Err(error) => unavailable(format!("{error}.")),
        }
    }

    fn progress_callback(self: &Arc<Self>, id: JobId) -> impl Fn(u64, u64) + Send + Sync + 'static {
        let journal = self.journal.clone();
        let last_published = Mutex::new(None::<Instant>);
        move |sent, total| {
            journal.set_progress(id, sent, total);
            let mut told = lock(&last_published);
            if told.is_none_or(|at| at.elapsed() >= PROGRESS_INTERVAL) {
                *told = Some(Instant::now());
                journal.publish_progress(id, sent, total);
            }
        }
    }

    /// Tries again later where that can help by itself, else leaves it to the user.
    pub(super) async fn record_failure(
        &self,
        record: &Record,
        target: &str,
        failure: Failure,
        wake_count: u64,
    ) -> Result<(), Failure> {
        let id = record.job.id;
        tracing::info!(job = id.0, code = failure.code(), "a picture was not sent");
        if failure.is_transient() && self.wake_count.load(Ordering::SeqCst) != wake_count {
            // It failed in circumstances that somebody has said to be over: the target's address is another now, the
            // network is back. That says nothing about the next try.
            return self
                .run_blocking(move |journal| journal.apply_change(id, Change::Queue))
                .await
                .map(drop);
        }
        let Settings {
            backoff,
            ids,
            clock,
            ..
        } = &self.settings;
        let mut attempt = record.attempts.saturating_add(1);
        if Cooldown::applies_to(&failure)
            && let Some(rest) = lock(&self.targets).cooldown_mut(target)
        {
            attempt = attempt.max(rest.attempt_number());
        }
        let change = match backoff.delay(&failure, attempt, ids.jitter()) {
            None => Change::Fail(failure),
            Some(delay) => {
                if Cooldown::applies_to(&failure)
                    && let Some(rest) = lock(&self.targets).cooldown_mut(target)
                {
                    rest.start(delay);
                }
                let at = clock
                    .now()
                    .checked_add(delay)
                    .unwrap_or(jiff::Timestamp::MAX);
                Change::Postpone {
                    retry_at: rfc3339_millis(at),
                    failure,
                }
            }
        };
        self.run_blocking(move |journal| journal.apply_change(id, change))
            .await
            .map(drop)
    }
}

/// RFC 3339 to the millisecond.
fn rfc3339_millis(at: jiff::Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millisecond())
        .unwrap_or(at)
        .to_string()
}
