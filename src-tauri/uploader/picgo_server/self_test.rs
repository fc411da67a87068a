//! "Test the door": a tiny picture knocks as an editor's would, goes the whole way, and is taken away again with its row.

use std::sync::{Arc, PoisonError};

use serde::Deserialize;

use super::state::{READ_TIMEOUT, ServerState};
use crate::http::client::Probe;
use crate::{Failure, Job};

/// This header carries a secret token, by which the endpoint distinguishes its own test from an editor's upload.
pub(super) const SELF_TEST_HEADER: &str = "x-vitrine-trial";

/// What a test has shown: the link that an editor would have got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfTestResult {
    pub link: String,
    /// Why the picture is still where the link leads.
    pub delete_failure: Option<Failure>,
}

/// A test that is about to be made. It does not keep the door open.
pub struct SelfTest {
    port: u16,
    state: Arc<ServerState>,
}

impl SelfTest {
    pub(super) fn new(port: u16, state: Arc<ServerState>) -> SelfTest {
        SelfTest { port, state }
    }

    /// What came of it, or the sentence that an editor would have shown.
    pub async fn run(self) -> Result<SelfTestResult, String> {
        let response = self.upload_test_picture().await;
        let delete_failure = self.state.delete_test_pictures().await;
        response.map(|link| SelfTestResult {
            link,
            delete_failure,
        })
    }

    async fn upload_test_picture(&self) -> Result<String, String> {
        let host = self.state.host.clone();
        let token = tokio::task::spawn_blocking(move || host.token()).await;
        let probe = Probe {
            port: self.port,
            token: token.ok().flatten(),
            header: (SELF_TEST_HEADER, &self.state.self_test_token),
            // The door itself says first that it took too long.
            timeout: self.state.config.patience + READ_TIMEOUT,
        };
        let clients = self.state.uploader.http_clients();
        let response = clients.probe(probe).await;
        let response = response.map_err(|failure| failure.to_string())?;
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct ProbeResponse {
            result: Vec<String>,
            message: String,
        }
        let response_json: ProbeResponse = serde_json::from_slice(&response).unwrap_or_default();
        match (
            response_json.result.into_iter().next(),
            response_json.message.is_empty(),
        ) {
            (Some(link), _) => Ok(link),
            (None, false) => Err(response_json.message),
            (None, true) => Err(Failure::UnexpectedReply {
                address: format!("http://127.0.0.1:{}", self.port),
                status: None,
            }
            .to_string()),
        }
    }
}

impl ServerState {
    /// Takes the tests' pictures away, and their rows; says why one is still on its server.
    async fn delete_test_pictures(&self) -> Option<Failure> {
        let self_test_jobs = std::mem::take(
            &mut *self
                .self_test_jobs
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        let mut delete_failure = None;
        for id in self_test_jobs {
            let is_there = |job: Job| job.state.upload_result().is_some();
            if self.uploader.job(id).ok().flatten().is_some_and(is_there)
                && let Err(failure) = self.uploader.delete_now(id).await
            {
                delete_failure = Some(failure);
            }
            if let Err(failure) = self.uploader.forget(id).await {
                tracing::warn!(%failure, "the row of a test stays");
            }
        }
        delete_failure
    }
}
