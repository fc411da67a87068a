//! Runtime settings: keys that administrators change in the dashboard, how they are shown and checked.
//!
//! They rank below everything that the program was started with, and take effect at once, so only keys that can do
//! so are among them.

use serde_json::Value as Json;

use super::keys::nearest_key;
use super::keys::{ConfigKey, KEYS, ValueKind};
use super::options::Config;
use super::value::RawValue;
use crate::error::{Error, Result};

const RUNTIME_KEYS: [&str; 17] = [
    "public_url",
    "allow_signup",
    "allow_guest_uploads",
    "allow_unauthenticated_listing",
    "allow_only_public_images",
    "allow_url_uploads",
    "duplicates",
    "deduplicate",
    "strip_metadata",
    "max_upload_bytes",
    "max_pixels",
    "max_dimension",
    "prepare_sizes",
    "cache_bytes",
    "memory_cache_bytes",
    "upload_idle_seconds",
    "contact",
];

/// One key, as the dashboard shows it.
pub struct RuntimeSetting {
    pub key: &'static str,
    pub description: String,
    pub value_kind: ValueKind,
    pub value: Json,
    pub default: Json,
    /// Where the program was told the value, if it was: it is not to be changed here.
    pub fixed_by: Option<String>,
}

impl Config {
    /// As it is with what was chosen. What cannot be used (any more) is left out, and the log says so.
    pub fn with_overrides(&self, chosen: &[(String, String)]) -> Config {
        let mut config = self.clone();
        for (name, text) in chosen {
            let changed = find_runtime_key(name)
                .filter(|key| !self.fixed_keys.contains_key(key.name))
                .map(|key| {
                    let value = value_from_json(&serde_json::from_str(text).unwrap_or_default())?;
                    (key.set)(&mut config, &value)
                });
            if let Some(Err(reason)) = changed {
                tracing::warn!("`{name}`, which was changed in the dashboard, {reason}");
            }
        }
        config
    }

    /// Everything that the dashboard may change or would, in its order.
    pub fn runtime_settings(&self) -> Vec<RuntimeSetting> {
        let defaults = Config::default();
        let json = |key: &ConfigKey, config| {
            serde_json::from_str(&(key.format)(config)).unwrap_or_default()
        };
        RUNTIME_KEYS
            .into_iter()
            .filter_map(ConfigKey::find)
            .map(|key| RuntimeSetting {
                key: key.name,
                description: key.description.replace('\n', " "),
                value_kind: key.value_kind,
                value: json(key, self),
                default: json(key, &defaults),
                fixed_by: self.fixed_keys.get(key.name).cloned(),
            })
            .collect()
    }

    /// A change as it is to be written down, if it may be made: a value, or `null` for the default.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no key that changes here or no value for it, and [`Error::Conflict`] where the
    /// program was told another value.
    pub fn check_override(&self, name: &str, value: &Json) -> Result<Option<String>> {
        let invalid = |sentence: String| Error::Invalid {
            code: "setting",
            sentence,
        };
        let Some(key) = find_runtime_key(name) else {
            return Err(invalid(match (ConfigKey::find(name), nearest_key(name)) {
                (Some(_), _) => {
                    format!("`{name}` cannot change while the server runs; set it in vitrine.toml.")
                }
                (None, Some(nearest)) => {
                    format!("`{name}` is not a setting; did you mean `{nearest}`?")
                }
                (None, None) => format!("`{name}` is not a setting."),
            }));
        };
        if let Some(place) = self.fixed_keys.get(key.name) {
            return Err(Error::Conflict {
                code: "fixed",
                reason: format!("`{name}` is fixed by {place}; change it there."),
            });
        }
        if value.is_null() {
            return Ok(None);
        }
        let checked = value_from_json(value).and_then(|value| (key.set)(&mut self.clone(), &value));
        checked.map_err(|reason| invalid(format!("`{name}` {reason}.")))?;
        Ok(Some(value.to_string()))
    }
}

fn find_runtime_key(name: &str) -> Option<&'static ConfigKey> {
    KEYS.iter()
        .find(|key| key.name == name && RUNTIME_KEYS.contains(&key.name))
}

fn value_from_json(json: &Json) -> Result<RawValue, String> {
    match json {
        Json::Bool(_) | Json::Number(_) => Ok(RawValue::Text(json.to_string())),
        Json::String(text) => Ok(RawValue::Text(text.clone())),
        _ => Err("must be a text, a number, true or false".to_owned()),
    }
}
