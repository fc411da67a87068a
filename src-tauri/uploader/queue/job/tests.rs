//! Tests of job states.

use super::*;

fn every_state() -> Vec<JobState> {
    vec![
        JobState::Waiting {
            on: WaitReason::Keychain,
        },
        JobState::Fetching,
        JobState::Queued,
        JobState::Sending { sent: 1, total: 2 },
        JobState::Done {
            uploaded: UploadResult::default(),
        },
        JobState::AlreadyUploaded {
            uploaded: UploadResult::default(),
            checked: true,
        },
        JobState::Waiting {
            on: WaitReason::File,
        },
        JobState::Waiting {
            on: WaitReason::User,
        },
        JobState::Offline {
            retry_at: "2026-11-22T00:00:00Z".into(),
            failure: Failure::Internal,
        },
        JobState::Failed {
            failure: Failure::EmptyFile,
        },
    ]
}

#[test]
fn a_done_job_never_changes() {
    let done = JobState::Done {
        uploaded: UploadResult::default(),
    };
    for change in [
        Change::Fetch,
        Change::Send { total: 1 },
        Change::Wait(WaitReason::Server),
        Change::Succeed(UploadResult::default()),
        Change::Postpone {
            retry_at: String::new(),
            failure: Failure::Internal,
        },
        Change::Fail(Failure::Internal),
        Change::Queue,
    ] {
        assert_eq!(done.apply(change), None);
    }
}

#[test]
fn a_failed_job_only_goes_back_to_the_queue() {
    let failed = JobState::Failed {
        failure: Failure::Unauthorised,
    };
    assert_eq!(failed.apply(Change::Queue), Some(JobState::Queued));
    assert_eq!(failed.apply(Change::Send { total: 1 }), None);
    assert_eq!(failed.apply(Change::Fail(Failure::Internal)), None);
}

#[test]
fn only_a_job_that_is_being_sent_can_succeed() {
    for state in every_state() {
        let succeeded = state
            .apply(Change::Succeed(UploadResult::default()))
            .is_some();
        assert_eq!(
            succeeded,
            matches!(state, JobState::Sending { .. }),
            "{state:?}"
        );
    }
}

#[test]
fn everything_that_has_not_ended_can_be_queued_again_but_what_is_queued() {
    for state in every_state() {
        let queued = state.apply(Change::Queue).is_some();
        let expected = !matches!(state, JobState::Queued | JobState::Done { .. });
        assert_eq!(queued, expected, "{state:?}");
    }
}

#[test]
fn a_late_confirmation_does_not_undo_a_retry() {
    for state in every_state() {
        let confirmed = state.apply(Change::ConfirmDuplicate);
        let already = matches!(state, JobState::AlreadyUploaded { .. });
        assert_eq!(confirmed.is_some(), already, "{state:?}");
    }
}

#[test]
fn a_job_waiting_for_a_file_or_the_user_waits_for_nothing_else() {
    for on in [WaitReason::File, WaitReason::User] {
        let waiting = JobState::Waiting { on };
        assert_eq!(waiting.apply(Change::Wait(WaitReason::Server)), None);
        assert_eq!(waiting.apply(Change::Wait(WaitReason::Keychain)), None);
        assert_eq!(waiting.apply(Change::Send { total: 1 }), None);
    }
    let stopped = JobState::Sending { sent: 1, total: 2 }.apply(Change::Wait(WaitReason::User));
    let held = JobState::Waiting {
        on: WaitReason::User,
    };
    assert_eq!(stopped, Some(held));
}

#[test]
fn a_state_is_serialised_with_its_name() {
    let cases = [
        (
            JobState::Waiting {
                on: WaitReason::Server,
            },
            r#"{"is":"waiting","for":"server"}"#,
        ),
        (
            JobState::Sending { sent: 1, total: 2 },
            r#"{"is":"sending","sent":1,"total":2}"#,
        ),
        (
            JobState::Failed {
                failure: Failure::TooLarge { megabytes: 60 },
            },
            r#"{"is":"failed","failure":{"code":"too_large","megabytes":60}}"#,
        ),
    ];
    for (state, json) in cases {
        assert_eq!(serde_json::to_string(&state).unwrap(), json);
        assert_eq!(serde_json::from_str::<JobState>(json).unwrap(), state);
    }
}
