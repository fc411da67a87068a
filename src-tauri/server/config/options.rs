//! The configuration: one field per key, with its default.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use ipnet::IpNet;

use super::retention_tier::RetentionTier;

/// Every setting of the server, checked. Fields are named as their keys are.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where connections are accepted; port 0 picks a free one.
    pub listen: SocketAddr,
    /// The address that links start with, without a trailing slash; `None`: made from the request.
    pub public_url: Option<String>,
    pub max_upload_bytes: u64,
    pub max_pixels: u64,
    pub max_dimension: u32,
    pub allow_guest_uploads: bool,
    pub allow_unauthenticated_listing: bool,
    pub allow_signup: bool,
    /// Whether all images of the Slink door are public, and its listing shows everything.
    pub allow_only_public_images: bool,
    /// Whether the Slink door refuses bytes that the account has already.
    pub deduplicate: bool,
    /// Hosts, or `host:port`, for which a remote fetch may reach a private address.
    pub fetch_allow_hosts: Vec<String>,
    /// Whether Chevereto's clients may have the server fetch a picture from an address.
    pub allow_url_uploads: bool,
    /// What Chevereto's clients get for bytes that the account has already.
    pub duplicates: DuplicatePolicy,
    pub strip_metadata: bool,
    /// Networks whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Cap of the variants on disk, in bytes.
    pub cache_bytes: u64,
    /// Whether the offered sizes of an upload are made before anybody asks for them.
    pub prepare_sizes: bool,
    /// Cap of the variants kept in memory, in bytes.
    pub memory_cache_bytes: u64,
    /// Renderings at one time.
    pub workers: usize,
    /// Renderings that may wait for a worker.
    pub queue: usize,
    /// Decoded bytes that all renderings together may hold.
    pub render_memory_bytes: u64,
    /// Uploads with a key, per client address; 0 is no limit.
    pub rate_limit_uploads_per_minute: u32,
    pub rate_limit_guest_uploads_per_minute: u32,
    /// Accounts that people make for themselves, per client address; 0 is no limit.
    pub rate_limit_signups_per_minute: u32,
    /// Wrong secrets, per client address; 0 is no limit.
    pub rate_limit_auth_failures_per_minute: u32,
    pub reductions_delay_ms: u64,
    /// How long uploads through IMGSHARE may last; by size, smallest first, never empty.
    pub imgshare_lifetimes: Vec<RetentionTier>,
    /// Whom hosts may turn to that pictures are fetched from; `None`: the server's own address says.
    pub contact: Option<String>,
    /// Seconds without one byte of the body after which an upload is given up.
    pub upload_idle_seconds: u64,
    /// Which keys were set, and where: these do not change while the program runs.
    pub fixed_keys: BTreeMap<&'static str, String>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 4870)),
            public_url: None,
            max_upload_bytes: 52_428_800,
            max_pixels: 100_000_000,
            max_dimension: 16_384,
            allow_guest_uploads: false,
            allow_unauthenticated_listing: false,
            allow_signup: false,
            allow_only_public_images: false,
            deduplicate: false,
            fetch_allow_hosts: Vec::new(),
            allow_url_uploads: true,
            duplicates: DuplicatePolicy::Allow,
            strip_metadata: true,
            trusted_proxies: Vec::new(),
            cache_bytes: 2 << 30,
            prepare_sizes: true,
            memory_cache_bytes: 64 << 20,
            workers: std::thread::available_parallelism().map_or(2, usize::from),
            queue: 64,
            render_memory_bytes: 512 << 20,
            rate_limit_uploads_per_minute: 1200,
            rate_limit_guest_uploads_per_minute: 30,
            rate_limit_signups_per_minute: 20,
            rate_limit_auth_failures_per_minute: 20,
            reductions_delay_ms: 0,
            imgshare_lifetimes: RetentionTier::DEFAULT.to_vec(),
            contact: None,
            upload_idle_seconds: 30,
            fixed_keys: BTreeMap::new(),
        }
    }
}

/// What becomes of an upload whose bytes its account has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DuplicatePolicy {
    /// A further image.
    Allow,
    /// Nothing: it is refused.
    Reject,
    /// Nothing: the answer names the image that is there.
    ReturnExisting,
}

impl DuplicatePolicy {
    pub(super) const NAMES: [(&str, DuplicatePolicy); 3] = [
        ("allow", DuplicatePolicy::Allow),
        ("reject", DuplicatePolicy::Reject),
        ("existing", DuplicatePolicy::ReturnExisting),
    ];
}

impl std::fmt::Display for DuplicatePolicy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let found = DuplicatePolicy::NAMES
            .iter()
            .find(|(_, choice)| choice == self);
        f.write_str(found.map_or("", |(word, _)| word))
    }
}
