//! Settings of the queue.

use std::path::PathBuf;
use std::sync::Arc;

use crate::watch::WatchTimings;
use crate::{Backoff, Clock, Ids, Network, RandomIds, SystemClock};

/// How the queue works; the default is right for the app.
#[derive(Clone)]
pub struct Settings {
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub backoff: Backoff,
    /// Pictures that are sent to one target at the same time.
    pub parallel_uploads: usize,
    /// Whether thumbnails are made; not needed where they are never shown.
    pub make_thumbnails: bool,
    /// How patient the watching of folders is.
    pub watch_timings: WatchTimings,
    /// Folders that the program itself writes into: no picture in them is ever taken in by watching.
    pub own_folders: Vec<PathBuf>,
    /// How targets are reached.
    pub network: Network,
    /// Hosts (or `host:port`) that pictures are fetched from although their address is a private one.
    pub fetch_allow_hosts: Vec<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            backoff: Backoff::default(),
            parallel_uploads: 3,
            make_thumbnails: true,
            watch_timings: WatchTimings::default(),
            own_folders: Vec::new(),
            network: Network::default(),
            fetch_allow_hosts: Vec::new(),
        }
    }
}
