//! The store together with those who want to hear of it. Every change to a job goes through here, under one lock, so
//! news come in the order of what happened and never disagree with the rows. All of it may block on the disk.

mod dedup;
mod deletion;
mod thumbnails;
mod watched_files;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast;

use super::job::{Change, Event, Job, JobId, JobState, WaitsFor};
use super::record::{Fixed, Held, NewJob, Origin, Record, Thumbnail};
use super::spool::Spool;
use super::store::Store;
use crate::{Clock, Failure, Ids};

/// News that a slow listener may fall behind by before it has to read the rows again.
const NEWS: usize = 4096;

/// What there is to do, a list for each sort of work.
pub(crate) struct ToDo {
    pub look: Vec<Record>,
    pub draw: Vec<Record>,
    /// Links that were given and are to be asked for.
    pub check: Vec<Record>,
    /// Files that are to be put away.
    pub tidy: Vec<Record>,
    pub delete: Vec<Record>,
    /// The targets that pictures wait to be sent to, `None` being the usual one.
    pub wanted: Vec<Option<String>>,
}

/// A picture's bytes, once they have been checked.
pub(crate) struct Kept {
    pub held: Held,
    pub digest: String,
    /// When their file was changed last.
    pub modified: Option<i64>,
}

pub(crate) struct Book {
    store: Mutex<Store>,
    pub spool: Spool,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    events: broadcast::Sender<Event>,
    /// How far the jobs are that are being sent: news, not worth a write.
    sent: Mutex<HashMap<JobId, (u64, u64)>>,
}

impl Book {
    /// Opens the folder's book; what was under way when it was last closed is queued again.
    pub fn open(folder: &Path, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Book, Failure> {
        let spool = Spool::open(folder)?;
        let store = Store::open(&folder.join("uploads.db"))?;
        spool.sweep(&store.keys()?);
        let book = Book {
            store: Mutex::new(store),
            spool,
            clock,
            ids,
            events: broadcast::channel(NEWS).0,
            sent: Mutex::default(),
        };
        // These were being sent when the program ended.
        let cut_off = book.store().in_phase("sending")?;
        for record in cut_off {
            book.store().set_unanswered(record.job.id)?;
        }
        book.resume(|_| false)?;
        Ok(book)
    }

    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Queues again what says it is under way and is not, and what waited.
    pub fn resume(&self, under_way: impl Fn(JobId) -> bool) -> Result<(), Failure> {
        for phase in ["sending", "fetching", "waiting"] {
            self.queue_all(|store| store.in_phase(phase), &under_way)?;
        }
        Ok(())
    }

    /// Queues what is offline: all of it, or what is due.
    pub fn queue_offline(&self, all: bool) -> Result<(), Failure> {
        let now = self.clock.now();
        self.queue_all(
            |store| {
                if all {
                    store.in_phase("offline")
                } else {
                    store.offline_until(now)
                }
            },
            |_| false,
        )
    }

    fn queue_all(
        &self,
        which: impl FnOnce(&Store) -> Result<Vec<Record>, Failure>,
        but: impl Fn(JobId) -> bool,
    ) -> Result<(), Failure> {
        let records = which(&self.store())?;
        for record in records.iter().filter(|record| !but(record.job.id)) {
            self.change(record.job.id, Change::Queue)?;
        }
        Ok(())
    }

    /// Takes a batch in.
    pub fn add(&self, jobs: &[NewJob]) -> Result<Vec<JobId>, Failure> {
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        let mut store = self.store();
        let ids = store.add(jobs, self.clock.now())?;
        for id in &ids {
            self.tell(&store, *id)?;
        }
        // A batch in which nothing could be taken is over at once.
        self.tell_if_over(&store, ids[0])?;
        Ok(ids)
    }

    pub fn record(&self, id: JobId) -> Result<Option<Record>, Failure> {
        Ok(self
            .store()
            .record(id)?
            .map(|record| self.up_to_date(record)))
    }

    pub fn jobs(&self, limit: usize, before: Option<JobId>) -> Result<Vec<Job>, Failure> {
        let records = self.store().records(limit, before)?;
        Ok(records
            .into_iter()
            .map(|record| self.up_to_date(record).job)
            .collect())
    }

    pub fn under_way_to(&self, target: &str) -> Result<u64, Failure> {
        self.store().under_way_to(target)
    }

    /// All that there is to do but sending; at most `limit` of each sort.
    pub fn to_do(&self, limit: usize) -> Result<ToDo, Failure> {
        let store = self.store();
        Ok(ToDo {
            look: store.unlooked(limit)?,
            draw: store.unseen(limit)?,
            check: store.in_phase("unchecked")?,
            tidy: store.owing(limit)?,
            delete: store.to_delete(self.clock.now(), limit)?,
            wanted: store.wanted()?,
        })
    }

    /// What can be sent to a target, `None` being the usual one; at most `limit`.
    pub fn sendable(&self, wanted: Option<&str>, limit: usize) -> Result<Vec<Record>, Failure> {
        self.store().sendable(wanted, limit)
    }

    pub fn next_moment(&self) -> Result<Option<jiff::Timestamp>, Failure> {
        self.store().next_moment()
    }

    /// Something happened to a job. False where that could not be: the job is gone or has moved on.
    pub fn change(&self, id: JobId, change: Change) -> Result<bool, Failure> {
        let mut store = self.store();
        self.change_in(&mut store, id, change)
    }

    fn change_in(&self, store: &mut Store, id: JobId, change: Change) -> Result<bool, Failure> {
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        let attempts = match &change {
            Change::Postpone { .. } => record.attempts.saturating_add(1),
            _ => record.attempts,
        };
        let Some(state) = record.job.state.after(change) else {
            return Ok(false);
        };
        store.set_state(id, &state, attempts)?;
        if !matches!(state, JobState::Sending { .. }) {
            self.sent().remove(&id);
        }
        self.tell(store, id)?;
        if state.ended() {
            self.let_go(store, id)?;
            // It was over before, if only its links have been confirmed.
            if !record.job.state.ended() {
                self.tell_if_over(store, id)?;
            }
        }
        Ok(true)
    }

    /// The user lets a job go on that was held.
    pub fn release(&self, id: JobId) -> Result<bool, Failure> {
        let mut store = self.store();
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        if record.job.state != (JobState::Waiting { on: WaitsFor::User }) {
            return Ok(false);
        }
        self.change_in(&mut store, id, Change::Queue)
    }

    /// How a picture is to be sent, now that it is: decided once, and kept to while it is tried again.
    pub fn fix(&self, id: JobId, fixed: &Fixed) -> Result<(), Failure> {
        self.store().set_fixed(id, fixed)
    }

    pub fn count(&self, target: &str) -> Result<u64, Failure> {
        self.store().count(target)
    }

    /// A try ended without an answer.
    pub fn unanswered(&self, id: JobId) -> Result<(), Failure> {
        self.store().set_unanswered(id)
    }

    pub fn note(&self, name: &str, value: &str) -> Result<(), Failure> {
        self.store().note(name, value)
    }

    pub fn noted(&self, name: &str) -> Result<Option<String>, Failure> {
        self.store().noted(name)
    }

    /// The picture has been checked. False where the job is gone.
    pub fn hold(
        &self,
        id: JobId,
        name: &str,
        bytes: u64,
        size: (u32, u32),
        kept: Kept,
    ) -> Result<bool, Failure> {
        let mut store = self.store();
        store.set_held(
            id,
            name,
            bytes,
            size,
            kept.held,
            &kept.digest,
            kept.modified,
        )?;
        self.tell(&store, id)
    }

    /// The picture is about to be sent there.
    pub fn send(&self, id: JobId, target: &str, total: u64) -> Result<bool, Failure> {
        self.store().set_target(id, target)?;
        self.change(id, Change::Send { total })
    }

    pub fn progress(&self, id: JobId, sent: u64, total: u64) {
        self.sent().insert(id, (sent, total));
    }

    pub fn tell_progress(&self, id: JobId, sent: u64, total: u64) {
        // Nobody listening is no failure.
        let _ = self.events.send(Event::Progress { id, sent, total });
    }

    /// The user asks for another try. In a batch that is over it is a gesture of its own, and so a batch of its own:
    /// the links of the others have been handed out already.
    pub fn retry(&self, id: JobId) -> Result<bool, Failure> {
        let mut store = self.store();
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        let again = match &record.job.state {
            JobState::Failed { failure } => {
                if store.ended(record.job.batch)?.is_some() {
                    store.part(id)?;
                }
                matches!(failure, Failure::FileGone | Failure::FileChanged)
                    || matches!(record.held, Some(Held::Reference { .. }))
            }
            JobState::Offline { .. } => false,
            _ => return Ok(false),
        };
        // Other bytes under the same key would be refused, or answered with the links of the first ones.
        if again && record.origin != Origin::Bytes {
            store.set_unheld(id, &self.ids.idempotency())?;
            self.spool.discard(&record.idempotency);
        }
        store.set_state(id, &JobState::Queued, 0)?;
        self.tell(&store, id)?;
        Ok(true)
    }

    /// Removes a job and its files; what was uploaded stays where it is.
    pub fn forget(&self, id: JobId) -> Result<bool, Failure> {
        let mut store = self.store();
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        store.forget(id)?;
        self.sent().remove(&id);
        self.spool.discard(&record.idempotency);
        self.spool.discard_thumbnail(id);
        let _ = self.events.send(Event::Forgotten(id));
        if !record.job.state.ended()
            && let Some(jobs) = store.ended(record.job.batch)?
        {
            let _ = self.events.send(Event::BatchDone {
                batch: record.job.batch,
                jobs,
            });
        }
        Ok(true)
    }

    fn tell(&self, store: &Store, id: JobId) -> Result<bool, Failure> {
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        let _ = self.events.send(Event::Job(self.up_to_date(record).job));
        Ok(true)
    }

    fn tell_if_over(&self, store: &Store, id: JobId) -> Result<(), Failure> {
        if let Some(record) = store.record(id)?
            && let Some(jobs) = store.ended(record.job.batch)?
        {
            let _ = self.events.send(Event::BatchDone {
                batch: record.job.batch,
                jobs,
            });
        }
        Ok(())
    }

    /// The copy is needed until the picture is sent and its thumbnail is made.
    fn let_go(&self, store: &Store, id: JobId) -> Result<(), Failure> {
        if let Some(record) = store.record(id)?
            && record.thumbnail != Thumbnail::Untried
            && match record.job.state {
                JobState::Done { .. } => true,
                // Bytes that are nowhere else may be wanted once more.
                JobState::AlreadyUploaded { checked, .. } => {
                    checked && record.origin != Origin::Bytes
                }
                _ => false,
            }
        {
            self.spool.discard(&record.idempotency);
        }
        Ok(())
    }

    fn up_to_date(&self, mut record: Record) -> Record {
        if let JobState::Sending { sent, total } = &mut record.job.state
            && let Some(now) = self.sent().get(&record.job.id)
        {
            (*sent, *total) = *now;
        }
        record
    }

    /// A panic while the lock was held cannot leave half a change: SQLite's transactions see to that.
    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sent(&self) -> MutexGuard<'_, HashMap<JobId, (u64, u64)>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
