//! How the store's tables came to be what they are.

use rusqlite::Connection;

use super::transaction::begin_transaction;
use crate::Failure;

/// Each is run once, in this order; `user_version` counts those that have been.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE batches (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
    CREATE TABLE jobs (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        batch       INTEGER NOT NULL REFERENCES batches (id),
        idempotency TEXT    NOT NULL UNIQUE,
        origin      TEXT    NOT NULL CHECK (origin IN ('file', 'bytes', 'web')),
        place       BLOB    NOT NULL,               -- a path's or an address's bytes
        name        TEXT    NOT NULL,
        bytes       INTEGER NOT NULL DEFAULT 0,
        width       INTEGER,                        -- pixels, once it has been looked at
        height      INTEGER,
        held        TEXT    CHECK (held IN ('copy', 'reference')),   -- checked, and ready to be sent
        modified    INTEGER,                        -- nanoseconds; of a reference
        phase       TEXT    NOT NULL,               -- the state's name
        state       TEXT    NOT NULL,               -- all of it, as JSON
        retry_at    INTEGER,                        -- milliseconds since 1970; when offline
        attempts    INTEGER NOT NULL DEFAULT 0,     -- failures in a row
        target      TEXT,
        thumbnail   TEXT    NOT NULL DEFAULT 'untried' CHECK (thumbnail IN ('untried', 'made', 'none')),
        added_at    TEXT    NOT NULL
    ) STRICT;
    CREATE INDEX jobs_by_batch ON jobs (batch);
    CREATE INDEX jobs_open ON jobs (phase, id) WHERE phase NOT IN ('done', 'failed');
    CREATE INDEX jobs_unseen ON jobs (id) WHERE held IS NOT NULL AND thumbnail = 'untried';
", "
    ALTER TABLE jobs ADD COLUMN digest     TEXT;      -- SHA-256 of the source's bytes, once it has been looked at
    ALTER TABLE jobs ADD COLUMN wanted     TEXT;      -- the target it is for, where that is not the usual one
    ALTER TABLE jobs ADD COLUMN wishes     TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE jobs ADD COLUMN fixed      TEXT;      -- how it was prepared when it was last sent, as JSON
    ALTER TABLE jobs ADD COLUMN unanswered INTEGER NOT NULL DEFAULT 0;   -- a try may have arrived
    ALTER TABLE jobs ADD COLUMN afterwards TEXT;      -- what is still to happen to the file, as JSON
    ALTER TABLE jobs ADD COLUMN delete_at  INTEGER;   -- milliseconds since 1970
    ALTER TABLE jobs ADD COLUMN trouble    TEXT;      -- why it was not deleted, as JSON
    DROP INDEX jobs_open;
    CREATE INDEX jobs_open ON jobs (phase, id) WHERE phase NOT IN ('done', 'already', 'failed');
    CREATE INDEX jobs_owing ON jobs (id) WHERE afterwards IS NOT NULL;
    CREATE INDEX jobs_to_delete ON jobs (delete_at) WHERE delete_at IS NOT NULL;
    CREATE TABLE known (
        target      TEXT NOT NULL,
        digest      TEXT NOT NULL,                    -- of the source's bytes
        preparation TEXT NOT NULL,                    -- as JSON
        sent_digest TEXT NOT NULL,                    -- of what was made of them
        uploaded    TEXT NOT NULL,
        sent        TEXT NOT NULL,
        PRIMARY KEY (target, digest, preparation)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX known_by_sent ON known (sent_digest);
    CREATE INDEX known_by_digest ON known (digest);
    CREATE TABLE counters (target TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE folders (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE seen (
        folder   TEXT    NOT NULL REFERENCES folders (id),
        path     BLOB    NOT NULL,
        bytes    INTEGER NOT NULL,
        modified INTEGER NOT NULL,                    -- nanoseconds since 1970
        PRIMARY KEY (folder, path)
    ) STRICT, WITHOUT ROWID;
", "
    ALTER TABLE jobs ADD COLUMN alt TEXT;             -- what the picture shows, in the user's words
"];

pub(super) fn run_migrations(connection: &mut Connection) -> Result<(), Failure> {
    let transaction = begin_transaction(connection)?;
    let applied =
        transaction.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))? as usize;
    if applied > MIGRATIONS.len() {
        return Err(Failure::Storage {
            reason: "a newer version of the program wrote it. Start that one.".into(),
        });
    }
    for migration in &MIGRATIONS[applied..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    transaction.commit()?;
    Ok(())
}
