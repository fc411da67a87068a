-- What administrators decide in the dashboard.

-- Settings that were changed there: a configuration key, and its value as JSON.
CREATE TABLE chosen (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Each is good for one account.
CREATE TABLE invites (
    id         BLOB PRIMARY KEY,
    code       BLOB NOT NULL UNIQUE,     -- SHA-256 of what the link holds
    admin      INTEGER NOT NULL,         -- whether the account will be an administrator's
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX invites_by_expiry ON invites (expires_at);
