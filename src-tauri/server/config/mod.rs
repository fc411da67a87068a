//! Configuration: one struct, resolved at start from the command line, the environment and
//! `vitrine.toml`, in that order of precedence, and below them of what was changed in the dashboard (`chosen.rs`).
//!
//! The room reads none of these places itself; `cli` and `desktop` hand over what they found.
//! Each key with its default, its check and its words is one row of [`keys::KEYS`].

mod keys;
mod options;
mod retention_tier;
mod runtime_settings;
mod toml_template;
mod value;

use std::net::IpAddr;

use crate::aliases;

pub use keys::ValueKind;
use keys::{ConfigKey, nearest_key};
pub use options::{Config, DuplicatePolicy};
pub use retention_tier::RetentionTier;
pub use runtime_settings::RuntimeSetting;
use value::RawValue;

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
pub const RESERVED_VARIABLES: [&str; 4] =
    ["VITRINE_DATA", "VITRINE_URL", "VITRINE_KEY", "VITRINE_LOG"];

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

pub(crate) mod live;
#[cfg(test)]
mod tests;
