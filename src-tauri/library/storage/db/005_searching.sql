-- All that the dashboard's search looks through, folded: name, title, description and tags, a line each.
ALTER TABLE images ADD COLUMN folded_text TEXT NOT NULL DEFAULT '';
UPDATE images SET folded_text = fold(
    name || char(10) || title || char(10) || description || char(10)
    || coalesce((SELECT group_concat(value, char(10)) FROM json_each(tags)), ''));

-- A search goes through this alone. It is wide, so other lists are kept away from it by its condition, which
-- holds of every row.
CREATE INDEX images_searched ON images
    (owner, created_at, id, folder, expires_at, folded_text, folded_name, views, bytes, updated_at)
    WHERE folded_text > '';
