//! What the worker does for one picture: looks at it, fetches it, sends it, draws its thumbnail. Each piece of work
//! ends with a change in the book; an error is a book that could not be written.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{Worker, locked};
use crate::fetch;
use crate::queue::import;
use crate::queue::import::Ready;
use crate::queue::job::{Change, JobId, WaitsFor};
use crate::queue::record::{Origin, Record, Thumbnail};
use crate::targets::cooldown::Rest;
use crate::{Failure, SecretsError, Settings, Target, watch};

/// A keychain that has not answered by then is shown as what the job waits for.
const KEYCHAIN: Duration = Duration::from_millis(300);
/// Between two pieces of news of how far a job is.
const PROGRESS: Duration = Duration::from_millis(100);

impl Worker {
    pub(super) async fn look(self: Arc<Self>, record: Record) -> Result<(), Failure> {
        self.ask(move |book| import::take_in(book, &record)).await
    }

    pub(super) async fn draw(self: Arc<Self>, record: Record) -> Result<(), Failure> {
        let wanted = self.settings.thumbnails;
        self.ask(move |book| match wanted {
            true => import::make_thumbnail(book, &record),
            false => book.set_thumbnail(record.job.id, Thumbnail::None),
        })
        .await
    }

    pub(super) async fn tidy(self: Arc<Self>, record: Record) -> Result<(), Failure> {
        self.ask(move |book| {
            let moved = watch::put_away(&record).unwrap_or_else(|reason| {
                tracing::warn!(reason, "a picture stays in its folder");
                None
            });
            book.owes_nothing(record.job.id, moved.as_deref())
        })
        .await
    }

    pub(super) async fn fetch(self: Arc<Self>, record: Record, calls: u64) -> Result<(), Failure> {
        let (id, Origin::Web(address)) = (record.job.id, &record.origin) else {
            return Ok(());
        };
        if !self.ask(move |book| book.change(id, Change::Fetch)).await? {
            return Ok(());
        }
        let into = self.book.spool.copy(&record.idempotency);
        let fetched = fetch::fetch_web_picture(address, &into, &self.guard).await;
        match fetched {
            Ok(name) => {
                let host = url::Url::parse(address)
                    .map(|url| safe_fetch::host(&url))
                    .unwrap_or_default();
                self.ask(move |book| import::take_in_fetched(book, &record, &name, &host))
                    .await
            }
            Err(failure) => {
                self.book.spool.discard(&record.idempotency);
                self.failed(&record, "", failure, calls).await
            }
        }
    }

    pub(super) async fn deliver(
        self: Arc<Self>,
        record: Record,
        target: Target,
        calls: u64,
    ) -> Result<(), Failure> {
        let id = record.job.id;
        let likeness = match self.likeness(&record, &target).await? {
            Ok(likeness) => likeness,
            Err(failure) => return self.failed(&record, &target.id, failure, calls).await,
        };
        let claim = self.claim(&likeness);
        let _turn = claim.turn().await;
        if !record.wishes.again && self.recognise(&record, &target, &likeness, calls).await? {
            return Ok(());
        }
        let Some(secret) = self.secret(id, &target).await? else {
            return Ok(());
        };
        let (worker, at_hand, to) = (self.clone(), record.clone(), target.clone());
        let prepared = tokio::task::spawn_blocking(move || {
            import::prepared(&worker.book, &*worker.settings.clock, &at_hand, &to)
        });
        let Ready {
            picture,
            fixed,
            digest,
        } = match prepared.await.unwrap_or(Err(Failure::Internal)) {
            Ok(ready) => ready,
            Err(failure) => return self.failed(&record, &target.id, failure, calls).await,
        };
        let (target_id, total) = (target.id.clone(), picture.bytes);
        if !self
            .ask(move |book| book.send(id, &target_id, total))
            .await?
        {
            return Ok(());
        }
        let record = Record {
            fixed: Some(fixed),
            ..record
        };
        let key = record.wire_key();
        let connections = self.connections();
        let sent = connections.send(&target, &secret, &picture, Some(&key), self.progress(id));
        match sent.await {
            Ok(answered) => {
                let was_away = locked(&self.places)
                    .rest(&target.id)
                    .is_some_and(|rest| rest.end());
                self.ask(move |book| {
                    let known = Some((&likeness, digest.as_str()));
                    book.succeed(id, answered.uploaded, answered.tells_repetitions, known)?;
                    // The target is back, so nobody has to wait for its turn in the schedule.
                    if was_away {
                        book.queue_offline(true)
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
                    self.ask(move |book| book.unanswered(id)).await?;
                }
                self.failed(&record, &target.id, failure, calls).await
            }
        }
    }

    /// The key of the target; `None` where the job has been told what it waits for, or has failed.
    pub(super) async fn secret(
        &self,
        id: JobId,
        target: &Target,
    ) -> Result<Option<String>, Failure> {
        let asking = self.ask_keychain(target.id.clone());
        tokio::pin!(asking);
        let answer = tokio::select! {
            answer = &mut asking => answer,
            () = sleep(KEYCHAIN) => {
                self.ask(move |book| book.change(id, Change::Wait(WaitsFor::Keychain))).await?;
                asking.await
            }
        };
        let change = match answer {
            Ok(Some(secret)) => return Ok(Some(secret)),
            Ok(None) => Change::Fail(Failure::NoKey {
                target: target.name.clone(),
            }),
            Err(SecretsError::Unavailable(reason)) => Change::Fail(Failure::Keychain { reason }),
            Err(SecretsError::Waiting) => Change::Wait(WaitsFor::Keychain),
        };
        self.ask(move |book| book.change(id, change)).await?;
        Ok(None)
    }

    /// On a thread of its own: an unlock prompt may stay for as long as its owner likes, and must not hold up the end
    /// of the program as a thread of the runtime would.
    pub(super) async fn ask_keychain(
        &self,
        target: String,
    ) -> Result<Option<String>, SecretsError> {
        let _turn = self.keychain.lock().await;
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

    fn progress(self: &Arc<Self>, id: JobId) -> impl Fn(u64, u64) + Send + Sync + 'static {
        let book = self.book.clone();
        let told = Mutex::new(None::<Instant>);
        move |sent, total| {
            book.progress(id, sent, total);
            let mut told = locked(&told);
            if told.is_none_or(|at| at.elapsed() >= PROGRESS) {
                *told = Some(Instant::now());
                book.tell_progress(id, sent, total);
            }
        }
    }

    /// Tries again later where that can help by itself, else leaves it to the user.
    pub(super) async fn failed(
        &self,
        record: &Record,
        target: &str,
        failure: Failure,
        calls: u64,
    ) -> Result<(), Failure> {
        let id = record.job.id;
        tracing::info!(job = id.0, code = failure.code(), "a picture was not sent");
        if failure.may_pass() && self.calls.load(Ordering::SeqCst) != calls {
            // It failed in circumstances that somebody has said to be over: the target's address is another now, the
            // network is back. That says nothing about the next try.
            return self
                .ask(move |book| book.change(id, Change::Queue))
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
        if Rest::is_for(&failure)
            && let Some(rest) = locked(&self.places).rest(target)
        {
            attempt = attempt.max(rest.count());
        }
        let change = match backoff.delay(&failure, attempt, ids.jitter()) {
            None => Change::Fail(failure),
            Some(delay) => {
                if Rest::is_for(&failure)
                    && let Some(rest) = locked(&self.places).rest(target)
                {
                    rest.begin(delay);
                }
                let at = clock
                    .now()
                    .checked_add(delay)
                    .unwrap_or(jiff::Timestamp::MAX);
                Change::Postpone {
                    retry_at: millis(at),
                    failure,
                }
            }
        };
        self.ask(move |book| book.change(id, change))
            .await
            .map(drop)
    }
}

/// RFC 3339 to the millisecond.
fn millis(at: jiff::Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millisecond())
        .unwrap_or(at)
        .to_string()
}
