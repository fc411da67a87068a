//! The deduplication index: digest and preparation to links, per target.

use rusqlite::{OptionalExtension, params};

use super::transaction::begin_transaction;
use super::{Store, from_json, to_json};
use crate::queue::job::{JobId, JobState, SentPicture};
use crate::queue::record::PreparedUpload;
use crate::{Failure, UploadResult};

/// What makes two uploads the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DedupKey {
    /// The target's id; of one elsewhere, with the address behind it, since another address is another server.
    pub target: String,
    /// Of the source's bytes.
    pub digest: String,
    /// The preparation as JSON.
    pub preparation: String,
}

/// An upload that was made before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KnownUpload {
    pub upload_result: UploadResult,
    pub sent_picture: SentPicture,
}

impl Store {
    pub fn find_upload(&self, key: &DedupKey) -> Result<Option<KnownUpload>, Failure> {
        let row: Option<(String, String)> = self
            .connection
            .query_row(
                "SELECT uploaded, sent FROM known WHERE target = ?1 AND digest = ?2 AND preparation = ?3",
                params![key.target, key.digest, key.preparation],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        // One that cannot be read is as good as none.
        Ok(row.and_then(|(uploaded, sent)| {
            Some(KnownUpload {
                upload_result: from_json(&uploaded)?,
                sent_picture: from_json(&sent)?,
            })
        }))
    }

    /// A picture has arrived: that, and that it is there from now on, are one fact.
    pub fn mark_uploaded(
        &mut self,
        id: JobId,
        state: &JobState,
        is_ambiguous: bool,
        dedup_entry: Option<(&DedupKey, &str, &KnownUpload)>,
    ) -> Result<(), Failure> {
        let transaction = begin_transaction(&mut self.connection)?;
        transaction.execute(
            "UPDATE jobs SET phase = 'done', state = ?2, retry_at = NULL, attempts = 0, unanswered = ?3 WHERE id = ?1",
            params![id.0, to_json(state)?, is_ambiguous],
        )?;
        if let Some((likeness, sent_digest, known)) = dedup_entry {
            transaction.execute(
                "INSERT OR REPLACE INTO known (target, digest, preparation, sent_digest, uploaded, sent) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    likeness.target,
                    likeness.digest,
                    likeness.preparation,
                    sent_digest,
                    to_json(&known.upload_result)?,
                    to_json(&known.sent_picture)?,
                ],
            )?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// It is not there any more, under whatever preparation it was.
    pub fn forget_upload(
        &mut self,
        target: &str,
        upload_result: &UploadResult,
    ) -> Result<(), Failure> {
        self.connection.execute(
            "DELETE FROM known WHERE (target = ?1 OR substr(target, 1, length(?1) + 1) = ?1 || ' ') \
             AND uploaded ->> 'original' = ?2",
            params![target, upload_result.original],
        )?;
        Ok(())
    }

    /// Whether these bytes were made here, out of others, to be sent.
    pub fn is_own_output(&self, digest: &str) -> Result<bool, Failure> {
        Ok(self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM known WHERE sent_digest = ?1 AND digest <> ?1) \
             AND NOT EXISTS (SELECT 1 FROM known WHERE digest = ?1)",
            [digest],
            |row| row.get(0),
        )?)
    }

    pub fn set_prepared(&mut self, id: JobId, prepared: &PreparedUpload) -> Result<(), Failure> {
        self.connection.execute(
            "UPDATE jobs SET fixed = ?2 WHERE id = ?1",
            params![id.0, to_json(prepared)?],
        )?;
        Ok(())
    }

    /// The next number for pictures that a template counts.
    pub fn next_counter(&mut self, target: &str) -> Result<u64, Failure> {
        let count: i64 = self.connection.query_row(
            "INSERT INTO counters (target, count) VALUES (?1, 1) \
             ON CONFLICT (target) DO UPDATE SET count = count + 1 RETURNING count",
            [target],
            |row| row.get(0),
        )?;
        Ok(u64::try_from(count).unwrap_or(1))
    }

    /// Something that is to be remembered between starts.
    pub fn set_note(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        self.connection.execute(
            "INSERT OR REPLACE INTO notes (name, value) VALUES (?1, ?2)",
            params![name, value],
        )?;
        Ok(())
    }

    pub fn note(&self, name: &str) -> Result<Option<String>, Failure> {
        Ok(self
            .connection
            .query_row("SELECT value FROM notes WHERE name = ?1", [name], |row| {
                row.get(0)
            })
            .optional()?)
    }
}
