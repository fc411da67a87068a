-- Background work that is still owed, in the order in which it was promised.
CREATE TABLE tasks (
    id     INTEGER PRIMARY KEY,
    kind   TEXT NOT NULL,                -- 'widths'
    image  BLOB NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    tries  INTEGER NOT NULL,             -- counted before each begins: what kills us is not tried for ever
    due_at INTEGER NOT NULL              -- not before
) STRICT;
CREATE INDEX tasks_by_image ON tasks (image);
CREATE INDEX tasks_by_time ON tasks (due_at, id);
