//! Settings that administrators change in the dashboard: which, as what they are shown, and how a change is checked.
//!
//! They rank below everything that the program was started with, and take effect at once, so only keys that can do
//! so are among them.

use serde_json::Value as Json;

use super::keys::{KEYS, Key, Kind};
use super::{Config, Value, nearest};
use crate::error::{Error, Result};

const CHANGEABLE: [&str; 17] = [
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
pub struct Setting {
    pub key: &'static str,
    pub words: String,
    pub kind: Kind,
    pub value: Json,
    pub default: Json,
    /// Where the program was told the value, if it was: it is not to be changed here.
    pub fixed_by: Option<String>,
}

impl Config {
    /// As it is with what was chosen. What cannot be used (any more) is left out, and the log says so.
    pub fn with_chosen(&self, chosen: &[(String, String)]) -> Config {
        let mut config = self.clone();
        for (name, text) in chosen {
            let changed = changeable(name)
                .filter(|key| !self.fixed.contains_key(key.name))
                .map(|key| {
                    let value = value_of(&serde_json::from_str(text).unwrap_or_default())?;
                    (key.put)(&mut config, &value)
                });
            if let Some(Err(reason)) = changed {
                tracing::warn!("`{name}`, which was changed in the dashboard, {reason}");
            }
        }
        config
    }

    /// Everything that the dashboard may change or would, in its order.
    pub fn settings(&self) -> Vec<Setting> {
        let defaults = Config::default();
        let json =
            |key: &Key, config| serde_json::from_str(&(key.shown)(config)).unwrap_or_default();
        CHANGEABLE
            .into_iter()
            .filter_map(Key::named)
            .map(|key| Setting {
                key: key.name,
                words: key.words.replace('\n', " "),
                kind: key.kind,
                value: json(key, self),
                default: json(key, &defaults),
                fixed_by: self.fixed.get(key.name).cloned(),
            })
            .collect()
    }

    /// A change as it is to be written down, if it may be made: a value, or `null` for the default.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no key that changes here or no value for it, and [`Error::Conflict`] where the
    /// program was told another value.
    pub fn check_choice(&self, name: &str, value: &Json) -> Result<Option<String>> {
        let invalid = |sentence: String| Error::Invalid {
            word: "setting",
            sentence,
        };
        let Some(key) = changeable(name) else {
            return Err(invalid(match (Key::named(name), nearest(name)) {
                (Some(_), _) => {
                    format!("`{name}` cannot change while the server runs; set it in vitrine.toml.")
                }
                (None, Some(nearest)) => {
                    format!("`{name}` is not a setting; did you mean `{nearest}`?")
                }
                (None, None) => format!("`{name}` is not a setting."),
            }));
        };
        if let Some(place) = self.fixed.get(key.name) {
            return Err(Error::Conflict {
                word: "fixed",
                reason: format!("`{name}` is fixed by {place}; change it there."),
            });
        }
        if value.is_null() {
            return Ok(None);
        }
        let checked = value_of(value).and_then(|value| (key.put)(&mut self.clone(), &value));
        checked.map_err(|reason| invalid(format!("`{name}` {reason}.")))?;
        Ok(Some(value.to_string()))
    }
}

fn changeable(name: &str) -> Option<&'static Key> {
    KEYS.iter()
        .find(|key| key.name == name && CHANGEABLE.contains(&key.name))
}

fn value_of(json: &Json) -> Result<Value, String> {
    match json {
        Json::Bool(_) | Json::Number(_) => Ok(Value::Text(json.to_string())),
        Json::String(text) => Ok(Value::Text(text.clone())),
        _ => Err("must be a text, a number, true or false".to_owned()),
    }
}
