-- What the other doors say of an image, and how they know people.

ALTER TABLE accounts ADD COLUMN display_name TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN client TEXT;                  -- its name in signed links: 12 letters and digits
ALTER TABLE accounts ADD COLUMN password_changed_at INTEGER;  -- sign-ins from before it are over
CREATE UNIQUE INDEX accounts_by_client ON accounts (client);

-- What signs links: the newest signs, all that are still here are believed.
CREATE TABLE signing_secrets (
    id         INTEGER PRIMARY KEY,
    account    BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    secret     BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX signing_secrets_by_account ON signing_secrets (account);

-- Secrets of the folder itself.
CREATE TABLE secrets (
    name  TEXT PRIMARY KEY,              -- 'access tokens'
    value BLOB NOT NULL
) STRICT;

-- Who is signed in: by a browser's cookie, or by a refresh token, which is good for one use.
CREATE TABLE sessions (
    token      BLOB PRIMARY KEY,         -- SHA-256 of what the client holds
    kind       TEXT NOT NULL,            -- 'cookie' or 'refresh'
    account    BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE folders (
    id          BLOB PRIMARY KEY,
    owner       BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    parent      BLOB REFERENCES folders (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    path        TEXT NOT NULL,           -- names from the root on, between slashes
    folded_name TEXT NOT NULL,           -- as searches compare it
    folded_path TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (owner, path)
) STRICT;
CREATE INDEX folders_by_parent ON folders (parent);

CREATE TABLE presets (
    id         BLOB PRIMARY KEY,
    owner      BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    params     TEXT NOT NULL,            -- as they were given
    created_at INTEGER NOT NULL,
    UNIQUE (owner, name)
) STRICT;

ALTER TABLE images ADD COLUMN extension TEXT NOT NULL DEFAULT '';    -- of its names: stays when the bytes are replaced
ALTER TABLE images ADD COLUMN folder BLOB REFERENCES folders (id);   -- NULL: at the root
ALTER TABLE images ADD COLUMN public INTEGER NOT NULL DEFAULT 0;     -- whether everybody's listings show it
ALTER TABLE images ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE images ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE images ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';       -- a JSON list of texts
ALTER TABLE images ADD COLUMN nsfw INTEGER NOT NULL DEFAULT 0;
ALTER TABLE images ADD COLUMN views INTEGER NOT NULL DEFAULT 0;
ALTER TABLE images ADD COLUMN replaced_at INTEGER;                   -- NULL: the bytes are the first ones
ALTER TABLE images ADD COLUMN expires_at INTEGER;
ALTER TABLE images ADD COLUMN folded_name TEXT NOT NULL DEFAULT '';
ALTER TABLE images ADD COLUMN folded_description TEXT NOT NULL DEFAULT '';
UPDATE images SET folded_name = fold(name),
    extension = CASE format WHEN 'jpeg' THEN 'jpg' WHEN 'tiff' THEN 'tif' ELSE format END;

-- Listings find, count and sort by these alone, and read the rows of one page: so all that they may ask about
-- stands in them.
DROP INDEX images_by_owner;
CREATE INDEX images_by_owner ON images
    (owner, created_at, id, folder, expires_at, folded_name, folded_description, views, bytes, width, height);
CREATE INDEX images_by_owner_and_edit ON images
    (owner, coalesce(updated_at, created_at), id, folder, expires_at, folded_name, folded_description);
CREATE INDEX images_public ON images
    (created_at, id, owner, folder, expires_at, folded_name, folded_description, views, bytes, width, height)
    WHERE public;
CREATE INDEX images_public_by_edit ON images
    (coalesce(updated_at, created_at), id, owner, folder, expires_at, folded_name, folded_description)
    WHERE public;
CREATE INDEX images_by_folder ON images (folder) WHERE folder IS NOT NULL;
CREATE INDEX images_by_expiry ON images (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE imgshare_names (
    image     BLOB PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
    account   BLOB NOT NULL,
    stem      TEXT NOT NULL,             -- with its date: 20260214_fountain
    extension TEXT NOT NULL,
    UNIQUE (account, stem)
) STRICT;

CREATE TABLE chevereto_names (
    image     BLOB PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
    code      TEXT NOT NULL UNIQUE,      -- what its addresses carry
    day       TEXT NOT NULL,             -- 2026/02/14
    name      TEXT NOT NULL,
    extension TEXT NOT NULL,
    password  BLOB,                      -- SHA-256 of the delete link's; NULL: it has none
    UNIQUE (day, name, extension)
) STRICT;

-- Originals that stay on disk although their image is gone.
CREATE TABLE retained (
    digest      BLOB PRIMARY KEY,
    name        TEXT NOT NULL,
    retained_at INTEGER NOT NULL
) STRICT;

-- Reductions are worked on first.
CREATE INDEX tasks_by_kind ON tasks (kind, due_at, id);
