-- Times are microseconds since the epoch, UTC. Identities are UUIDs of 16 bytes, digests SHA-256 of 32.

CREATE TABLE accounts (
    id         BLOB PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    email      TEXT,
    admin      INTEGER NOT NULL,
    password   TEXT,              -- Argon2id, PHC string; NULL: cannot sign in
    created_at INTEGER NOT NULL
) STRICT;

-- Links carry account names, so a name is given out once.
CREATE TABLE removed_accounts (
    name       TEXT PRIMARY KEY,
    removed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE keys (
    id           TEXT PRIMARY KEY,
    account      BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    secret       BLOB NOT NULL UNIQUE,   -- SHA-256 of the secret
    scopes       TEXT NOT NULL,          -- as in 'upload,delete'
    app          INTEGER NOT NULL,       -- the desktop app's own
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER
) STRICT;
CREATE INDEX keys_by_account ON keys (account);
CREATE INDEX keys_by_expiry ON keys (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE images (
    id          BLOB PRIMARY KEY,
    short       TEXT NOT NULL UNIQUE,    -- its name in imgs
    name        TEXT NOT NULL,           -- as uploaded
    digest      BLOB NOT NULL,
    bytes       INTEGER NOT NULL,
    format      TEXT NOT NULL,
    width       INTEGER NOT NULL,        -- as displayed
    height      INTEGER NOT NULL,
    orientation INTEGER NOT NULL,        -- as in EXIF, 1 to 8
    animated    INTEGER NOT NULL,
    complete    INTEGER NOT NULL,
    owner       BLOB REFERENCES accounts (id),
    door        TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER
) STRICT;
CREATE INDEX images_by_digest ON images (digest);
CREATE INDEX images_by_owner ON images (owner, created_at);

-- What an upload with an Idempotency-Key was answered, for a day.
CREATE TABLE answers (
    actor      TEXT NOT NULL,            -- 'key:…' or 'account:…'
    key        TEXT NOT NULL,
    digest     BLOB NOT NULL,
    status     INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    body       BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_by_time ON answers (created_at);
