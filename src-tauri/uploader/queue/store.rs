//! Where jobs survive a restart: one small SQLite file, `uploads.db`. All of the uploader's SQL is here and under
//! `store/`: what has been uploaded before is in `known`, what lies in watched folders in `seen`.

mod clipboard_generation;
pub(crate) mod dedup_index;
mod migrations;
mod pending;
pub(crate) mod seen_files;
mod transaction;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::job::{BatchId, Job, JobId, JobState, UploadOptions, WaitReason};
use super::record::{NewJob, Origin, PreparedUpload, Record, StoredBytes, Thumbnail};
use crate::Failure;
use transaction::begin_transaction;

pub(crate) struct Store {
    connection: Connection,
}

/// Every question about jobs begins like this, and `record_from_row` reads the answer.
const SELECT: &str = "SELECT id, batch, idempotency, origin, place, name, bytes, width, height, held, modified, state, \
                      attempts, target, thumbnail, added_at, digest, wishes, fixed, unanswered, afterwards, delete_at, \
                      trouble, alt FROM jobs";

impl Store {
    pub fn open(path: &Path) -> Result<Store, Failure> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", "on")?;
        migrations::run_migrations(&mut connection)?;
        Ok(Store { connection })
    }

    /// Takes a batch in, in one transaction: all of it is there after a crash, or nothing.
    pub fn insert_jobs(&mut self, jobs: &[NewJob], now: Timestamp) -> Result<Vec<JobId>, Failure> {
        let transaction = begin_transaction(&mut self.connection)?;
        let batch = insert_batch(&transaction)?;
        let mut ids = Vec::with_capacity(jobs.len());
        for job in jobs {
            let (origin, place) = match &job.origin {
                Origin::File(path) => ("file", path_bytes(path)),
                Origin::Bytes => ("bytes", Vec::new()),
                Origin::Web(url) => ("web", url.clone().into_bytes()),
            };
            transaction.execute(
                "INSERT INTO jobs (batch, idempotency, origin, place, name, bytes, phase, state, added_at, wanted, \
                 wishes, afterwards) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                params![
                    batch.0,
                    job.idempotency_key,
                    origin,
                    place,
                    job.name,
                    to_sql_integer(job.bytes),
                    phase_name(&job.state),
                    to_json(&job.state)?,
                    rfc3339_seconds(now),
                    job.options.target,
                    to_json(&job.options)?,
                    job.post_upload.as_ref().map(to_json).transpose()?,
                ],
            )?;
            ids.push(JobId(transaction.last_insert_rowid()));
        }
        transaction.commit()?;
        Ok(ids)
    }

    pub fn record(&self, id: JobId) -> Result<Option<Record>, Failure> {
        Ok(self
            .connection
            .query_row(&format!("{SELECT} WHERE id = ?1"), [id.0], record_from_row)
            .optional()?)
    }

    /// Newest first.
    pub fn records(&self, limit: usize, before: Option<JobId>) -> Result<Vec<Record>, Failure> {
        let before = before.map_or(i64::MAX, |id| id.0);
        self.select_records(
            "WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
            params![before, to_sql_integer(limit as u64)],
        )
    }

    pub fn mark_ambiguous(&mut self, id: JobId) -> Result<(), Failure> {
        self.connection
            .execute("UPDATE jobs SET unanswered = 1 WHERE id = ?1", [id.0])?;
        Ok(())
    }

    /// The user wants it uploaded although it is there, or the other way round.
    pub fn set_options(&mut self, id: JobId, options: &UploadOptions) -> Result<(), Failure> {
        self.connection.execute(
            "UPDATE jobs SET wishes = ?2, wanted = ?3 WHERE id = ?1",
            params![id.0, to_json(options)?, options.target],
        )?;
        Ok(())
    }

    pub fn set_state(&mut self, id: JobId, state: &JobState, attempts: u32) -> Result<(), Failure> {
        let retry_at = match state {
            JobState::Offline { retry_at, .. } => retry_at
                .parse::<Timestamp>()
                .ok()
                .map(|at| at.as_millisecond()),
            _ => None,
        };
        self.connection.execute(
            "UPDATE jobs SET phase = ?2, state = ?3, retry_at = ?4, attempts = ?5 WHERE id = ?1",
            params![id.0, phase_name(state), to_json(state)?, retry_at, attempts],
        )?;
        Ok(())
    }

    /// The picture has been checked and can be sent.
    #[expect(clippy::too_many_arguments, reason = "each is a column")]
    pub fn set_bytes(
        &mut self,
        id: JobId,
        name: &str,
        bytes: u64,
        size: (u32, u32),
        stored_bytes: StoredBytes,
        digest: &str,
        modified: Option<i64>,
    ) -> Result<(), Failure> {
        let (held_column, modified) = match stored_bytes {
            StoredBytes::Copy => ("copy", modified),
            StoredBytes::Reference { modified } => ("reference", Some(modified)),
        };
        self.connection.execute(
            "UPDATE jobs SET name = ?2, bytes = ?3, width = ?4, height = ?5, held = ?6, modified = ?7, digest = ?8 \
             WHERE id = ?1",
            params![id.0, name, to_sql_integer(bytes), size.0, size.1, held_column, modified, digest],
        )?;
        Ok(())
    }

    /// What was checked is not there any more, or not the same: it is taken in again, as another upload.
    pub fn clear_bytes(&mut self, id: JobId, idempotency_key: &str) -> Result<(), Failure> {
        self.connection.execute(
            "UPDATE jobs SET held = NULL, modified = NULL, digest = NULL, fixed = NULL, unanswered = 0, idempotency = ?2, \
             thumbnail = 'untried' WHERE id = ?1",
            params![id.0, idempotency_key],
        )?;
        Ok(())
    }

    /// Another upload of the same job; its bytes are taken in again unless they are `held`.
    pub fn set_idempotency_key(
        &mut self,
        id: JobId,
        idempotency_key: &str,
        keeps_bytes: bool,
    ) -> Result<(), Failure> {
        match keeps_bytes {
            true => self.connection.execute(
                "UPDATE jobs SET fixed = NULL, unanswered = 0, idempotency = ?2 WHERE id = ?1",
                params![id.0, idempotency_key],
            )?,
            false => return self.clear_bytes(id, idempotency_key),
        };
        Ok(())
    }

    /// The file that it came from lies elsewhere now.
    pub fn set_source_path(&mut self, id: JobId, path: &Path) -> Result<(), Failure> {
        self.connection.execute(
            "UPDATE jobs SET place = ?2 WHERE id = ?1 AND origin = 'file'",
            params![id.0, path_bytes(path)],
        )?;
        Ok(())
    }

    pub fn set_target(&mut self, id: JobId, target: &str) -> Result<(), Failure> {
        self.connection.execute(
            "UPDATE jobs SET target = ?2 WHERE id = ?1",
            params![id.0, target],
        )?;
        Ok(())
    }

    pub fn set_alt(&mut self, id: JobId, alt: Option<&str>) -> Result<(), Failure> {
        self.connection
            .execute("UPDATE jobs SET alt = ?2 WHERE id = ?1", params![id.0, alt])?;
        Ok(())
    }

    pub fn set_thumbnail(&mut self, id: JobId, thumbnail: Thumbnail) -> Result<(), Failure> {
        let thumbnail = match thumbnail {
            Thumbnail::Pending => "untried",
            Thumbnail::Available => "made",
            Thumbnail::None => "none",
        };
        self.connection.execute(
            "UPDATE jobs SET thumbnail = ?2 WHERE id = ?1",
            params![id.0, thumbnail],
        )?;
        Ok(())
    }

    /// Puts a job into a batch of its own.
    pub fn move_to_own_batch(&mut self, id: JobId) -> Result<(), Failure> {
        let transaction = begin_transaction(&mut self.connection)?;
        let batch = insert_batch(&transaction)?;
        transaction.execute(
            "UPDATE jobs SET batch = ?2 WHERE id = ?1",
            params![id.0, batch.0],
        )?;
        transaction.commit()?;
        Ok(())
    }

    pub fn delete_job(&mut self, id: JobId) -> Result<(), Failure> {
        self.connection
            .execute("DELETE FROM jobs WHERE id = ?1", [id.0])?;
        Ok(())
    }

    /// The jobs of a batch in their order, if all of them have ended.
    pub fn ended_batch(&self, batch: BatchId) -> Result<Option<Vec<JobId>>, Failure> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, phase IN ('done', 'already', 'unchecked', 'failed') FROM jobs WHERE batch = ?1 ORDER BY id",
        )?;
        let jobs: Vec<(i64, bool)> = statement
            .query_map([batch.0], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let all_ended = !jobs.is_empty() && jobs.iter().all(|(_, ended)| *ended);
        Ok(all_ended.then(|| jobs.into_iter().map(|(id, _)| JobId(id)).collect()))
    }

    /// The idempotency keys of all jobs that may still have a copy in the spool.
    pub fn idempotency_keys(&self) -> Result<HashSet<String>, Failure> {
        let mut statement = self
            .connection
            .prepare("SELECT idempotency FROM jobs WHERE phase <> 'done' OR (held IS NOT NULL AND thumbnail = 'untried')")?;
        Ok(statement
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?)
    }

    fn select_records(
        &self,
        conditions: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<Record>, Failure> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("{SELECT} {conditions}"))?;
        Ok(statement
            .query_map(params, record_from_row)?
            .collect::<Result<_, _>>()?)
    }
}

fn insert_batch(transaction: &Transaction<'_>) -> Result<BatchId, Failure> {
    transaction.execute("INSERT INTO batches DEFAULT VALUES", [])?;
    Ok(BatchId(transaction.last_insert_rowid()))
}

fn record_from_row(row: &Row<'_>) -> rusqlite::Result<Record> {
    let place: Vec<u8> = row.get("place")?;
    let origin = match row.get_ref("origin")?.as_str()? {
        "file" => Origin::File(path_from(place)),
        "web" => Origin::Web(String::from_utf8_lossy(&place).into_owned()),
        _ => Origin::Bytes,
    };
    let held = match row.get_ref("held")?.as_str_or_null()? {
        Some("copy") => Some(StoredBytes::Copy),
        Some(_) => Some(StoredBytes::Reference {
            modified: row.get::<_, Option<i64>>("modified")?.unwrap_or_default(),
        }),
        None => None,
    };
    let thumbnail = match row.get_ref("thumbnail")?.as_str()? {
        "made" => Thumbnail::Available,
        "none" => Thumbnail::None,
        _ => Thumbnail::Pending,
    };
    // One row that cannot be read does not hide the others.
    let state = serde_json::from_str(row.get_ref("state")?.as_str()?).unwrap_or_else(|error| {
        JobState::Failed {
            failure: Failure::Storage {
                reason: format!("{error}."),
            },
        }
    });
    let is_done = matches!(state, JobState::Done { .. });
    let unanswered: bool = row.get("unanswered")?;
    let wishes: UploadOptions = from_json(row.get_ref("wishes")?.as_str()?).unwrap_or_default();
    let fixed: Option<PreparedUpload> = row.get_ref("fixed")?.as_str_or_null()?.and_then(from_json);
    let job = Job {
        id: JobId(row.get("id")?),
        batch: BatchId(row.get("batch")?),
        name: row.get("name")?,
        bytes: u64::try_from(row.get::<_, i64>("bytes")?).unwrap_or_default(),
        width: row.get("width")?,
        height: row.get("height")?,
        added_at: row.get("added_at")?,
        target: row.get("target")?,
        state,
        has_thumbnail: thumbnail == Thumbnail::Available,
        sent: fixed.as_ref().map(|fixed| fixed.sent.clone()),
        maybe_twice: unanswered && is_done,
        folder: wishes.folder.clone(),
        way: wishes.way,
        links: wishes.links,
        clipboard_generation: wishes.clipboard_generation,
        has_file: matches!(origin, Origin::File(_)),
        alt: row.get("alt")?,
        deleted_at: row
            .get::<_, Option<i64>>("delete_at")?
            .and_then(|at| Timestamp::from_millisecond(at).ok())
            .map(|at| at.to_string()),
        not_deleted: row
            .get_ref("trouble")?
            .as_str_or_null()?
            .and_then(from_json),
    };
    let (idempotency, attempts) = (row.get("idempotency")?, row.get("attempts")?);
    Ok(Record {
        job,
        idempotency_key: idempotency,
        origin,
        stored_bytes: held,
        digest: row.get("digest")?,
        modified: row.get("modified")?,
        options: wishes,
        prepared: fixed,
        is_ambiguous: unanswered,
        post_upload: row
            .get_ref("afterwards")?
            .as_str_or_null()?
            .and_then(from_json),
        attempts,
        thumbnail,
    })
}

fn phase_name(state: &JobState) -> &'static str {
    match state {
        JobState::Waiting {
            on: WaitReason::File,
        } => "expected",
        JobState::Waiting {
            on: WaitReason::User,
        } => "held",
        JobState::Waiting { .. } => "waiting",
        JobState::AlreadyUploaded { checked: true, .. } => "already",
        JobState::AlreadyUploaded { checked: false, .. } => "unchecked",
        JobState::Fetching => "fetching",
        JobState::Queued => "queued",
        JobState::Sending { .. } => "sending",
        JobState::Done { .. } => "done",
        JobState::Offline { .. } => "offline",
        JobState::Failed { .. } => "failed",
    }
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::Storage {
        reason: format!("{error}."),
    })
}

/// SQLite's numbers have a sign.
fn to_sql_integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// RFC 3339 to the second.
fn rfc3339_seconds(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second())
        .unwrap_or(at)
        .to_string()
}

/// Names of files need not be text on Unix.
#[cfg(unix)]
fn path_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(unix)]
fn path_from(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn path_bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

#[cfg(not(unix))]
fn path_from(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// The copies in `spool/` go with it: a list that knows nothing of them would sweep them away.
const DAMAGED_MESSAGE: &str = "the file uploads.db is damaged. What was uploaded is safe, and so are its links. Move \
                       uploads.db and the folder spool somewhere else, and start again with a new list.";

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Failure::DiskFull,
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
                Failure::Storage {
                    reason: DAMAGED_MESSAGE.into(),
                }
            }
            _ => Failure::Storage {
                reason: format!("{error}."),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_job(key: &str, origin: Origin) -> NewJob {
        NewJob {
            idempotency_key: key.into(),
            origin,
            name: "a.png".into(),
            bytes: 1,
            state: JobState::Queued,
            options: UploadOptions::default(),
            post_upload: None,
        }
    }

    #[test]
    fn jobs_survive_a_reopen_unchanged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("uploads.db");
        let odd = path_from(b"/home/me/caf\xe9 \xf0\x9f\x90\x88.png".to_vec());
        let mut store = Store::open(&path).unwrap();
        let origins = [
            Origin::File(odd),
            Origin::Bytes,
            Origin::Web("https://h/ü".into()),
        ];
        let jobs: Vec<_> = origins
            .iter()
            .enumerate()
            .map(|(n, o)| new_job(&n.to_string(), o.clone()))
            .collect();
        let ids = store.insert_jobs(&jobs, Timestamp::UNIX_EPOCH).unwrap();
        let done = JobState::Failed {
            failure: Failure::TooLarge { megabytes: 7 },
        };
        store.set_state(ids[0], &done, 3).unwrap();
        store
            .set_bytes(
                ids[1],
                "b.png",
                9,
                (4, 5),
                StoredBytes::Reference { modified: 77 },
                "d1",
                None,
            )
            .unwrap();
        drop(store);

        let store = Store::open(&path).unwrap();
        let records = store.records(9, None).unwrap();
        let read: Vec<_> = records
            .iter()
            .rev()
            .map(|record| record.origin.clone())
            .collect();
        assert_eq!(read, origins);
        assert_eq!(
            (records[2].job.state.clone(), records[2].attempts),
            (done, 3)
        );
        assert_eq!(
            records[1].stored_bytes,
            Some(StoredBytes::Reference { modified: 77 })
        );
        assert_eq!((records[1].job.bytes, records[1].job.width), (9, Some(4)));
        assert_eq!(records[0].job.added_at, "1970-01-01T00:00:00Z");
    }

    #[test]
    fn a_job_id_is_never_reused() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("uploads.db")).unwrap();
        let first = store
            .insert_jobs(&[new_job("1", Origin::Bytes)], Timestamp::UNIX_EPOCH)
            .unwrap()[0];
        store.delete_job(first).unwrap();
        let second = store
            .insert_jobs(&[new_job("2", Origin::Bytes)], Timestamp::UNIX_EPOCH)
            .unwrap()[0];
        assert!(second > first);
    }

    #[test]
    fn a_damaged_store_is_left_alone_and_the_error_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("uploads.db");
        std::fs::write(&path, [7; 5000]).unwrap();
        let Err(Failure::Storage { reason }) = Store::open(&path) else {
            panic!("a damaged store was opened");
        };
        assert!(reason.contains("Move uploads.db"), "{reason}");
        assert_eq!(std::fs::read(&path).unwrap(), [7; 5000]);
    }

    #[test]
    fn a_store_from_a_newer_program_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("uploads.db");
        Store::open(&path)
            .unwrap()
            .connection
            .pragma_update(None, "user_version", 99)
            .unwrap();
        assert!(matches!(Store::open(&path), Err(Failure::Storage { .. })));
    }
}
