-- The alternative text of a picture.
ALTER TABLE jobs ADD COLUMN alt TEXT;             -- what the picture shows, in the user's words
