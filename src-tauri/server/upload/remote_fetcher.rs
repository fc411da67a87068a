//! What bounds fetches from addresses that clients gave: which addresses, how many at a time, what failed lately.

use safe_fetch::{Guard, Limits};
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::upload::negative_cache::NegativeCache;

/// Fetches at one time.
const MAX_CONCURRENT: usize = 8;

/// Fetches that may wait for their turn.
const MAX_WAITING: usize = 64;

pub struct RemoteFetcher {
    pub(super) guard: Guard,
    /// But for the bytes, which the door says.
    pub limits: Limits,
    /// Those under way and those waiting.
    pub(super) queue_slots: Semaphore,
    pub(super) fetch_slots: Semaphore,
    pub(super) negative_cache: NegativeCache,
}

impl RemoteFetcher {
    pub fn new(config: &Config) -> RemoteFetcher {
        RemoteFetcher {
            guard: Guard::with_allowed_hosts(&config.fetch_allow_hosts),
            limits: Limits::with_max_bytes(config.max_upload_bytes),
            queue_slots: Semaphore::new(MAX_CONCURRENT + MAX_WAITING),
            fetch_slots: Semaphore::new(MAX_CONCURRENT),
            negative_cache: NegativeCache::default(),
        }
    }
}
