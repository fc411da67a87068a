//! The upload queue: jobs, the journal that survives restarts, and the copies of their bytes.

pub(crate) mod backoff;
pub(crate) mod import;
pub(crate) mod job;
pub(crate) mod journal;
pub(crate) mod picture;
pub(crate) mod record;
pub(crate) mod source;
pub(crate) mod spool;
pub(crate) mod store;
