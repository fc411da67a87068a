//! Makes the queue move: looks at what is there to do, starts as much of it as there is room for, and waits for news.
//!
//! Nothing about a job is remembered here but that it is under way; everything else is in the book, so a worker that
//! ends at any point leaves a queue that the next one goes on with. What is done for one picture is in `work`.

mod work;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};
use web::Guard;

use crate::queue::book::Book;
use crate::queue::record::{Origin, Record, Thumbnail};
use crate::queue::{Change, JobId, WaitsFor};
use crate::rest::Rest;
use crate::{Failure, Secrets, Settings, Target};

/// Pictures that are looked at, fetched, and made thumbnails of at the same time. Decoding is the machine's work, so
/// little of it happens at once.
const LOOKING: usize = 2;
const FETCHING: usize = 2;
const DRAWING: usize = 1;
/// Jobs that are considered for each kind of work in one round.
const ROUND: usize = 64;
/// A book that could not be written, because the disk is full, is tried again after this.
const TROUBLE: Duration = Duration::from_secs(5);

pub(crate) struct Worker {
    pub book: Arc<Book>,
    secrets: Arc<dyn Secrets>,
    pub settings: Settings,
    guard: Guard,
    target: Mutex<Option<Target>>,
    rest: Mutex<Rest>,
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
}

impl Worker {
    pub fn new(book: Arc<Book>, secrets: Arc<dyn Secrets>, settings: Settings) -> Worker {
        Worker {
            book,
            secrets,
            guard: Guard::allowing(&settings.fetch_allow_hosts),
            settings,
            target: Mutex::default(),
            rest: Mutex::default(),
            keychain: tokio::sync::Mutex::default(),
            under_way: Mutex::default(),
            nudge: Notify::new(),
            calls: AtomicU64::new(0),
            passed_over: AtomicBool::new(false),
        }
    }

    pub fn set_target(&self, target: Target) {
        *locked(&self.target) = Some(target);
        self.call();
    }

    /// Something that jobs waited for may be there now: all of them try again at once.
    pub fn call(&self) {
        self.calls.fetch_add(1, Ordering::SeqCst);
        locked(&self.rest).end();
        self.nudge();
    }

    /// The user asks for a try now, whatever the target asked for.
    pub fn rested(&self) {
        locked(&self.rest).end();
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
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => {}
            }
        }
        let within = (*stop.borrow()).unwrap_or_default();
        let rest = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(within, rest).await.is_err() {
            tasks.shutdown().await;
        }
    }

    /// Starts what there is room for; gives the moment at which there will be more to do without anybody saying so.
    async fn start(
        self: &Arc<Self>,
        tasks: &mut Tasks,
        heard: &mut u64,
    ) -> Result<Option<Instant>, Failure> {
        let calls = self.calls.load(Ordering::SeqCst);
        let called = calls != *heard;
        let resume = self.passed_over.swap(false, Ordering::SeqCst) || called;
        let busy = self.busy();
        self.ask(move |book| {
            if resume {
                book.resume(|id| busy.contains(&id))?;
            }
            book.queue_offline(called)
        })
        .await?;
        *heard = calls;

        let [unchecked, checked, unseen] = self.ask(|book| book.waiting_for_work(ROUND)).await?;
        for record in unchecked {
            match record.origin {
                Origin::Web(_) => self.begin(
                    tasks,
                    Work::Fetch,
                    FETCHING,
                    calls,
                    record,
                    |worker, record| worker.fetch(record, calls),
                ),
                _ => self.begin(
                    tasks,
                    Work::Look,
                    LOOKING,
                    calls,
                    record,
                    |worker, record| worker.look(record),
                ),
            }
        }
        for record in unseen {
            self.begin(
                tasks,
                Work::Draw,
                DRAWING,
                calls,
                record,
                |worker, record| worker.draw(record),
            );
        }
        let resting = locked(&self.rest).until();
        let target = locked(&self.target).clone();
        match target {
            None => {
                if !checked.is_empty() {
                    self.nudge();
                }
                for record in checked {
                    self.ask(move |book| {
                        book.change(record.job.id, Change::Wait(WaitsFor::Server))
                    })
                    .await?;
                }
            }
            Some(target) if resting.is_none() => {
                for record in checked {
                    let target = target.clone();
                    let room = self.settings.parallel;
                    self.begin(tasks, Work::Send, room, calls, record, |worker, record| {
                        worker.deliver(record, target, calls)
                    });
                }
            }
            Some(_) => {}
        }
        let next_retry = self.ask(|book| book.next_retry()).await?.map(|at| {
            let wait = at.duration_since(self.settings.clock.now());
            Instant::now() + Duration::try_from(wait).unwrap_or_default()
        });
        Ok(resting.into_iter().chain(next_retry).min())
    }

    fn begin<F>(
        self: &Arc<Self>,
        tasks: &mut Tasks,
        work: Work,
        room: usize,
        calls: u64,
        record: Record,
        task: impl FnOnce(Arc<Worker>, Record) -> F,
    ) where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let mut under_way = locked(&self.under_way);
        let id = record.job.id;
        let same = || under_way.values().filter(|other| other.work == work);
        if same().count() >= room || same().any(|other| other.job == id) {
            return;
        }
        let task = tasks.spawn(task(self.clone(), record));
        under_way.insert(
            task.id(),
            UnderWay {
                job: id,
                work,
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
