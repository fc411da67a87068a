-- Batches and their jobs.
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
