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

use super::job::{Change, Event, Job, JobId, JobState, WaitReason};
use super::record::{NewJob, Origin, PreparedUpload, Record, StoredBytes, Thumbnail};
use super::spool::Spool;
use super::store::Store;
use crate::{Clock, Failure, Ids};

/// News that a slow listener may fall behind by before it has to read the rows again.
const EVENT_CAPACITY: usize = 4096;

/// What there is to do, a list for each sort of work.
pub(crate) struct PendingWork {
    pub to_inspect: Vec<Record>,
    pub without_thumbnail: Vec<Record>,
    /// Links that were given and are to be asked for.
    pub links_to_check: Vec<Record>,
    /// Files that are to be put away.
    pub files_to_clean_up: Vec<Record>,
    pub pictures_to_delete: Vec<Record>,
    /// The targets that pictures wait to be sent to, `None` being the usual one.
    pub target_ids: Vec<Option<String>>,
}

/// A picture's bytes, once they have been checked.
pub(crate) struct VerifiedBytes {
    pub stored_bytes: StoredBytes,
    pub digest: String,
    /// When their file was changed last.
    pub modified: Option<i64>,
}

pub(crate) struct JobJournal {
    store: Mutex<Store>,
    pub spool: Spool,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    events: broadcast::Sender<Event>,
    /// How far the jobs are that are being sent: news, not worth a write.
    progress: Mutex<HashMap<JobId, (u64, u64)>>,
}

impl JobJournal {
    /// Opens the folder's book; what was under way when it was last closed is queued again.
    pub fn open(
        folder: &Path,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<JobJournal, Failure> {
        let spool = Spool::open(folder)?;
        let store = Store::open(&folder.join("uploads.db"))?;
        spool.collect_garbage(&store.idempotency_keys()?);
        let journal = JobJournal {
            store: Mutex::new(store),
            spool,
            clock,
            ids,
            events: broadcast::channel(EVENT_CAPACITY).0,
            progress: Mutex::default(),
        };
        // These were being sent when the program ended.
        let interrupted = journal.lock_store().in_phase("sending")?;
        for record in interrupted {
            journal.lock_store().mark_ambiguous(record.job.id)?;
        }
        journal.requeue_interrupted(|_| false)?;
        Ok(journal)
    }

    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Queues again what says it is under way and is not, and what waited.
    pub fn requeue_interrupted(&self, is_running: impl Fn(JobId) -> bool) -> Result<(), Failure> {
        for phase in ["sending", "fetching", "waiting"] {
            self.requeue_matching(|store| store.in_phase(phase), &is_running)?;
        }
        Ok(())
    }

    /// Queues what is offline: all of it, or what is due.
    pub fn requeue_offline(&self, all: bool) -> Result<(), Failure> {
        let now = self.clock.now();
        self.requeue_matching(
            |store| {
                if all {
                    store.in_phase("offline")
                } else {
                    store.offline_due_by(now)
                }
            },
            |_| false,
        )
    }

    fn requeue_matching(
        &self,
        select: impl FnOnce(&Store) -> Result<Vec<Record>, Failure>,
        is_excluded: impl Fn(JobId) -> bool,
    ) -> Result<(), Failure> {
        let records = select(&self.lock_store())?;
        for record in records.iter().filter(|record| !is_excluded(record.job.id)) {
            self.apply_change(record.job.id, Change::Queue)?;
        }
        Ok(())
    }

    /// Takes a batch in.
    pub fn add_batch(&self, jobs: &[NewJob]) -> Result<Vec<JobId>, Failure> {
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        let mut store = self.lock_store();
        let ids = store.insert_jobs(jobs, self.clock.now())?;
        for id in &ids {
            self.publish_job(&store, *id)?;
        }
        // A batch in which nothing could be taken is over at once.
        self.publish_batch_end(&store, ids[0])?;
        Ok(ids)
    }

    pub fn record(&self, id: JobId) -> Result<Option<Record>, Failure> {
        Ok(self
            .lock_store()
            .record(id)?
            .map(|record| self.with_progress(record)))
    }

    pub fn jobs(&self, limit: usize, before: Option<JobId>) -> Result<Vec<Job>, Failure> {
        let records = self.lock_store().records(limit, before)?;
        Ok(records
            .into_iter()
            .map(|record| self.with_progress(record).job)
            .collect())
    }

    pub fn count_pending_for(&self, target: &str) -> Result<u64, Failure> {
        self.lock_store().count_pending_for(target)
    }

    /// All that there is to do but sending; at most `limit` of each sort.
    pub fn pending_work(&self, limit: usize) -> Result<PendingWork, Failure> {
        let store = self.lock_store();
        Ok(PendingWork {
            to_inspect: store.uninspected(limit)?,
            without_thumbnail: store.without_thumbnail(limit)?,
            links_to_check: store.in_phase("unchecked")?,
            files_to_clean_up: store.with_pending_cleanup(limit)?,
            pictures_to_delete: store.due_deletions(self.clock.now(), limit)?,
            target_ids: store.wanted_targets()?,
        })
    }

    /// What can be sent to a target, `None` being the usual one; at most `limit`.
    pub fn sendable_jobs(
        &self,
        target: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Record>, Failure> {
        self.lock_store().sendable_jobs(target, limit)
    }

    pub fn next_due_time(&self) -> Result<Option<jiff::Timestamp>, Failure> {
        self.lock_store().next_due_time()
    }

    /// Something happened to a job. False where that could not be: the job is gone or has moved on.
    pub fn apply_change(&self, id: JobId, change: Change) -> Result<bool, Failure> {
        let mut store = self.lock_store();
        self.apply_change_in(&mut store, id, change)
    }

    fn apply_change_in(
        &self,
        store: &mut Store,
        id: JobId,
        change: Change,
    ) -> Result<bool, Failure> {
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        let attempts = match &change {
            Change::Postpone { .. } => record.attempts.saturating_add(1),
            _ => record.attempts,
        };
        let Some(state) = record.job.state.apply(change) else {
            return Ok(false);
        };
        store.set_state(id, &state, attempts)?;
        if !matches!(state, JobState::Sending { .. }) {
            self.lock_progress().remove(&id);
        }
        self.publish_job(store, id)?;
        if state.has_ended() {
            self.release_bytes(store, id)?;
            // It was over before, if only its links have been confirmed.
            if !record.job.state.has_ended() {
                self.publish_batch_end(store, id)?;
            }
        }
        Ok(true)
    }

    /// The user lets a job go on that was held.
    pub fn release_job(&self, id: JobId) -> Result<bool, Failure> {
        let mut store = self.lock_store();
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        if record.job.state
            != (JobState::Waiting {
                on: WaitReason::User,
            })
        {
            return Ok(false);
        }
        self.apply_change_in(&mut store, id, Change::Queue)
    }

    /// The user requested these uploads just now. Nothing that is shown of a job changes, so no event is published.
    pub fn set_clipboard_generation(&self, ids: &[JobId], generation: u64) -> Result<(), Failure> {
        self.lock_store().set_clipboard_generation(ids, generation)
    }

    /// How a picture is to be sent, now that it is: decided once, and kept to while it is tried again.
    pub fn set_prepared(&self, id: JobId, prepared: &PreparedUpload) -> Result<(), Failure> {
        self.lock_store().set_prepared(id, prepared)
    }

    pub fn next_counter(&self, target: &str) -> Result<u64, Failure> {
        self.lock_store().next_counter(target)
    }

    /// A try ended without an answer.
    pub fn mark_ambiguous(&self, id: JobId) -> Result<(), Failure> {
        self.lock_store().mark_ambiguous(id)
    }

    pub fn set_note(&self, name: &str, value: &str) -> Result<(), Failure> {
        self.lock_store().set_note(name, value)
    }

    pub fn note(&self, name: &str) -> Result<Option<String>, Failure> {
        self.lock_store().note(name)
    }

    /// The picture has been checked. False where the job is gone.
    pub fn set_bytes(
        &self,
        id: JobId,
        name: &str,
        bytes: u64,
        size: (u32, u32),
        verified_bytes: VerifiedBytes,
    ) -> Result<bool, Failure> {
        let mut store = self.lock_store();
        store.set_bytes(
            id,
            name,
            bytes,
            size,
            verified_bytes.stored_bytes,
            &verified_bytes.digest,
            verified_bytes.modified,
        )?;
        self.publish_job(&store, id)
    }

    /// The picture is about to be sent there.
    pub fn start_sending(&self, id: JobId, target: &str, total: u64) -> Result<bool, Failure> {
        self.lock_store().set_target(id, target)?;
        self.apply_change(id, Change::Send { total })
    }

    pub fn set_progress(&self, id: JobId, sent: u64, total: u64) {
        self.lock_progress().insert(id, (sent, total));
    }

    pub fn publish_progress(&self, id: JobId, sent: u64, total: u64) {
        // Nobody listening is no failure.
        let _ = self.events.send(Event::Progress { id, sent, total });
    }

    /// The user asks for another try. In a batch that is over it is a gesture of its own, and so a batch of its own:
    /// the links of the others have been handed out already.
    pub fn retry(&self, id: JobId) -> Result<bool, Failure> {
        let mut store = self.lock_store();
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        let needs_import = match &record.job.state {
            JobState::Failed { failure } => {
                if store.ended_batch(record.job.batch)?.is_some() {
                    store.move_to_own_batch(id)?;
                }
                matches!(failure, Failure::FileGone | Failure::FileChanged)
                    || matches!(record.stored_bytes, Some(StoredBytes::Reference { .. }))
            }
            JobState::Offline { .. } => false,
            _ => return Ok(false),
        };
        // Other bytes under the same key would be refused, or answered with the links of the first ones.
        if needs_import && record.origin != Origin::Bytes {
            store.clear_bytes(id, &self.ids.idempotency_key())?;
            self.spool.discard_copies(&record.idempotency_key);
        }
        store.set_state(id, &JobState::Queued, 0)?;
        self.publish_job(&store, id)?;
        Ok(true)
    }

    /// Removes a job and its files; what was uploaded stays where it is.
    pub fn forget(&self, id: JobId) -> Result<bool, Failure> {
        let mut store = self.lock_store();
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        store.delete_job(id)?;
        self.lock_progress().remove(&id);
        self.spool.discard_copies(&record.idempotency_key);
        self.spool.discard_thumbnail(id);
        let _ = self.events.send(Event::JobForgotten(id));
        if !record.job.state.has_ended()
            && let Some(jobs) = store.ended_batch(record.job.batch)?
        {
            let _ = self.events.send(Event::BatchDone {
                batch: record.job.batch,
                jobs,
            });
        }
        Ok(true)
    }

    fn publish_job(&self, store: &Store, id: JobId) -> Result<bool, Failure> {
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        let _ = self.events.send(Event::Job(self.with_progress(record).job));
        Ok(true)
    }

    fn publish_batch_end(&self, store: &Store, id: JobId) -> Result<(), Failure> {
        if let Some(record) = store.record(id)?
            && let Some(jobs) = store.ended_batch(record.job.batch)?
        {
            let _ = self.events.send(Event::BatchDone {
                batch: record.job.batch,
                jobs,
            });
        }
        Ok(())
    }

    /// The copy is needed until the picture is sent and its thumbnail is made.
    fn release_bytes(&self, store: &Store, id: JobId) -> Result<(), Failure> {
        if let Some(record) = store.record(id)?
            && record.thumbnail != Thumbnail::Pending
            && match record.job.state {
                JobState::Done { .. } => true,
                // Bytes that are nowhere else may be wanted once more.
                JobState::AlreadyUploaded { checked, .. } => {
                    checked && record.origin != Origin::Bytes
                }
                _ => false,
            }
        {
            self.spool.discard_copies(&record.idempotency_key);
        }
        Ok(())
    }

    fn with_progress(&self, mut record: Record) -> Record {
        if let JobState::Sending { sent, total } = &mut record.job.state
            && let Some(now) = self.lock_progress().get(&record.job.id)
        {
            (*sent, *total) = *now;
        }
        record
    }

    /// A panic while the lock was held cannot leave half a change: SQLite's transactions see to that.
    fn lock_store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_progress(&self) -> MutexGuard<'_, HashMap<JobId, (u64, u64)>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
