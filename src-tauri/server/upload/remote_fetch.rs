//! Uploads from a URL: `safe_fetch` fetches it, and the bytes become a staged upload.
//!
//! Its bytes flow through a short channel to a blocking task that writes them to disk, as those of any other upload do.
//! How many are fetched at one time is bounded, and an address that failed is not asked again for a while.

use std::time::Duration;

use bytes::Bytes;
use library::StagedUpload;
use safe_fetch::Limits;
use tokio::sync::{SemaphorePermit, mpsc};
use url::Url;

use crate::error::{Error, Result};
use crate::state::App;
use crate::upload::remote_fetcher::RemoteFetcher;

/// Pieces on their way to the disk at one time; each is at most hyper's read buffer.
const CHANNEL_CAPACITY: usize = 4;

/// Fetches at most `most` bytes from `address`, and answers with them and the last segment of its path, decoded: it may
/// be empty, or hold anything. The host is told the `user_agent`.
///
/// # Errors
/// [`Error::Fetch`] with what is wrong with the address or became of it, for ten minutes without asking again;
/// [`Error::Overloaded`] if too many are waiting or this one has for too long; and what writing to the disk ran into.
pub async fn fetch(
    app: &App,
    address: &str,
    user_agent: &str,
    most: u64,
) -> Result<(StagedUpload, String)> {
    app.remote_fetcher
        .fetch(app, address, user_agent, most)
        .await
}

impl RemoteFetcher {
    pub async fn fetch(
        &self,
        app: &App,
        address: &str,
        user_agent: &str,
        most: u64,
    ) -> Result<(StagedUpload, String)> {
        let url = self.guard.parse_url(address)?;
        let limits = Limits {
            max_bytes: most.min(app.config().max_upload_bytes),
            ..self.limits
        };
        self.negative_cache.check_url(&url, limits.max_bytes)?;
        let patience = Duration::from_secs(app.config().upload_idle_seconds);
        let _turn = self.acquire_slots(patience).await?;
        // The fetch before this one may have failed for the same address.
        self.negative_cache.check_url(&url, limits.max_bytes)?;
        match self.download(app, &url, user_agent, &limits).await {
            Ok(incoming) => Ok((incoming, safe_fetch::last_path_segment(&url))),
            Err(error) => {
                if let Error::Fetch(failure) = &error {
                    self.negative_cache.insert(&url, failure);
                }
                Err(error)
            }
        }
    }

    /// A turn among the fetches, held for as long as one lasts. Hosts may be slow, so this does not wait longer than a
    /// client that hears nothing should.
    async fn acquire_slots(
        &self,
        patience: Duration,
    ) -> Result<(SemaphorePermit<'_>, SemaphorePermit<'_>)> {
        let admitted = self
            .queue_slots
            .try_acquire()
            .map_err(|_| Error::overloaded())?;
        match tokio::time::timeout(patience, self.fetch_slots.acquire()).await {
            Ok(fetching) => Ok((admitted, fetching.map_err(Error::internal)?)),
            Err(_) => Err(Error::overloaded()),
        }
    }

    async fn download(
        &self,
        app: &App,
        url: &Url,
        user_agent: &str,
        limits: &Limits,
    ) -> Result<StagedUpload> {
        let mut arriving = safe_fetch::fetch(url, user_agent, &self.guard, limits).await?;
        let (pieces, mut coming) = mpsc::channel::<Bytes>(CHANNEL_CAPACITY);
        let most = limits.max_bytes;
        // When the client leaves, `pieces` is dropped: the writer ends, and its file is discarded.
        let writing = app.run_blocking(move |library, _| {
            let mut incoming = library.stage_upload()?.with_max_bytes(most);
            while let Some(piece) = coming.blocking_recv() {
                incoming.append(&piece)?;
            }
            Ok(incoming)
        });
        let passing_on = async move {
            while let Some(piece) = arriving.next_chunk().await? {
                // If the receiver is gone, the writer reports why.
                if pieces.send(piece).await.is_err() {
                    break;
                }
            }
            Ok::<_, Error>(())
        };
        let (passed_on, written) = tokio::join!(passing_on, writing);
        passed_on.and(written)
    }
}
