//! Queries for pending work, run by the worker before each round.

use jiff::Timestamp;
use rusqlite::params;

use super::{Store, to_json, to_sql_integer};
use crate::Failure;
use crate::queue::job::JobId;
use crate::queue::record::Record;

impl Store {
    /// Jobs that have not been looked at, in their order.
    pub fn uninspected(&self, limit: usize) -> Result<Vec<Record>, Failure> {
        self.select_records(
            "WHERE phase IN ('queued', 'held') AND held IS NULL ORDER BY id LIMIT ?1",
            params![to_sql_integer(limit as u64)],
        )
    }

    /// Jobs for this target that can be sent, in their order; `None` are those for the usual one.
    pub fn sendable_jobs(
        &self,
        target: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Record>, Failure> {
        self.select_records(
            "WHERE phase = 'queued' AND held IS NOT NULL AND wanted IS ?1 ORDER BY id LIMIT ?2",
            params![target, to_sql_integer(limit as u64)],
        )
    }

    /// The targets that jobs which can be sent are for.
    pub fn wanted_targets(&self) -> Result<Vec<Option<String>>, Failure> {
        let mut statement = self.connection.prepare_cached(
            "SELECT DISTINCT wanted FROM jobs WHERE phase = 'queued' AND held IS NOT NULL",
        )?;
        Ok(statement
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?)
    }

    /// How many jobs are for a target and have not come to their end.
    pub fn count_pending_for(&self, target: &str) -> Result<u64, Failure> {
        let count: i64 = self.connection.query_row(
            "SELECT count(*) FROM jobs WHERE (wanted = ?1 OR target = ?1)
                AND phase NOT IN ('done', 'failed', 'already', 'unchecked')",
            [target],
            |row| row.get(0),
        )?;
        Ok(count.unsigned_abs())
    }

    /// Files whose pictures are there, and to which something is still to happen.
    pub fn with_pending_cleanup(&self, limit: usize) -> Result<Vec<Record>, Failure> {
        self.select_records(
            "WHERE afterwards IS NOT NULL AND phase IN ('done', 'already') ORDER BY id LIMIT ?1",
            params![to_sql_integer(limit as u64)],
        )
    }

    pub fn clear_cleanup(&mut self, id: JobId) -> Result<(), Failure> {
        self.connection
            .execute("UPDATE jobs SET afterwards = NULL WHERE id = ?1", [id.0])?;
        Ok(())
    }

    /// When it is to be taken away from the server, or why it was not.
    pub fn set_delete_at(
        &mut self,
        id: JobId,
        at: Option<Timestamp>,
        failure: Option<&Failure>,
    ) -> Result<(), Failure> {
        self.connection.execute(
            "UPDATE jobs SET delete_at = ?2, trouble = ?3 WHERE id = ?1",
            params![
                id.0,
                at.map(|at| at.as_millisecond()),
                failure.map(to_json).transpose()?
            ],
        )?;
        Ok(())
    }

    pub fn due_deletions(&self, now: Timestamp, limit: usize) -> Result<Vec<Record>, Failure> {
        self.select_records(
            "WHERE delete_at <= ?1 ORDER BY delete_at LIMIT ?2",
            params![now.as_millisecond(), to_sql_integer(limit as u64)],
        )
    }

    /// Jobs whose thumbnail has not been tried yet, and can be.
    pub fn without_thumbnail(&self, limit: usize) -> Result<Vec<Record>, Failure> {
        self.select_records(
            "WHERE held IS NOT NULL AND thumbnail = 'untried' ORDER BY id LIMIT ?1",
            params![to_sql_integer(limit as u64)],
        )
    }

    pub fn in_phase(&self, phase: &str) -> Result<Vec<Record>, Failure> {
        self.select_records("WHERE phase = ?1 ORDER BY id", params![phase])
    }

    pub fn offline_due_by(&self, now: Timestamp) -> Result<Vec<Record>, Failure> {
        self.select_records(
            "WHERE phase = 'offline' AND retry_at <= ?1 ORDER BY id",
            params![now.as_millisecond()],
        )
    }

    /// When the next job that is offline is tried again, or the next picture deleted.
    pub fn next_due_time(&self) -> Result<Option<Timestamp>, Failure> {
        let next: Option<i64> = self.connection.query_row(
            "SELECT min(at) FROM (SELECT min(retry_at) AS at FROM jobs WHERE phase = 'offline' \
             UNION ALL SELECT min(delete_at) FROM jobs WHERE delete_at IS NOT NULL)",
            [],
            |row| row.get(0),
        )?;
        Ok(next.and_then(|at| Timestamp::from_millisecond(at).ok()))
    }
}
