//! A job as the page shows it. Links become absolute here, so that they start with the current base URL.

use serde::Serialize;
use uploader::prepare::MetadataOutcome;
use uploader::{Failure, Job, JobId, JobState, Target, UploadResult, WaitReason, targets};

use crate::error::{MessageFields, failure_fields};

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Row {
    pub id: JobId,
    pub name: String,
    pub bytes: u64,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub thumbnail: bool,
    /// RFC 3339.
    pub added_at: String,
    /// Its links were copied last.
    pub copied: bool,
    /// The id of its target.
    pub target: Option<String>,
    /// The id of the watched folder it was found in.
    pub folder: Option<String>,
    /// The source is a file, which may still exist.
    pub has_file: bool,
    /// The alternative text.
    pub alt: Option<String>,
    /// What happened to personal metadata; none until the picture was processed.
    pub metadata: Option<MetadataOutcome>,
    pub maybe_twice: bool,
    /// It can be deleted from its server.
    pub deletable: bool,
    /// When it will be deleted (RFC 3339); until then that can be undone.
    pub deleted_at: Option<String>,
    pub not_deleted: Option<ErrorView>,
    pub state: RowState,
}

/// Why an upload or a deletion failed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ErrorView {
    pub code: &'static str,
    #[cfg_attr(test, ts(type = "Record<string, string | number>"))]
    pub fields: MessageFields,
    pub message: String,
}

impl ErrorView {
    fn from_failure(failure: &Failure) -> ErrorView {
        ErrorView {
            code: failure.code(),
            fields: failure_fields(failure),
            message: failure.to_string(),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum RowState {
    Waiting {
        r#for: WaitReason,
    },
    Fetching,
    Queued,
    Sending {
        sent: u64,
        total: u64,
    },
    Done {
        links: Vec<Link>,
    },
    /// The same picture was uploaded before.
    AlreadyUploaded {
        links: Vec<Link>,
    },
    Offline {
        retry_at: String,
        #[serde(flatten)]
        trouble: ErrorView,
    },
    Failed {
        #[serde(flatten)]
        trouble: ErrorView,
        retry: bool,
    },
}

/// A link to a picture; its label is `original` or a width in pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Link {
    pub label: String,
    pub url: String,
}

/// How much of a picture was sent, in bytes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Progress {
    pub id: JobId,
    pub sent: u64,
    pub total: u64,
}

impl Row {
    /// `base` is the base URL of links.
    pub fn from_job(job: &Job, base: &str, copied: bool, target: Option<&Target>) -> Row {
        let uploaded = job.state.upload_result();
        let deletion = uploaded.zip(target);
        Row {
            id: job.id,
            name: job.name.clone(),
            bytes: job.bytes,
            width: job.width,
            height: job.height,
            thumbnail: job.has_thumbnail,
            added_at: job.added_at.clone(),
            copied,
            target: job.target.clone(),
            folder: job.folder.clone(),
            has_file: job.has_file,
            alt: job.alt.clone(),
            metadata: job.sent.as_ref().map(|sent| sent.metadata),
            maybe_twice: job.maybe_twice,
            deletable: deletion.is_some_and(|(uploaded, target)| {
                targets::delete_request(target, uploaded).is_some()
            }),
            deleted_at: job.deleted_at.clone(),
            not_deleted: job.not_deleted.as_ref().map(ErrorView::from_failure),
            state: RowState::from_job_state(&job.state, base),
        }
    }
}

impl RowState {
    fn from_job_state(state: &JobState, base: &str) -> RowState {
        match state {
            JobState::Waiting { on } => RowState::Waiting { r#for: *on },
            JobState::Fetching => RowState::Fetching,
            JobState::Queued => RowState::Queued,
            JobState::Sending { sent, total } => RowState::Sending {
                sent: *sent,
                total: *total,
            },
            JobState::Done { uploaded } => RowState::Done {
                links: absolute_links(uploaded, base),
            },
            JobState::AlreadyUploaded { uploaded, .. } => RowState::AlreadyUploaded {
                links: absolute_links(uploaded, base),
            },
            JobState::Offline { retry_at, failure } => RowState::Offline {
                retry_at: retry_at.clone(),
                trouble: ErrorView::from_failure(failure),
            },
            JobState::Failed { failure } => RowState::Failed {
                trouble: ErrorView::from_failure(failure),
                retry: failure.is_worth_retrying(),
            },
        }
    }
}

/// The link of the original, then the sizes from small to large.
pub fn absolute_links(uploaded: &UploadResult, base: &str) -> Vec<Link> {
    let uploaded = uploaded.to_absolute(base);
    let original = Link {
        label: "original".to_owned(),
        url: uploaded.original,
    };
    let sizes = uploaded.sizes.into_iter().map(|(width, url)| Link {
        label: width.to_string(),
        url,
    });
    std::iter::once(original).chain(sizes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_original_link_comes_first_and_sizes_in_order() {
        let uploaded = UploadResult {
            original: "/a7xK9mPq2w/original".to_owned(),
            sizes: [
                (1200, "/a7xK9mPq2w/1200".to_owned()),
                (200, "/a7xK9mPq2w/200".to_owned()),
            ]
            .into(),
            ..UploadResult::default()
        };
        let links = absolute_links(&uploaded, "http://127.0.0.1:4871");
        let labels: Vec<_> = links.iter().map(|link| link.label.as_str()).collect();
        assert_eq!(labels, ["original", "200", "1200"]);
        assert_eq!(links[0].url, "http://127.0.0.1:4871/a7xK9mPq2w/original");
    }

    #[test]
    fn a_failure_is_serialised_with_code_fields_and_message() -> Result<(), serde_json::Error> {
        let failed = JobState::Failed {
            failure: Failure::TooLarge { megabytes: 60 },
        };
        let json = serde_json::to_value(RowState::from_job_state(&failed, ""))?;
        assert_eq!(json["is"], "failed");
        assert_eq!(json["code"], "too_large");
        assert_eq!(json["fields"], serde_json::json!({ "megabytes": 60 }));
        Ok(())
    }

    #[test]
    fn an_offline_row_is_serialised_with_its_reason() -> Result<(), serde_json::Error> {
        let offline = JobState::Offline {
            retry_at: "2026-11-22T00:00:00Z".to_owned(),
            failure: Failure::Unreachable {
                address: "http://127.0.0.1:4870".to_owned(),
            },
        };
        let json = serde_json::to_value(RowState::from_job_state(&offline, ""))?;
        assert_eq!(json["retryAt"], "2026-11-22T00:00:00Z");
        assert_eq!(json["code"], "unreachable");
        assert_eq!(json["fields"]["address"], "http://127.0.0.1:4870");
        Ok(())
    }

    #[test]
    fn a_waiting_row_is_serialised_with_its_reason() -> Result<(), serde_json::Error> {
        let waiting = JobState::Waiting {
            on: WaitReason::Keychain,
        };
        let json = serde_json::to_value(RowState::from_job_state(&waiting, ""))?;
        assert_eq!(
            json,
            serde_json::json!({ "is": "waiting", "for": "keychain" })
        );
        Ok(())
    }
}
