//! Transactions: run statements and read their rows.

use std::ops::Deref;

use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction};

use crate::error::Result;

/// May read. What it reads is never kept between requests.
pub(crate) struct ReadTx<'a>(&'a Connection);

impl<'a> ReadTx<'a> {
    pub(super) fn new(connection: &'a Connection) -> ReadTx<'a> {
        ReadTx(connection)
    }

    /// The first row, if there is one.
    pub(crate) fn query_one<T>(
        &self,
        sql: &str,
        params: impl Params,
        row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        Ok(self
            .0
            .prepare_cached(sql)?
            .query_row(params, row)
            .optional()?)
    }

    pub(crate) fn query_all<T>(
        &self,
        sql: &str,
        params: impl Params,
        row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        Ok(self
            .0
            .prepare_cached(sql)?
            .query_map(params, row)?
            .collect::<Result<_, _>>()?)
    }

    pub(crate) fn exists(&self, sql: &str, params: impl Params) -> Result<bool> {
        Ok(self.0.prepare_cached(sql)?.exists(params)?)
    }
}

/// May also write: holds the write lock of the whole database.
pub(crate) struct WriteTx<'a>(ReadTx<'a>);

impl<'a> WriteTx<'a> {
    pub(super) fn new(transaction: &'a Transaction<'_>) -> WriteTx<'a> {
        WriteTx(ReadTx(transaction))
    }

    /// Answers how many rows changed.
    pub(crate) fn execute(&self, sql: &str, params: impl Params) -> Result<usize> {
        Ok(self.0.0.prepare_cached(sql)?.execute(params)?)
    }
}

impl<'a> Deref for WriteTx<'a> {
    type Target = ReadTx<'a>;

    fn deref(&self) -> &ReadTx<'a> {
        &self.0
    }
}
