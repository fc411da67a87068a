//! A job as the store keeps it: what is shown of it, and what only the queue itself wants to know.

use std::path::PathBuf;

use super::{Job, JobState};

/// A job with what only the queue itself wants to know.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub job: Job,
    pub idempotency: String,
    pub origin: Origin,
    /// Once the picture has been checked: where its bytes are.
    pub held: Option<Held>,
    pub attempts: u32,
    pub thumbnail: Thumbnail,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Origin {
    File(PathBuf),
    /// Its bytes were put into the spool before the job was written.
    Bytes,
    Web(String),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Held {
    /// In the spool.
    Copy,
    /// In the user's own file, too large to copy; it has to be as it was.
    Reference { modified: i64 },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Thumbnail {
    Untried,
    Made,
    None,
}

pub(crate) struct NewJob {
    pub idempotency: String,
    pub origin: Origin,
    pub name: String,
    pub bytes: u64,
    pub state: JobState,
}
