//! Limits of one fetch: bytes, seconds and redirects.

use std::time::Duration;

/// How much a stranger's address may make us do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest body; its last byte is this one's.
    pub max_bytes: u64,
    pub max_redirects: usize,
    /// Finding a host's addresses, and again: connecting to one of them.
    pub connect_timeout: Duration,
    /// Everything together, up to the last byte.
    pub total_timeout: Duration,
}

impl Limits {
    /// The usual ones, for a picture of at most so many bytes.
    pub fn with_max_bytes(max_bytes: u64) -> Limits {
        Limits {
            max_bytes,
            max_redirects: 5,
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(60),
        }
    }
}
