//! A job as the store keeps it: what is shown of it, and what only the queue itself wants to know.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::job::{Job, JobState, SentPicture, UploadOptions};
use crate::prepare::Preparation;
use crate::watch::PostUploadAction;

/// A job with what only the queue itself wants to know.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub job: Job,
    pub idempotency_key: String,
    pub origin: Origin,
    /// Once the picture has been checked: where its bytes are.
    pub stored_bytes: Option<StoredBytes>,
    /// Of its bytes, once they have been checked.
    pub digest: Option<String>,
    /// When the file was last changed that its bytes come from; nanoseconds.
    pub modified: Option<i64>,
    pub options: UploadOptions,
    /// How it was prepared when it was last sent.
    pub prepared: Option<PreparedUpload>,
    /// A try may have arrived although no answer to it did.
    pub is_ambiguous: bool,
    /// What happens to the file in its folder once the picture is there.
    pub post_upload: Option<PostUploadAction>,
    pub attempts: u32,
    pub thumbnail: Thumbnail,
}

impl Record {
    /// What a target knows repetitions of this upload by: other bytes are another upload.
    pub fn request_idempotency_key(&self) -> String {
        match self.prepared.as_ref().map_or(0, |fixed| fixed.round) {
            0 => self.idempotency_key.clone(),
            round => format!("{}-{round}", self.idempotency_key),
        }
    }
}

/// A picture that has been prepared stays so while it is tried again, whatever becomes of the settings: a repetition
/// has to be the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PreparedUpload {
    pub target: String,
    pub preparation: Preparation,
    /// How often it has been prepared otherwise before.
    pub round: u32,
    /// It is not the source itself that is sent.
    pub changed: bool,
    pub sent: SentPicture,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Origin {
    File(PathBuf),
    /// Its bytes were put into the spool before the job was written.
    Bytes,
    Web(String),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum StoredBytes {
    /// In the spool.
    Copy,
    /// In the user's own file, too large to copy; it has to be as it was.
    Reference { modified: i64 },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Thumbnail {
    Pending,
    Available,
    None,
}

pub(crate) struct NewJob {
    pub idempotency_key: String,
    pub origin: Origin,
    pub name: String,
    pub bytes: u64,
    pub state: JobState,
    pub options: UploadOptions,
    pub post_upload: Option<PostUploadAction>,
}
