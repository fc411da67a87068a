//! The database: one SQLite file, one connection that writes and several that read.
//!
//! Writers take the write lock at their beginning (`BEGIN IMMEDIATE`), so a transaction never finds out
//! at its end that it looked at something old. Several processes may have the same file open.

mod migrations;
mod sql_types;
mod text_folding;
mod transactions;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

pub(crate) use rusqlite::types::{ToSql, Value};
pub(crate) use rusqlite::{Result as Column, Row, params, params_from_iter};
pub(crate) use sql_types::{Sql, to_sql_value};
pub(crate) use text_folding::fold;
pub(crate) use transactions::{ReadTx, WriteTx};

use crate::error::{Error, Result, StorageContext};
use crate::mutex::lock;

/// How long a writer waits for those before it, in this process or another.
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);
/// How many idle reading connections are kept open.
const MAX_IDLE_READERS: usize = 8;

pub(crate) struct Database {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Database {
    /// Opens the database at `path`, makes it if it is not there, and brings its tables up to date.
    pub(crate) fn open(path: &Path) -> Result<Database> {
        create_private_file(path).context("creating the database")?;
        let mut writer = connect(path)?;
        migrations::run_migrations(&mut writer)?;
        Ok(Database {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers: Mutex::default(),
        })
    }

    /// Lets `act` read; each statement sees the last commit.
    pub(crate) fn read<T>(&self, act: impl FnOnce(&ReadTx<'_>) -> Result<T>) -> Result<T> {
        let idle = lock(&self.readers).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => {
                let reader = connect(&self.path)?;
                reader.pragma_update(None, "query_only", true)?;
                reader
            }
        };
        let answer = act(&ReadTx::new(&reader));
        let mut readers = lock(&self.readers);
        if readers.len() < MAX_IDLE_READERS {
            readers.push(reader);
        }
        answer
    }

    /// Lets `act` write, alone among all processes. Committed and on disk when this returns `Ok`;
    /// nothing of it has happened when it returns `Err`.
    pub(crate) fn write<T>(&self, act: impl FnOnce(&WriteTx<'_>) -> Result<T>) -> Result<T> {
        // A panic in the middle of a transaction rolls it back: its connection is as good as any.
        let mut writer = lock(&self.writer);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = act(&WriteTx::new(&transaction))?;
        transaction.commit()?;
        Ok(answer)
    }
}

/// Only the user may read the database, since it holds hashes of passwords and keys. SQLite gives its side files the same
/// mode.
fn create_private_file(path: &Path) -> std::io::Result<()> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn connect(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    enable_write_ahead_log(&connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    text_folding::register_functions(&connection)?;
    Ok(connection)
}

/// Turns the write-ahead log on. SQLite does not wait by itself here when two processes open a new
/// database at the same moment, so we ask again.
fn enable_write_ahead_log(connection: &Connection) -> Result<()> {
    let mut attempts = 200;
    loop {
        match connection
            .pragma_update(None, "journal_mode", "WAL")
            .map_err(Error::from)
        {
            Err(Error::Busy) if attempts > 0 => {
                attempts -= 1;
                std::thread::sleep(Duration::from_millis(10));
            }
            answer => return answer,
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Error::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy,
            _ => Error::storage("asking the database", error),
        }
    }
}
