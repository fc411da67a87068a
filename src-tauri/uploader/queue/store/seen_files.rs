//! What lies in the watched folders and is no news: the files that were there before watching began, and those that
//! have been taken in since.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rusqlite::params;

use super::transaction::begin_transaction;
use super::{Store, path_bytes, path_from};
use crate::Failure;

/// How a file looked from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileStamp {
    pub bytes: u64,
    /// Nanoseconds since 1970.
    pub modified: i64,
}

impl Store {
    /// `None` for a folder that has never been watched.
    pub fn seen_files(&self, folder: &str) -> Result<Option<HashMap<PathBuf, FileStamp>>, Failure> {
        let is_known: bool = self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM folders WHERE id = ?1)",
            [folder],
            |row| row.get(0),
        )?;
        if !is_known {
            return Ok(None);
        }
        let mut statement = self
            .connection
            .prepare_cached("SELECT path, bytes, modified FROM seen WHERE folder = ?1")?;
        let seen = statement
            .query_map([folder], |row| {
                let stamp = FileStamp {
                    bytes: row.get::<_, i64>(1)?.cast_unsigned(),
                    modified: row.get(2)?,
                };
                Ok((path_from(row.get(0)?), stamp))
            })?
            .collect::<Result<_, _>>()?;
        Ok(Some(seen))
    }

    /// These are no news from now on. The first time it is what is there before watching begins.
    pub fn mark_seen<'a>(
        &mut self,
        folder: &str,
        files: impl IntoIterator<Item = (&'a Path, FileStamp)>,
    ) -> Result<(), Failure> {
        let transaction = begin_transaction(&mut self.connection)?;
        transaction.execute("INSERT OR IGNORE INTO folders (id) VALUES (?1)", [folder])?;
        {
            let mut statement = transaction.prepare_cached(
                "INSERT OR REPLACE INTO seen (folder, path, bytes, modified) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for (path, look) in files {
                let bytes = look.bytes.cast_signed();
                statement.execute(params![folder, path_bytes(path), bytes, look.modified])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// These are gone.
    pub fn forget_seen<'a>(
        &mut self,
        folder: &str,
        paths: impl IntoIterator<Item = &'a Path>,
    ) -> Result<(), Failure> {
        let transaction = begin_transaction(&mut self.connection)?;
        for path in paths {
            transaction.execute(
                "DELETE FROM seen WHERE folder = ?1 AND path = ?2",
                params![folder, path_bytes(path)],
            )?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// A folder that is watched no more is a new one if it ever is again.
    pub fn forget_folder(&mut self, folder: &str) -> Result<(), Failure> {
        let transaction = begin_transaction(&mut self.connection)?;
        transaction.execute("DELETE FROM seen WHERE folder = ?1", [folder])?;
        transaction.execute("DELETE FROM folders WHERE id = ?1", [folder])?;
        transaction.commit()?;
        Ok(())
    }
}
