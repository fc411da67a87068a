//! Pictures that are there: how they became known, are known again, and are sent once more all the same.

use super::Book;
use crate::queue::job::{Change, JobId, JobState};
use crate::queue::record::{Fixed, Held, Origin, Record};
use crate::queue::store::Store;
use crate::queue::store::dedup_index::{Known, Likeness};
use crate::{Failure, Preparation, Uploaded};

/// The longer side of a picture that was too large, in pixels: what fills a screen. Each further time it is halved.
const SMALLER: u32 = 2400;
const SMALLEST: u32 = 320;

impl Book {
    /// A picture has arrived, and is known from now on. `tells_repetitions` of a target that gives the first answer to
    /// a repetition, so that nothing is there twice.
    pub fn succeed(
        &self,
        id: JobId,
        uploaded: Uploaded,
        tells_repetitions: bool,
        known: Option<(&Likeness, &str)>,
    ) -> Result<bool, Failure> {
        let mut store = self.store();
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        let change = Change::Succeed(uploaded.clone());
        let (Some(state), Some(fixed)) = (record.job.state.after(change), &record.fixed) else {
            return Ok(false);
        };
        let upload = Known {
            uploaded,
            sent: fixed.sent.clone(),
        };
        let unanswered = record.unanswered && !tells_repetitions;
        let known = known.map(|(likeness, sent)| (likeness, sent, &upload));
        store.succeed(id, &state, unanswered, known)?;
        self.sent().remove(&id);
        self.tell(&store, id)?;
        self.let_go(&store, id)?;
        self.tell_if_over(&store, id)?;
        Ok(true)
    }

    /// The upload that this one would repeat.
    pub fn known(&self, likeness: &Likeness) -> Result<Option<Known>, Failure> {
        self.store().known(likeness)
    }

    /// It is there already; `checked` if the server has just said so.
    pub fn recognise(
        &self,
        record: &Record,
        target: &str,
        known: Known,
        checked: bool,
    ) -> Result<bool, Failure> {
        let mut store = self.store();
        let fixed = Fixed {
            target: target.to_owned(),
            preparation: Default::default(),
            round: 0,
            changed: false,
            sent: known.sent,
        };
        store.set_fixed(record.job.id, &fixed)?;
        store.set_target(record.job.id, target)?;
        let uploaded = known.uploaded;
        self.change_in(
            &mut store,
            record.job.id,
            Change::Recognise { uploaded, checked },
        )
    }

    /// What was there is not there any more.
    pub fn unknow(&self, target: &str, uploaded: &Uploaded) -> Result<(), Failure> {
        self.store().unknow(target, uploaded)
    }

    /// The links that were given for a job lead nowhere: it is uploaded after all, in a batch of its own, since the
    /// links of the others have been handed out.
    pub fn upload_after_all(&self, id: JobId) -> Result<bool, Failure> {
        let mut store = self.store();
        let Some(record) = store.record(id)? else {
            return Ok(false);
        };
        let JobState::AlreadyUploaded { uploaded, .. } = &record.job.state else {
            return Ok(false);
        };
        store.unknow(record.job.target.as_deref().unwrap_or_default(), uploaded)?;
        store.part(id)?;
        self.requeue(&mut store, &record)
    }

    /// The user wants a picture uploaded that is there.
    pub fn upload_again(&self, id: JobId) -> Result<bool, Failure> {
        let mut store = self.store();
        let Some(mut record) = store.record(id)? else {
            return Ok(false);
        };
        if record.job.state.uploaded().is_none() {
            return Ok(false);
        }
        if record.origin == Origin::Bytes && !self.spool.copy(&record.idempotency).exists() {
            return Err(Failure::NotKept);
        }
        record.wishes.again = true;
        store.set_wishes(id, &record.wishes)?;
        store.part(id)?;
        self.requeue(&mut store, &record)
    }

    /// The server takes no file as large as that, and the user wants it sent smaller. `usual`: what is done to pictures
    /// for this target.
    pub fn send_smaller(&self, id: JobId, usual: Preparation) -> Result<bool, Failure> {
        let mut store = self.store();
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
        if record.origin == Origin::Bytes && !self.spool.copy(&record.idempotency).exists() {
            return Err(Failure::NotKept);
        }
        let prepare = record.wishes.prepare.get_or_insert(usual);
        prepare.longest = Some(
            prepare
                .longest
                .map_or(SMALLER, |side| (side / 2).max(SMALLEST)),
        );
        store.set_wishes(id, &record.wishes)?;
        if store.ended(record.job.batch)?.is_some() {
            store.part(id)?;
        }
        self.requeue(&mut store, &record)
    }

    /// Queues a job anew: another upload, of the bytes that are kept or of the source as it is now.
    fn requeue(&self, store: &mut Store, record: &Record) -> Result<bool, Failure> {
        let (id, before) = (record.job.id, &record.idempotency);
        let key = self.ids.idempotency();
        let kept = record.held == Some(Held::Copy) && self.spool.copy(before).exists();
        if kept {
            self.spool.double(before, &key)?;
        }
        store.set_key(id, &key, kept)?;
        store.set_state(id, &JobState::Queued, 0)?;
        self.spool.discard(before);
        self.tell(store, id)
    }
}
