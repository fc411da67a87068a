//! Uploads from Markdown editors.

pub(crate) mod editor_server;
