//! Timings of the folder watcher.

use std::time::Duration;

/// How patient the watcher is. The default is right but for tests that do not have the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchTimings {
    /// Nothing may happen to a file this long after it was closed: some programs open it again at once.
    pub quiet_period: Duration,
    /// Between two looks at a file that is not known to be closed, which has to be the same in `looks` of them.
    pub stable_interval: Duration,
    pub stable_checks: u32,
    /// A picture that is not whole is looked at again after this, and then after twice as long each time.
    pub retry_delay: Duration,
    pub max_retry_delay: Duration,
    /// Between two looks whether a folder is still, or again, there.
    pub presence_interval: Duration,
    /// Between two looks through all of a folder of which there are news, and of which there are none.
    pub rescan_interval: Duration,
    pub poll_interval: Duration,
}

impl Default for WatchTimings {
    fn default() -> WatchTimings {
        WatchTimings {
            quiet_period: Duration::from_millis(200),
            stable_interval: Duration::from_millis(250),
            stable_checks: 3,
            retry_delay: Duration::from_millis(500),
            max_retry_delay: Duration::from_secs(600),
            presence_interval: Duration::from_secs(2),
            rescan_interval: Duration::from_secs(300),
            poll_interval: Duration::from_secs(2),
        }
    }
}
