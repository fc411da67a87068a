-- The names under which dialects address an image, besides its id and its short name. The library does not know what
-- a key means.
CREATE TABLE aliases (
    dialect TEXT NOT NULL,
    key     TEXT NOT NULL,
    image   BLOB NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    owner   BLOB,                        -- the account among whose keys it is unique; NULL: unique in the dialect
    secret  BLOB                         -- SHA-256 of a text that deletes the image; NULL: there is none
) STRICT;
CREATE UNIQUE INDEX aliases_by_key ON aliases (dialect, key, ifnull(owner, x''));
CREATE INDEX aliases_by_image ON aliases (image);

-- An IMGSHARE picture is addressed by its file name, and its sizes by `*/` and the name of their files.
INSERT INTO aliases (dialect, key, image, owner)
    SELECT 'imgshare', stem || '.' || extension, image, account FROM imgshare_names;
INSERT INTO aliases (dialect, key, image, owner)
    SELECT 'imgshare', '*/' || stem || '.jpg', image, account FROM imgshare_names;
DROP TABLE imgshare_names;

-- A Chevereto picture is addressed by its code, which also carries the password of the delete link, and its files by
-- day and name.
INSERT INTO aliases (dialect, key, image, secret)
    SELECT 'chevereto', code, image, password FROM chevereto_names;
INSERT INTO aliases (dialect, key, image)
    SELECT 'chevereto', day || '/' || name || '.' || extension, image FROM chevereto_names;
DROP TABLE chevereto_names;

-- The name of the dialect through which an image was uploaded.
ALTER TABLE images RENAME COLUMN door TO origin;

-- Sizes that an upload asked for are in its task: a JSON list of transforms by their cache keys.
ALTER TABLE tasks ADD COLUMN extra_sizes TEXT NOT NULL DEFAULT '[]';
UPDATE tasks SET kind = 'extra sizes',
    extra_sizes = '["w1024_h768_inside_jpeg_q85","w640_h480_inside_jpeg_q85","w320_h240_inside_jpeg_q85"]'
    WHERE kind = 'reductions';
