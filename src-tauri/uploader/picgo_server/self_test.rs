//! "Test the door": a tiny picture knocks as an editor's would, goes the whole way, and is taken away again with its row.

use std::sync::{Arc, PoisonError};

use serde::Deserialize;

use super::{Editors, Inside, READING};
use crate::http::client::Knock;
use crate::{Failure, Job};

/// By this header, with a word that nobody else knows, the door tells its own test from an editor's picture.
pub(super) const HEADER: &str = "x-vitrine-trial";

/// What a test has shown: the link that an editor would have got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    pub link: String,
    /// Why the picture is still where the link leads.
    pub left: Option<Failure>,
}

/// A test that is about to be made. It does not keep the door open.
pub struct Trial {
    port: u16,
    inside: Arc<Inside>,
}

impl Editors {
    pub fn trial(&self) -> Trial {
        Trial {
            port: self.port(),
            inside: Arc::clone(&self.inside),
        }
    }
}

impl Trial {
    /// What came of it, or the sentence that an editor would have shown.
    pub async fn run(self) -> Result<Tried, String> {
        let answer = self.knock().await;
        let left = self.inside.clear_up().await;
        answer.map(|link| Tried { link, left })
    }

    async fn knock(&self) -> Result<String, String> {
        let house = self.inside.house.clone();
        let token = tokio::task::spawn_blocking(move || house.token()).await;
        let knock = Knock {
            port: self.port,
            token: token.ok().flatten(),
            header: (HEADER, &self.inside.password),
            // The door itself says first that it took too long.
            within: self.inside.door.patience + READING,
        };
        let connections = self.inside.uploader.connections();
        let answer = connections.knock(knock).await;
        let answer = answer.map_err(|failure| failure.to_string())?;
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Said {
            result: Vec<String>,
            message: String,
        }
        let said: Said = serde_json::from_slice(&answer).unwrap_or_default();
        match (said.result.into_iter().next(), said.message.is_empty()) {
            (Some(link), _) => Ok(link),
            (None, false) => Err(said.message),
            (None, true) => Err(Failure::UnexpectedReply {
                address: format!("http://127.0.0.1:{}", self.port),
                status: None,
            }
            .to_string()),
        }
    }
}

impl Inside {
    /// Takes the tests' pictures away, and their rows; says why one is still on its server.
    async fn clear_up(&self) -> Option<Failure> {
        let tried = std::mem::take(&mut *self.tried.lock().unwrap_or_else(PoisonError::into_inner));
        let mut left = None;
        for id in tried {
            let is_there = |job: Job| job.state.uploaded().is_some();
            if self.uploader.job(id).ok().flatten().is_some_and(is_there)
                && let Err(failure) = self.uploader.delete_now(id).await
            {
                left = Some(failure);
            }
            if let Err(failure) = self.uploader.forget(id).await {
                tracing::warn!(%failure, "the row of a test stays");
            }
        }
        left
    }
}
