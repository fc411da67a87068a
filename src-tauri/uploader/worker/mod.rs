//! Makes the queue move: looks at what is there to do, starts as much of it as there is room for, and waits for news.
//!
//! Nothing about a job is remembered here but that it is under way; everything else is in the book, so a worker that
//! ends at any point leaves a queue that the next one goes on with. What is done for one picture is in `work`.

mod dedup;
mod deletion;
mod jobs;
mod scheduler;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use safe_fetch::Guard;
use tokio::sync::{Notify, watch};
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use crate::http::network::Route;
use crate::queue::job::{Change, JobId};
use crate::queue::journal::JobJournal;
use crate::queue::record::{Record, Thumbnail};
use crate::queue::store::dedup_index::DedupKey;
use crate::targets::registry::TargetRegistry;
use crate::{Failure, HttpClients, Secrets, Settings, Target};

/// Pictures that are looked at, fetched, and made thumbnails of at the same time. Decoding is the machine's work, so
/// little of it happens at once.
const MAX_INSPECTIONS: usize = 2;
const MAX_FETCHES: usize = 2;
const MAX_THUMBNAILS: usize = 1;
/// Links that are asked for, pictures that are deleted, and files that are put away at the same time.
const MAX_FOLLOW_UPS: usize = 2;
/// Jobs that are considered for each kind of work in one round.
const ROUND_SIZE: usize = 64;
/// A book that could not be written, because the disk is full, is tried again after this.
const JOURNAL_RETRY_DELAY: Duration = Duration::from_secs(5);
/// How often it is looked whether the network has come back, while something waits for it.
const ROUTE_CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// What the book remembers of a pause.
const PAUSED_NOTE: &str = "paused";

pub(crate) struct Worker {
    pub journal: Arc<JobJournal>,
    secrets: Arc<dyn Secrets>,
    pub settings: Settings,
    guard: Guard,
    targets: Mutex<TargetRegistry>,
    http_clients: Mutex<HttpClients>,
    paused: AtomicBool,
    /// Who is about to send what: a second of the same waits, and then finds it there.
    dedup_locks: Mutex<HashMap<DedupKey, Arc<tokio::sync::Mutex<()>>>>,
    /// Links that could not be asked for, and when they are again.
    postponed_checks: Mutex<HashMap<JobId, Instant>>,
    /// One question to the keychain at a time: each could put up a prompt of its own.
    keychain_lock: tokio::sync::Mutex<()>,
    running_work: Mutex<HashMap<Id, RunningWork>>,
    rescan_signal: Notify,
    /// How often somebody has called that what was missing is there.
    wake_count: AtomicU64,
    /// A job may have missed the last call.
    missed_wake: AtomicBool,
}

/// One piece of work that has begun.
struct RunningWork {
    job: JobId,
    work: Work,
    /// The id of the target it is for, if any.
    target_id: String,
    task: AbortHandle,
    /// The number of calls when it began.
    wake_count: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Inspect,
    Fetch,
    Upload,
    MakeThumbnail,
    CheckLink,
    Delete,
    CleanUp,
}

impl Worker {
    pub fn new(
        journal: Arc<JobJournal>,
        secrets: Arc<dyn Secrets>,
        settings: Settings,
        http_clients: HttpClients,
    ) -> Result<Worker, Failure> {
        let paused = journal
            .note(PAUSED_NOTE)?
            .is_some_and(|paused| paused == "true");
        Ok(Worker {
            journal,
            secrets,
            http_clients: Mutex::new(http_clients),
            paused: AtomicBool::new(paused),
            dedup_locks: Mutex::default(),
            postponed_checks: Mutex::default(),
            guard: Guard::with_allowed_hosts(&settings.fetch_allow_hosts),
            settings,
            targets: Mutex::default(),
            keychain_lock: tokio::sync::Mutex::default(),
            running_work: Mutex::default(),
            rescan_signal: Notify::new(),
            wake_count: AtomicU64::new(0),
            missed_wake: AtomicBool::new(false),
        })
    }

    pub fn set_target(&self, target: Target) {
        {
            let mut places = lock(&self.targets);
            places.set_default(&target.id);
            places.insert_or_update(target);
        }
        self.wake();
    }

    pub fn set_targets(&self, targets: Vec<Target>, default_id: Option<String>) {
        lock(&self.targets).replace_all(targets, default_id);
        self.wake();
    }

    pub fn set_http_clients(&self, http_clients: HttpClients) {
        *lock(&self.http_clients) = http_clients;
        self.wake();
    }

    pub fn http_clients(&self) -> HttpClients {
        lock(&self.http_clients).clone()
    }

    pub async fn set_paused(&self, paused: bool) -> Result<(), Failure> {
        self.run_blocking(move |journal| {
            journal.set_note(PAUSED_NOTE, if paused { "true" } else { "false" })
        })
        .await?;
        self.paused.store(paused, Ordering::SeqCst);
        self.rescan();
        Ok(())
    }

    pub fn is_paused(&self) -> bool {
        self.paused.load(Ordering::SeqCst)
    }

    /// The target that a job has been sent to.
    pub fn target_of_job(&self, id: JobId) -> Result<Target, Failure> {
        let target = self
            .journal
            .record(id)?
            .and_then(|record| record.job.target);
        lock(&self.targets)
            .find_target(target.as_deref())
            .cloned()
            .ok_or(Failure::NoTarget)
    }

    /// Something that jobs waited for may be there now: all of them try again at once.
    pub fn wake(&self) {
        self.wake_count.fetch_add(1, Ordering::SeqCst);
        lock(&self.targets).reset_cooldowns();
        lock(&self.postponed_checks).clear();
        self.rescan();
    }

    /// The user asks for a try now, whatever the target asked for.
    pub fn end_cooldowns(&self) {
        lock(&self.targets).reset_cooldowns();
        self.rescan();
    }

    /// There may be something to do.
    pub fn rescan(&self) {
        self.rescan_signal.notify_one();
    }

    /// Cuts off whatever is being done for a job.
    pub fn abort_job(&self, id: JobId) {
        lock(&self.running_work)
            .values()
            .filter(|under_way| under_way.job == id)
            .for_each(|under_way| under_way.task.abort());
    }

    /// The same, but for its thumbnail, which is wanted all the same.
    pub fn abort_upload(&self, id: JobId) {
        lock(&self.running_work)
            .values()
            .filter(|under_way| {
                under_way.job == id && matches!(under_way.work, Work::Upload | Work::Fetch)
            })
            .for_each(|under_way| under_way.task.abort());
    }

    /// Asks the book on a thread that may block.
    pub async fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&JobJournal) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let journal = self.journal.clone();
        tokio::task::spawn_blocking(move || work(&journal))
            .await
            .unwrap_or(Err(Failure::Internal))
    }

    /// Works until `stop` says how long what is under way may still take; what is not done by then is cut off, and is
    /// in the book as something to go on with.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<Option<Duration>>) {
        let mut tasks = JoinSet::new();
        let mut seen_wakes = 0;
        let mut pause = None;
        let mut route = Route::current();
        loop {
            let next = match pause.filter(|until| *until > Instant::now()) {
                Some(until) => Some(until),
                None => match self.start_pending(&mut tasks, &mut seen_wakes).await {
                    Ok(next) => next,
                    Err(failure) => {
                        tracing::error!(%failure, "the queue cannot go on");
                        pause = Some(Instant::now() + JOURNAL_RETRY_DELAY);
                        pause
                    }
                },
            };
            tokio::select! {
                _ = stop.changed() => break,
                () = self.rescan_signal.notified() => {}
                Some(ended) = tasks.join_next_with_id() => {
                    if self.finish_work(ended).await.is_err() {
                        // What a row says may now be behind what has happened. Going on from what it says, under the
                        // same idempotency key, puts that right.
                        pause = Some(Instant::now() + JOURNAL_RETRY_DELAY);
                        self.wake_count.fetch_add(1, Ordering::SeqCst);
                    }
                }
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => {
                    // Something waits for its time, and may wait for nothing but the network.
                    let now = Route::current();
                    if now.is_new_since(&route) {
                        self.wake();
                    }
                    route = now;
                }
            }
        }
        let within = (*stop.borrow()).unwrap_or_default();
        let remaining = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(within, remaining).await.is_err() {
            tasks.shutdown().await;
        }
    }

    #[expect(clippy::too_many_arguments, reason = "they are what the work is")]
    fn spawn_work<F>(
        self: &Arc<Self>,
        tasks: &mut Tasks,
        work: Work,
        limit: usize,
        target_id: &str,
        wake_count: u64,
        record: Record,
        task: impl FnOnce(Arc<Worker>, Record) -> F,
    ) where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let mut under_way = lock(&self.running_work);
        let id = record.job.id;
        let same = || {
            let of_this =
                move |other: &&RunningWork| other.work == work && other.target_id == target_id;
            under_way.values().filter(of_this)
        };
        if under_way
            .values()
            .any(|other| other.job == id && other.work == work)
            || same().count() >= limit
        {
            return;
        }
        let task = tasks.spawn(task(self.clone(), record));
        under_way.insert(
            task.id(),
            RunningWork {
                job: id,
                work,
                target_id: target_id.to_owned(),
                task,
                wake_count,
            },
        );
    }

    /// An error where the book could not be written.
    async fn finish_work(
        &self,
        finished: Result<(Id, Result<(), Failure>), JoinError>,
    ) -> Result<(), Failure> {
        let (id, outcome) = match finished {
            Ok((id, outcome)) => (id, outcome),
            Err(error) if error.is_panic() => (error.id(), Err(Failure::Internal)),
            Err(error) => (error.id(), Ok(())),
        };
        let Some(RunningWork {
            job,
            work,
            wake_count: calls,
            ..
        }) = lock(&self.running_work).remove(&id)
        else {
            return Ok(());
        };
        if self.wake_count.load(Ordering::SeqCst) != calls {
            // Somebody called while this was under way, and the job was passed over because it was.
            self.missed_wake.store(true, Ordering::SeqCst);
        }
        let Err(failure) = outcome else { return Ok(()) };
        tracing::error!(job = job.0, ?work, %failure, "work on a picture ended in the middle");
        match (failure, work) {
            (Failure::Internal, Work::MakeThumbnail) => {
                self.run_blocking(move |journal| journal.set_thumbnail(job, Thumbnail::None))
                    .await
            }
            (Failure::Internal, Work::CleanUp) => {
                self.run_blocking(move |journal| journal.finish_cleanup(job, None))
                    .await
            }
            (Failure::Internal, Work::CheckLink | Work::Delete) => Ok(()),
            (Failure::Internal, _) => {
                let fail = Change::Fail(Failure::Internal);
                self.run_blocking(move |journal| journal.apply_change(job, fail))
                    .await
                    .map(drop)
            }
            (failure, _) => Err(failure),
        }
    }

    /// The jobs whose state is what somebody is working on at this moment.
    fn busy_jobs(&self) -> Vec<JobId> {
        lock(&self.running_work)
            .values()
            .filter(|under_way| matches!(under_way.work, Work::Fetch | Work::Upload))
            .map(|under_way| under_way.job)
            .collect()
    }
}

type Tasks = JoinSet<Result<(), Failure>>;

/// A panic while one of these was held leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
