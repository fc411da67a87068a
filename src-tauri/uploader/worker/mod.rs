//! Makes the queue move: looks at what is there to do, starts as much of it as there is room for, and waits for news.
//!
//! Nothing about a job is remembered here but that it is under way; everything else is in the book, so a worker that
//! ends at any point leaves a queue that the next one goes on with. What is done for one picture is in `work`.

mod dedup;
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
use crate::queue::journal::Book;
use crate::queue::record::{Record, Thumbnail};
use crate::queue::store::dedup_index::Likeness;
use crate::targets::registry::Places;
use crate::{Connections, Failure, Secrets, Settings, Target};

/// Pictures that are looked at, fetched, and made thumbnails of at the same time. Decoding is the machine's work, so
/// little of it happens at once.
const LOOKING: usize = 2;
const FETCHING: usize = 2;
const DRAWING: usize = 1;
/// Links that are asked for, pictures that are deleted, and files that are put away at the same time.
const AFTERWARDS: usize = 2;
/// Jobs that are considered for each kind of work in one round.
const ROUND: usize = 64;
/// A book that could not be written, because the disk is full, is tried again after this.
const TROUBLE: Duration = Duration::from_secs(5);
/// How often it is looked whether the network has come back, while something waits for it.
const ROUTE: Duration = Duration::from_secs(1);
/// What the book remembers of a pause.
const PAUSED: &str = "paused";

pub(crate) struct Worker {
    pub book: Arc<Book>,
    secrets: Arc<dyn Secrets>,
    pub settings: Settings,
    guard: Guard,
    places: Mutex<Places>,
    connections: Mutex<Connections>,
    paused: AtomicBool,
    /// Who is about to send what: a second of the same waits, and then finds it there.
    claims: Mutex<HashMap<Likeness, Arc<tokio::sync::Mutex<()>>>>,
    /// Links that could not be asked for, and when they are again.
    put_off: Mutex<HashMap<JobId, Instant>>,
    /// One question to the keychain at a time: each could put up a prompt of its own.
    keychain: tokio::sync::Mutex<()>,
    under_way: Mutex<HashMap<Id, UnderWay>>,
    nudge: Notify,
    /// How often somebody has called that what was missing is there.
    calls: AtomicU64,
    /// A job may have missed the last call.
    passed_over: AtomicBool,
}

/// One piece of work that has begun.
struct UnderWay {
    job: JobId,
    work: Work,
    /// The id of the target it is for, if any.
    at: String,
    task: AbortHandle,
    /// The number of calls when it began.
    calls: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Look,
    Fetch,
    Send,
    Draw,
    Check,
    Delete,
    Tidy,
}

impl Worker {
    pub fn new(
        book: Arc<Book>,
        secrets: Arc<dyn Secrets>,
        settings: Settings,
        connections: Connections,
    ) -> Result<Worker, Failure> {
        let paused = book.noted(PAUSED)?.is_some_and(|paused| paused == "true");
        Ok(Worker {
            book,
            secrets,
            connections: Mutex::new(connections),
            paused: AtomicBool::new(paused),
            claims: Mutex::default(),
            put_off: Mutex::default(),
            guard: Guard::allowing(&settings.fetch_allow_hosts),
            settings,
            places: Mutex::default(),
            keychain: tokio::sync::Mutex::default(),
            under_way: Mutex::default(),
            nudge: Notify::new(),
            calls: AtomicU64::new(0),
            passed_over: AtomicBool::new(false),
        })
    }

    pub fn set_target(&self, target: Target) {
        {
            let mut places = locked(&self.places);
            places.make_usual(&target.id);
            places.put(target);
        }
        self.call();
    }

    pub fn set_targets(&self, targets: Vec<Target>, usual: Option<String>) {
        locked(&self.places).replace(targets, usual);
        self.call();
    }

    pub fn set_connections(&self, connections: Connections) {
        *locked(&self.connections) = connections;
        self.call();
    }

    pub fn connections(&self) -> Connections {
        locked(&self.connections).clone()
    }

    pub async fn set_paused(&self, paused: bool) -> Result<(), Failure> {
        self.ask(move |book| book.note(PAUSED, if paused { "true" } else { "false" }))
            .await?;
        self.paused.store(paused, Ordering::SeqCst);
        self.nudge();
        Ok(())
    }

    pub fn is_paused(&self) -> bool {
        self.paused.load(Ordering::SeqCst)
    }

    /// The target that a job has been sent to.
    pub fn target_of(&self, id: JobId) -> Result<Target, Failure> {
        let target = self.book.record(id)?.and_then(|record| record.job.target);
        locked(&self.places)
            .target(target.as_deref())
            .cloned()
            .ok_or(Failure::NoTarget)
    }

    /// Something that jobs waited for may be there now: all of them try again at once.
    pub fn call(&self) {
        self.calls.fetch_add(1, Ordering::SeqCst);
        locked(&self.places).end_rests();
        locked(&self.put_off).clear();
        self.nudge();
    }

    /// The user asks for a try now, whatever the target asked for.
    pub fn rested(&self) {
        locked(&self.places).end_rests();
        self.nudge();
    }

    /// There may be something to do.
    pub fn nudge(&self) {
        self.nudge.notify_one();
    }

    /// Cuts off whatever is being done for a job.
    pub fn abandon(&self, id: JobId) {
        locked(&self.under_way)
            .values()
            .filter(|under_way| under_way.job == id)
            .for_each(|under_way| under_way.task.abort());
    }

    /// The same, but for its thumbnail, which is wanted all the same.
    pub fn abandon_sending(&self, id: JobId) {
        locked(&self.under_way)
            .values()
            .filter(|under_way| {
                under_way.job == id && matches!(under_way.work, Work::Send | Work::Fetch)
            })
            .for_each(|under_way| under_way.task.abort());
    }

    /// Asks the book on a thread that may block.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Book) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let book = self.book.clone();
        tokio::task::spawn_blocking(move || question(&book))
            .await
            .unwrap_or(Err(Failure::Internal))
    }

    /// Works until `stop` says how long what is under way may still take; what is not done by then is cut off, and is
    /// in the book as something to go on with.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<Option<Duration>>) {
        let mut tasks = JoinSet::new();
        let mut heard = 0;
        let mut pause = None;
        let mut route = Route::now();
        loop {
            let next = match pause.filter(|until| *until > Instant::now()) {
                Some(until) => Some(until),
                None => match self.start(&mut tasks, &mut heard).await {
                    Ok(next) => next,
                    Err(failure) => {
                        tracing::error!(%failure, "the queue cannot go on");
                        pause = Some(Instant::now() + TROUBLE);
                        pause
                    }
                },
            };
            tokio::select! {
                _ = stop.changed() => break,
                () = self.nudge.notified() => {}
                Some(ended) = tasks.join_next_with_id() => {
                    if self.ended(ended).await.is_err() {
                        // What a row says may now be behind what has happened. Going on from what it says, under the
                        // same idempotency key, puts that right.
                        pause = Some(Instant::now() + TROUBLE);
                        self.calls.fetch_add(1, Ordering::SeqCst);
                    }
                }
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => {
                    // Something waits for its time, and may wait for nothing but the network.
                    let now = Route::now();
                    if now.is_news_after(&route) {
                        self.call();
                    }
                    route = now;
                }
            }
        }
        let within = (*stop.borrow()).unwrap_or_default();
        let rest = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(within, rest).await.is_err() {
            tasks.shutdown().await;
        }
    }

    #[expect(clippy::too_many_arguments, reason = "they are what the work is")]
    fn begin<F>(
        self: &Arc<Self>,
        tasks: &mut Tasks,
        work: Work,
        room: usize,
        at: &str,
        calls: u64,
        record: Record,
        task: impl FnOnce(Arc<Worker>, Record) -> F,
    ) where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let mut under_way = locked(&self.under_way);
        let id = record.job.id;
        let same = || {
            let of_this = move |other: &&UnderWay| other.work == work && other.at == at;
            under_way.values().filter(of_this)
        };
        if under_way
            .values()
            .any(|other| other.job == id && other.work == work)
            || same().count() >= room
        {
            return;
        }
        let task = tasks.spawn(task(self.clone(), record));
        under_way.insert(
            task.id(),
            UnderWay {
                job: id,
                work,
                at: at.to_owned(),
                task,
                calls,
            },
        );
    }

    /// An error where the book could not be written.
    async fn ended(
        &self,
        ended: Result<(Id, Result<(), Failure>), JoinError>,
    ) -> Result<(), Failure> {
        let (id, outcome) = match ended {
            Ok((id, outcome)) => (id, outcome),
            Err(error) if error.is_panic() => (error.id(), Err(Failure::Internal)),
            Err(error) => (error.id(), Ok(())),
        };
        let Some(UnderWay {
            job, work, calls, ..
        }) = locked(&self.under_way).remove(&id)
        else {
            return Ok(());
        };
        if self.calls.load(Ordering::SeqCst) != calls {
            // Somebody called while this was under way, and the job was passed over because it was.
            self.passed_over.store(true, Ordering::SeqCst);
        }
        let Err(failure) = outcome else { return Ok(()) };
        tracing::error!(job = job.0, ?work, %failure, "work on a picture ended in the middle");
        match (failure, work) {
            (Failure::Internal, Work::Draw) => {
                self.ask(move |book| book.set_thumbnail(job, Thumbnail::None))
                    .await
            }
            (Failure::Internal, Work::Tidy) => {
                self.ask(move |book| book.owes_nothing(job, None)).await
            }
            (Failure::Internal, Work::Check | Work::Delete) => Ok(()),
            (Failure::Internal, _) => {
                let fail = Change::Fail(Failure::Internal);
                self.ask(move |book| book.change(job, fail)).await.map(drop)
            }
            (failure, _) => Err(failure),
        }
    }

    /// The jobs whose state is what somebody is working on at this moment.
    fn busy(&self) -> Vec<JobId> {
        locked(&self.under_way)
            .values()
            .filter(|under_way| matches!(under_way.work, Work::Fetch | Work::Send))
            .map(|under_way| under_way.job)
            .collect()
    }
}

type Tasks = JoinSet<Result<(), Failure>>;

/// A panic while one of these was held leaves nothing half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
