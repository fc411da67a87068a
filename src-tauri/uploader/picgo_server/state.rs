//! What all requests of the endpoint for editors share.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use serde::Serialize;
use tokio::sync::Semaphore;

use super::config::{EditorHost, EditorServerConfig};
use super::origin_check::OriginPolicy;
use crate::{Clock, JobId, Uploader};

/// How long a request may take to be read, but for its pictures' upload.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// Callers that are remembered.
const MAX_RECENT_CLIENTS: usize = 20;

/// Somebody who has asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RecentClient {
    /// What it says that it is.
    pub name: String,
    /// RFC 3339, UTC: the last time.
    pub at: String,
    pub times: u64,
    pub refused: bool,
}

pub(super) struct ServerState {
    pub(super) uploader: Uploader,
    pub(super) host: Arc<dyn EditorHost>,
    pub(super) config: EditorServerConfig,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) origin_policy: OriginPolicy,
    pub(super) recent_clients: Mutex<VecDeque<RecentClient>>,
    pub(super) request_slots: Semaphore,
    /// What the door's own test says, so that its picture is known to be one.
    pub(super) self_test_token: String,
    /// The pictures of tests, until they are taken away.
    pub(super) self_test_jobs: Mutex<Vec<JobId>>,
}

impl ServerState {
    pub(super) fn record_client(&self, request: &Request<Incoming>, was_refused: bool) {
        let header = |name: &str| {
            let value = request.headers().get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let name: String = header("origin")
            .or_else(|| header("user-agent"))
            .unwrap_or_else(|| "unknown".to_owned())
            .chars()
            .filter(|letter| !letter.is_control())
            .take(100)
            .collect();
        let mut callers = self.lock_recent_clients();
        let known = callers
            .iter()
            .position(|caller| caller.name == name && caller.refused == was_refused);
        let times = known
            .and_then(|at| callers.remove(at))
            .map_or(0, |caller| caller.times);
        callers.push_front(RecentClient {
            name,
            at: self.clock.now().to_string(),
            times: times + 1,
            refused: was_refused,
        });
        callers.truncate(MAX_RECENT_CLIENTS);
    }

    pub(super) fn lock_recent_clients(&self) -> MutexGuard<'_, VecDeque<RecentClient>> {
        self.recent_clients
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
