//! Images: uploads, aliases, metadata, folders, listings and deletion.

pub(crate) mod aliases;
pub(crate) mod bulk_edit;
mod delete;
pub(crate) mod edit;
mod find;
pub(crate) mod folders;
pub(crate) mod idempotency;
pub(crate) mod image;
pub(crate) mod ingest;
pub(crate) mod listing;
pub(crate) mod presets;
pub(crate) mod rows;
pub(crate) mod staged_upload;
pub(crate) mod view_counts;
