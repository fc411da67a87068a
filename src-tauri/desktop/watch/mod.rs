//! Watched folders of the app.

pub(crate) mod watched_folders;
