//! A picture on its way: what is known of it, where it is, and which way it may go from there. All of it is pure; the
//! store writes it down, the worker makes it happen.

use serde::{Deserialize, Serialize};

use crate::clipboard_policy::UploadSource;
use crate::links::LinkSelection;
use crate::prepare::{MetadataOutcome, Preparation};
use crate::watch::FolderState;
use crate::{Failure, UploadResult};

/// Names one job, for good: a forgotten job's number is never given out again. Later jobs have higher ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct JobId(pub i64);

/// Names what was given in one gesture, whose links belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BatchId(pub i64);

/// One picture on its way, as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Job {
    pub id: JobId,
    pub batch: BatchId,
    pub name: String,
    /// 0 while that is not known yet.
    pub bytes: u64,
    /// In pixels, as displayed; known once the picture has been looked at.
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// RFC 3339, UTC.
    pub added_at: String,
    /// The id of the target that it was last sent to.
    pub target: Option<String>,
    pub state: JobState,
    pub has_thumbnail: bool,
    /// What was sent, where that has been decided; what links say of a picture is said of this.
    pub sent: Option<SentPicture>,
    /// A try ended without an answer, and the target cannot tell a repetition: there may be two of it.
    pub maybe_twice: bool,
    /// The watched folder that it was found in.
    pub folder: Option<String>,
    /// The way that it came, where whoever gave it has said so.
    pub way: Option<UploadSource>,
    /// Which links are copied, if not those of the settings.
    pub links: Option<LinkSelection>,
    /// The clipboard's generation when the upload was requested; 0 if that is unknown.
    pub clipboard_generation: u64,
    /// It came from a file; [`crate::Uploader::source_file`] says where that is, if it still is.
    pub has_file: bool,
    /// What the picture shows, in the user's words; on one line.
    pub alt: Option<String>,
    /// When it is taken away from the server (RFC 3339, UTC), unless the user thinks better of it.
    pub deleted_at: Option<String>,
    /// Why it could not be taken away from the server.
    pub not_deleted: Option<Failure>,
}

/// A picture as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentPicture {
    pub name: String,
    pub width: u32,
    pub height: u32,
    pub bytes: u64,
    pub metadata: MetadataOutcome,
}

impl Job {
    /// The picture behind the links: its name, width and height.
    pub fn name_and_size(&self) -> (&str, u32, u32) {
        match &self.sent {
            Some(sent) => (&sent.name, sent.width, sent.height),
            None => (
                &self.name,
                self.width.unwrap_or(0),
                self.height.unwrap_or(0),
            ),
        }
    }
}

/// How what is given in one gesture is to be sent, where that is not as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UploadOptions {
    /// Another target than the usual one, by its id.
    pub target: Option<String>,
    /// Another preparation than the target's.
    pub prepare: Option<Preparation>,
    /// Even if the same picture is there already.
    pub again: bool,
    /// The watched folder that it comes from, by its id.
    pub folder: Option<String>,
    /// The way that it comes.
    pub way: Option<UploadSource>,
    /// Which links are copied, if not those of the settings.
    pub links: Option<LinkSelection>,
    /// The clipboard's generation at the time of the request: newer content of the clipboard is not replaced. The
    /// uploader only stores it.
    pub clipboard_generation: u64,
}

/// Where a job is. In JSON: `{"is": "sending", "sent": 1, "total": 2}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum JobState {
    /// Somebody has to do something first; [`crate::Uploader::wake`] and `set_target` go on from here.
    Waiting {
        #[serde(rename = "for")]
        on: WaitReason,
    },
    /// A picture from the web is being fetched.
    Fetching,
    /// It is its turn as soon as there is room.
    Queued,
    /// Bytes of the request's body handed to the network, and how many there are.
    Sending {
        sent: u64,
        total: u64,
    },
    Done {
        uploaded: UploadResult,
    },
    /// The same picture, prepared the same way, is there from an earlier time: these are its links. `checked` once the
    /// server has been asked whether it still is.
    AlreadyUploaded {
        uploaded: UploadResult,
        checked: bool,
    },
    /// A failure that may pass; tried again by itself at `retry_at` (RFC 3339, UTC).
    Offline {
        retry_at: String,
        failure: Failure,
    },
    /// A failure that waits for the user.
    Failed {
        failure: Failure,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// The keychain is locked.
    Keychain,
    /// No target is known yet: this computer's server is still starting.
    Server,
    /// Whoever writes the file has not finished.
    File,
    /// The user has stopped it, or is asked first; [`crate::Uploader::release`] goes on from here.
    User,
}

/// News of the queue.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "most news are jobs, so boxing them would save nothing"
)]
pub enum Event {
    /// A job is new, or anything about it but its progress has changed.
    Job(Job),
    /// At most ten a second for each job.
    Progress {
        id: JobId,
        sent: u64,
        total: u64,
    },
    JobForgotten(JobId),
    /// It is otherwise with a watched folder.
    FolderChanged {
        folder: String,
        state: FolderState,
    },
    /// So many pictures appeared in a watched folder while the program was off.
    FilesMissed {
        folder: String,
        count: usize,
    },
    /// Every job of a batch has ended, done or failed; all of them, in the order in which they were given.
    BatchDone {
        batch: BatchId,
        jobs: Vec<JobId>,
    },
}

/// What can happen to a job.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    Fetch,
    Send {
        total: u64,
    },
    Wait(WaitReason),
    Succeed(UploadResult),
    /// It is there already.
    MarkDuplicate {
        uploaded: UploadResult,
        checked: bool,
    },
    /// Its server was asked, and it still is.
    ConfirmDuplicate,
    Postpone {
        retry_at: String,
        failure: Failure,
    },
    Fail(Failure),
    /// The file is whole; the user is asked first.
    AskUser,
    /// Its turn again: a wait is over, a picture has arrived from the web, the user asks for another try.
    Queue,
}

impl JobState {
    /// There or failed: nothing happens any more unless the user asks for it.
    pub fn has_ended(&self) -> bool {
        self.upload_result().is_some() || matches!(self, JobState::Failed { .. })
    }

    /// The addresses, if it is there.
    pub fn upload_result(&self) -> Option<&UploadResult> {
        match self {
            JobState::Done { uploaded } | JobState::AlreadyUploaded { uploaded, .. } => {
                Some(uploaded)
            }
            _ => None,
        }
    }

    /// The state after a change; `None` where that change cannot happen, so that late news (of a job that was
    /// forgotten, or given up by a worker that is no longer the one) changes nothing.
    pub(crate) fn apply(&self, change: Change) -> Option<JobState> {
        use JobState::*;
        Some(match (self, change) {
            (Queued, Change::Fetch) => Fetching,
            (
                Waiting {
                    on: WaitReason::File,
                },
                Change::AskUser,
            ) => Waiting {
                on: WaitReason::User,
            },
            // Whatever is being done for it is cut off.
            (
                Queued
                | Waiting {
                    on: WaitReason::Keychain | WaitReason::Server,
                }
                | Fetching
                | Sending { .. }
                | Offline { .. },
                Change::Wait(WaitReason::User),
            ) => Waiting {
                on: WaitReason::User,
            },
            // The user, or who writes the file, has to speak first.
            (
                Waiting {
                    on: WaitReason::File | WaitReason::User,
                },
                Change::Send { .. }
                | Change::Wait(_)
                | Change::MarkDuplicate { .. }
                | Change::Postpone { .. },
            ) => return None,
            (Queued | Waiting { .. }, Change::Send { total }) => Sending { sent: 0, total },
            (Queued | Waiting { .. }, Change::Wait(on)) => Waiting { on },
            (Sending { .. }, Change::Succeed(uploaded)) => Done { uploaded },
            (Queued | Waiting { .. }, Change::MarkDuplicate { uploaded, checked }) => {
                AlreadyUploaded { uploaded, checked }
            }
            (AlreadyUploaded { uploaded, .. }, Change::ConfirmDuplicate) => AlreadyUploaded {
                uploaded: uploaded.clone(),
                checked: true,
            },
            (
                Queued | Waiting { .. } | Fetching | Sending { .. },
                Change::Postpone { retry_at, failure },
            ) => Offline { retry_at, failure },
            (
                Queued | Waiting { .. } | Fetching | Sending { .. } | Offline { .. },
                Change::Fail(failure),
            ) => Failed { failure },
            (
                Waiting { .. }
                | Fetching
                | Sending { .. }
                | Offline { .. }
                | Failed { .. }
                | AlreadyUploaded { .. },
                Change::Queue,
            ) => Queued,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests;
