//! What can be set: one struct, made at start from the command line, the environment and
//! `vitrine.toml`, in that order of precedence, and below them of what was changed in the dashboard (`chosen.rs`).
//!
//! The room reads none of these places itself; `cli` and `desktop` hand over what they found.
//! Each key with its default, its check and its words is one row of [`keys::KEYS`].

mod keys;
mod retention_tier;
mod runtime_settings;
mod toml_template;
mod value;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use crate::aliases;

pub use keys::ValueKind;
use keys::{ConfigKey, KEYS};
pub use retention_tier::RetentionTier;
pub use runtime_settings::RuntimeSetting;
use value::RawValue;

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
    const NAMES: [(&str, DuplicatePolicy); 3] = [
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

/// What was found in the three places that may set something.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The text of `vitrine.toml`, if there is one.
    pub toml: Option<String>,
    /// Environment variables, names whole (`VITRINE_PUBLIC_URL`). Others than `VITRINE_…` are ignored.
    pub env: Vec<(String, String)>,
    /// `--set KEY=VALUE`, in the order given: the last of one key wins.
    pub cli: Vec<(String, String)>,
}

/// Variables of the program itself that are no configuration keys.
const RESERVED_VARIABLES: [&str; 4] = ["VITRINE_DATA", "VITRINE_URL", "VITRINE_KEY", "VITRINE_LOG"];

impl Config {
    /// Checks everything that was set and fills the rest with defaults.
    ///
    /// # Errors
    /// The first key that is unknown or whose value cannot be used, as a sentence that names it
    /// and the place it was set in.
    pub fn resolve(sources: &Sources) -> Result<Config, ConfigError> {
        let mut config = Config::default();
        if let Some(text) = &sources.toml {
            let table = text.parse::<toml::Table>().map_err(|error| {
                ConfigError::InvalidToml(error.to_string().trim_end().to_owned())
            })?;
            for (name, value) in table {
                let place = || format!("`{name}` in vitrine.toml");
                let value =
                    RawValue::from_toml(value).map_err(|reason| ConfigError::InvalidValue {
                        place: place(),
                        reason,
                    })?;
                config.set_key(&name, value, "vitrine.toml", place)?;
            }
        }
        for (variable, text) in &sources.env {
            let Some(name) = variable.strip_prefix("VITRINE_") else {
                continue;
            };
            if RESERVED_VARIABLES.contains(&variable.as_str()) {
                continue;
            }
            let place = || format!("the environment variable {variable}");
            let value = RawValue::Text(text.clone());
            config.set_key(&name.to_lowercase(), value, variable, place)?;
        }
        for (name, text) in &sources.cli {
            let place = || format!("`{name}` in --set");
            let value = RawValue::Text(text.clone());
            config.set_key(name, value, &format!("--set {name}"), place)?;
        }
        Ok(config)
    }

    /// The part of the settings that the library keeps to.
    pub fn library_settings(&self) -> library::Settings {
        library::Settings {
            limits: imaging::Limits {
                max_pixels: self.max_pixels,
                max_dimension: self.max_dimension,
                ..imaging::Limits::default()
            },
            max_upload_bytes: self.max_upload_bytes,
            cache_bytes: self.cache_bytes,
            memory_cache_bytes: self.memory_cache_bytes,
            prepare_sizes: self.prepare_sizes,
            reserved_account_names: aliases::imgshare::SIZE_NAMES,
        }
    }

    /// A `vitrine.toml` in which every key is explained and commented out at its default.
    pub fn commented_toml() -> String {
        toml_template::commented_toml()
    }

    /// Whether what this address says about the client it speaks for is believed.
    pub(crate) fn is_trusted_proxy(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted_proxies
            .iter()
            .any(|network| network.contains(&address))
    }

    fn set_key(
        &mut self,
        name: &str,
        value: RawValue,
        source: &str,
        place: impl Fn() -> String,
    ) -> Result<(), ConfigError> {
        let key = ConfigKey::find(name).ok_or_else(|| ConfigError::UnknownKey {
            place: place(),
            nearest: nearest_key(name),
        })?;
        (key.set)(self, &value).map_err(|reason| ConfigError::InvalidValue {
            place: place(),
            reason,
        })?;
        self.fixed_keys.insert(key.name, source.to_owned());
        Ok(())
    }
}

/// Why the settings cannot be used; each says where.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    #[error("{place} is not a configuration key{}", did_you_mean(.nearest))]
    UnknownKey {
        place: String,
        nearest: Option<&'static str>,
    },
    #[error("{place} {reason}")]
    InvalidValue { place: String, reason: String },
    #[error("vitrine.toml cannot be read as TOML: {0}")]
    InvalidToml(String),
}

fn did_you_mean(nearest: &Option<&'static str>) -> String {
    match nearest {
        Some(key) => format!("; did you mean `{key}`?"),
        None => String::from("; `vitrine.toml` in the data folder lists them all"),
    }
}

/// The key that a mistyped name was probably meant to be.
fn nearest_key(name: &str) -> Option<&'static str> {
    KEYS.iter()
        .map(|key| (strsim::jaro_winkler(name, key.name), key.name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, key)| key)
}

pub(crate) mod live;
#[cfg(test)]
mod tests;
