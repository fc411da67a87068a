-- Deduplication, deletion, and the files seen in watched folders.
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
