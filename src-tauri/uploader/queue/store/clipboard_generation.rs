//! The clipboard's generation at which each upload was requested.

use rusqlite::params;

use super::{Store, to_json, to_sql_integer};
use crate::Failure;
use crate::queue::job::JobId;

impl Store {
    /// In one statement, because a watched folder may have received many files at once.
    pub fn set_clipboard_generation(
        &mut self,
        ids: &[JobId],
        generation: u64,
    ) -> Result<(), Failure> {
        self.connection.execute(
            "UPDATE jobs SET wishes = json_set(wishes, '$.clipboard_generation', ?2) \
             WHERE id IN (SELECT value FROM json_each(?1))",
            params![to_json(&ids)?, to_sql_integer(generation)],
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::UploadOptions;
    use crate::links::LinkSelection;
    use crate::queue::job::JobState;
    use crate::queue::record::{NewJob, Origin};

    fn new_job(key: &str) -> NewJob {
        NewJob {
            idempotency_key: key.into(),
            origin: Origin::Bytes,
            name: "a.png".into(),
            bytes: 1,
            state: JobState::Queued,
            options: UploadOptions::default(),
            post_upload: None,
        }
    }

    #[test]
    fn a_job_of_an_older_store_gets_the_options_it_has_no_values_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("uploads.db");
        let mut store = Store::open(&path).unwrap();
        let job = NewJob {
            options: UploadOptions {
                links: Some(LinkSelection::Original),
                clipboard_generation: 7,
                ..UploadOptions::default()
            },
            ..new_job("1")
        };
        let jobs = [job, new_job("2")];
        let ids = store.insert_jobs(&jobs, Timestamp::UNIX_EPOCH).unwrap();
        // As a version before `links` and `clipboard_generation` wrote it.
        let old = r#"{"target":null,"prepare":null,"again":false,"folder":"shots","way":"folder"}"#;
        store
            .connection
            .execute(
                "UPDATE jobs SET wishes = ?2 WHERE id = ?1",
                params![ids[1].0, old],
            )
            .unwrap();
        drop(store);

        let mut store = Store::open(&path).unwrap();
        let job = store.record(ids[0]).unwrap().unwrap().job;
        assert_eq!(
            (job.links, job.clipboard_generation),
            (Some(LinkSelection::Original), 7)
        );
        let job = store.record(ids[1]).unwrap().unwrap().job;
        assert_eq!((job.links, job.clipboard_generation), (None, 0));
        assert_eq!(job.folder.as_deref(), Some("shots"));

        store
            .set_clipboard_generation(&ids, 1_796_000_000_000)
            .unwrap();
        for id in ids {
            let job = store.record(id).unwrap().unwrap().job;
            assert_eq!(job.clipboard_generation, 1_796_000_000_000);
        }
        assert_eq!(
            store.records(9, None).unwrap()[0].options.folder.as_deref(),
            Some("shots")
        );
    }
}
