//! A job as the page shows it: the twin of `Row` in `ui/src/host/host.ts`. Links become absolute
//! here, so that they carry the address that is in force now.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use uploader::prepare::MetadataOutcome;
use uploader::{Failure, Job, JobId, JobState, Target, UploadResult, WaitReason, targets};

#[derive(Clone, Debug, Serialize)]
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
    /// Its links are what we put on the clipboard last.
    pub copied: bool,
    /// The target that it goes, or went, to.
    pub target: Option<String>,
    /// The watched folder that it was found in.
    pub folder: Option<String>,
    /// The file that it came from can be looked for.
    pub has_file: bool,
    /// What the picture shows, in the user's words.
    pub alt: Option<String>,
    /// What became of what it tells about people, once it was prepared.
    pub metadata: Option<MetadataOutcome>,
    pub maybe_twice: bool,
    /// It can be taken away from its server again.
    pub deletable: bool,
    /// When it is (RFC 3339), unless the user thinks better of it.
    pub deleted_at: Option<String>,
    pub not_deleted: Option<ErrorView>,
    pub state: RowState,
}

/// What a sentence's placeholders stand for.
pub type MessageFields = BTreeMap<String, Value>;

/// Why something did not go as it should; `fields` is what the sentence's placeholders stand for.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorView {
    pub code: &'static str,
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
    /// From an earlier time.
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

/// One way to a picture: `original`, or a width in pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    pub label: String,
    pub url: String,
}

impl Row {
    /// `base` is what links start with now.
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

/// The original first, then the sizes from small to large.
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

/// The failure's own fields, as far as a sentence can use them.
pub fn failure_fields(failure: &Failure) -> MessageFields {
    let Ok(Value::Object(all)) = serde_json::to_value(failure) else {
        return BTreeMap::new();
    };
    let sayable = |value: &Value| value.is_string() || value.is_number();
    all.into_iter()
        .filter(|(name, value)| name != "code" && sayable(value))
        .collect()
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
        let told = serde_json::to_value(RowState::from_job_state(&failed, ""))?;
        assert_eq!(told["is"], "failed");
        assert_eq!(told["code"], "too_large");
        assert_eq!(told["fields"], serde_json::json!({ "megabytes": 60 }));
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
        let told = serde_json::to_value(RowState::from_job_state(&offline, ""))?;
        assert_eq!(told["retryAt"], "2026-11-22T00:00:00Z");
        assert_eq!(told["code"], "unreachable");
        assert_eq!(told["fields"]["address"], "http://127.0.0.1:4870");
        Ok(())
    }

    #[test]
    fn a_waiting_row_is_serialised_with_its_reason() -> Result<(), serde_json::Error> {
        let waiting = JobState::Waiting {
            on: WaitReason::Keychain,
        };
        let told = serde_json::to_value(RowState::from_job_state(&waiting, ""))?;
        assert_eq!(
            told,
            serde_json::json!({ "is": "waiting", "for": "keychain" })
        );
        Ok(())
    }
}
