//! Deduplication in the journal: finds, records and forgets earlier uploads.

use super::JobJournal;
use crate::queue::job::{Change, JobId, JobState};
use crate::queue::record::{Origin, PreparedUpload, Record, StoredBytes};
use crate::queue::store::Store;
use crate::queue::store::dedup_index::{DedupKey, KnownUpload};
use crate::{Failure, Preparation, UploadResult};

/// The longer side of a picture that was too large, in pixels: what fills a screen. Each further time it is halved.
const REDUCED_SIDE: u32 = 2400;
const MIN_REDUCED_SIDE: u32 = 320;

impl JobJournal {
    /// A picture has arrived, and is known from now on. `tells_repetitions` of a target that gives the first answer to
    /// a repetition, so that nothing is there twice.
    pub fn mark_uploaded(
        &self,
        id: JobId,
        upload_result: UploadResult,
        supports_idempotency: bool,
        dedup_entry: Option<(&DedupKey, &str)>,
    ) -> Result<bool, Failure> {
        let mut store = self.lock_store();
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        let change = Change::Succeed(upload_result.clone());
        let (Some(state), Some(fixed)) = (record.job.state.apply(change), &record.prepared) else {
            return Ok(false);
        };
        let upload = KnownUpload {
            upload_result,
            sent_picture: fixed.sent.clone(),
        };
        let is_ambiguous = record.is_ambiguous && !supports_idempotency;
        let known = dedup_entry.map(|(likeness, sent)| (likeness, sent, &upload));
        store.mark_uploaded(id, &state, is_ambiguous, known)?;
        self.lock_progress().remove(&id);
        self.publish_job(&store, id)?;
        self.release_bytes(&store, id)?;
        self.publish_batch_end(&store, id)?;
        Ok(true)
    }

    /// The upload that this one would repeat.
    pub fn find_upload(&self, key: &DedupKey) -> Result<Option<KnownUpload>, Failure> {
        self.lock_store().find_upload(key)
    }

    /// It is there already; `checked` if the server has just said so.
    pub fn mark_duplicate(
        &self,
        record: &Record,
        target: &str,
        known_upload: KnownUpload,
        checked: bool,
    ) -> Result<bool, Failure> {
        let mut store = self.lock_store();
        let fixed = PreparedUpload {
            target: target.to_owned(),
            preparation: Default::default(),
            round: 0,
            changed: false,
            sent: known_upload.sent_picture,
        };
        store.set_prepared(record.job.id, &fixed)?;
        store.set_target(record.job.id, target)?;
        let uploaded = known_upload.upload_result;
        self.apply_change_in(
            &mut store,
            record.job.id,
            Change::MarkDuplicate { uploaded, checked },
        )
    }

    /// What was there is not there any more.
    pub fn forget_upload(&self, target: &str, upload_result: &UploadResult) -> Result<(), Failure> {
        self.lock_store().forget_upload(target, upload_result)
    }

    /// The links that were given for a job lead nowhere: it is uploaded after all, in a batch of its own, since the
    /// links of the others have been handed out.
    pub fn requeue_dead_link(&self, id: JobId) -> Result<bool, Failure> {
        let mut store = self.lock_store();
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        let JobState::AlreadyUploaded { uploaded, .. } = &record.job.state else {
            return Ok(false);
        };
        store.forget_upload(record.job.target.as_deref().unwrap_or_default(), uploaded)?;
        store.move_to_own_batch(id)?;
        self.requeue(&mut store, &record)
    }

    /// The user wants a picture uploaded that is there.
    pub fn upload_again(&self, id: JobId) -> Result<bool, Failure> {
        let mut store = self.lock_store();
        let Some(mut record) = store.record(id)? else {
            return Ok(false);
        };
        if record.job.state.upload_result().is_none() {
            return Ok(false);
        }
        if record.origin == Origin::Bytes && !self.spool.copy_path(&record.idempotency_key).exists()
        {
            return Err(Failure::NotKept);
        }
        record.options.again = true;
        store.set_options(id, &record.options)?;
        store.move_to_own_batch(id)?;
        self.requeue(&mut store, &record)
    }

    /// The server takes no file as large as that, and the user wants it sent smaller. `usual`: what is done to pictures
    /// for this target.
    pub fn send_smaller(
        &self,
        id: JobId,
        default_preparation: Preparation,
    ) -> Result<bool, Failure> {
        let mut store = self.lock_store();
        let Some(mut record) = store.record(id)? else {
            return Ok(false);
        };
        let too_large = matches!(
            &record.job.state,
            JobState::Failed {
                failure: Failure::TooLarge { .. }
            }
        );
        if !too_large {
            return Ok(false);
        }
        if record.origin == Origin::Bytes && !self.spool.copy_path(&record.idempotency_key).exists()
        {
            return Err(Failure::NotKept);
        }
        let prepare = record.options.prepare.get_or_insert(default_preparation);
        prepare.longest = Some(
            prepare
                .longest
                .map_or(REDUCED_SIDE, |side| (side / 2).max(MIN_REDUCED_SIDE)),
        );
        store.set_options(id, &record.options)?;
        if store.ended_batch(record.job.batch)?.is_some() {
            store.move_to_own_batch(id)?;
        }
        self.requeue(&mut store, &record)
    }

    /// Queues a job anew: another upload, of the bytes that are kept or of the source as it is now.
    fn requeue(&self, store: &mut Store, record: &Record) -> Result<bool, Failure> {
        let (id, before) = (record.job.id, &record.idempotency_key);
        let key = self.ids.idempotency_key();
        let has_copy =
            record.stored_bytes == Some(StoredBytes::Copy) && self.spool.copy_path(before).exists();
        if has_copy {
            self.spool.duplicate_copy(before, &key)?;
        }
        store.set_idempotency_key(id, &key, has_copy)?;
        store.set_state(id, &JobState::Queued, 0)?;
        self.spool.discard_copies(before);
        self.publish_job(store, id)
    }
}
