//! A raw value of a configuration key, before it is checked.
//!
//! TOML knows numbers, booleans and lists; `--set` and the environment know only text. Both
//! become a [`RawValue`], so that each key has one check for all three places.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;

use super::RetentionTier;

/// Text, or a list of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawValue {
    Text(String),
    List(Vec<String>),
}

/// The end of a sentence that began with the place: "must be …".
type Reason = String;

impl RawValue {
    pub(super) fn from_toml(value: toml::Value) -> Result<RawValue, Reason> {
        match value {
            toml::Value::Array(items) => items
                .into_iter()
                .map(|item| match RawValue::from_toml(item)? {
                    RawValue::Text(text) => Ok(text),
                    RawValue::List(_) => {
                        Err("must be a plain list, not a list of lists".to_owned())
                    }
                })
                .collect::<Result<_, _>>()
                .map(RawValue::List),
            toml::Value::Table(_) => Err("must be a value, not a table".to_owned()),
            toml::Value::String(text) => Ok(RawValue::Text(text)),
            other => Ok(RawValue::Text(other.to_string())),
        }
    }

    pub(super) fn text(&self) -> Result<&str, Reason> {
        match self {
            RawValue::Text(text) => Ok(text.trim()),
            RawValue::List(_) => Err("must be one value, not a list".to_owned()),
        }
    }

    /// Items of a list; a text is split at its commas, and an empty one has none.
    pub(super) fn list(&self) -> Vec<&str> {
        let items: Vec<&str> = match self {
            RawValue::Text(text) => text.split(',').collect(),
            RawValue::List(items) => items.iter().map(String::as_str).collect(),
        };
        items
            .into_iter()
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .collect()
    }

    pub(super) fn boolean(&self) -> Result<bool, Reason> {
        match self.text()? {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            other => Err(format!("must be true or false, not \"{other}\"")),
        }
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, Reason> {
        let text = self.text()?;
        let found = choices.iter().find(|(word, _)| *word == text);
        found.map(|(_, choice)| *choice).ok_or_else(|| {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            format!("must be one of {}, not \"{text}\"", words.join(", "))
        })
    }

    pub(super) fn integer<N>(&self, least: N, most: N) -> Result<N, Reason>
    where
        N: FromStr + PartialOrd + std::fmt::Display,
    {
        let text = self.text()?;
        text.replace('_', "")
            .parse()
            .ok()
            .filter(|number| (&least..=&most).contains(&number))
            .ok_or_else(|| format!("must be a whole number from {least} to {most}, not \"{text}\""))
    }

    pub(super) fn socket_address(&self) -> Result<SocketAddr, Reason> {
        let text = self.text()?;
        let numeric = match text.strip_prefix("localhost:") {
            Some(port) => format!("127.0.0.1:{port}"),
            None => text.to_owned(),
        };
        numeric.parse().map_err(|_| {
            format!("must be an address and a port such as 127.0.0.1:4870, not \"{text}\"")
        })
    }

    /// An `http(s)` address without query or fragment, without its trailing slash; empty is none.
    pub(super) fn base_url(&self) -> Result<Option<String>, Reason> {
        let text = self.text()?;
        if text.is_empty() {
            return Ok(None);
        }
        let bad = || format!("must be an address such as https://pictures.example, not \"{text}\"");
        let url = url::Url::parse(text).map_err(|_| bad())?;
        let plain = matches!(url.scheme(), "http" | "https")
            && url.host().is_some()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !plain {
            return Err(bad());
        }
        Ok(Some(url.as_str().trim_end_matches('/').to_owned()))
    }

    pub(super) fn networks(&self) -> Result<Vec<IpNet>, Reason> {
        self.list()
            .into_iter()
            .map(|item| {
                item.parse::<IpNet>()
                    .or_else(|_| item.parse::<IpAddr>().map(IpNet::from))
                    .map_err(|_| {
                        format!(
                            "must list addresses or networks such as 10.0.0.0/8, not \"{item}\""
                        )
                    })
            })
            .collect()
    }

    pub(super) fn retention_tiers(&self) -> Result<Vec<RetentionTier>, Reason> {
        let tiers = self
            .list()
            .into_iter()
            .map(|item| {
                item.parse().map_err(|()| {
                    format!(
                        "must list lifetimes such as 4194304:365:permanent, of 1 to 365 days, not \"{item}\""
                    )
                })
            })
            .collect::<Result<Vec<RetentionTier>, _>>()?;
        let ascending = tiers
            .windows(2)
            .all(|pair| pair[0].up_to_bytes < pair[1].up_to_bytes);
        if tiers.is_empty() || !ascending {
            return Err("must list at least one lifetime, the smallest size first".to_owned());
        }
        Ok(tiers)
    }

    /// One word that can stand in a header; empty is none.
    pub(super) fn contact(&self) -> Result<Option<String>, Reason> {
        let text = self.text()?;
        if text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
        } else {
            Err(format!(
                "must be an e-mail or web address without spaces, not \"{text}\""
            ))
        }
    }

    pub(super) fn hosts(&self) -> Result<Vec<String>, Reason> {
        self.list()
            .into_iter()
            .map(|item| {
                let named = url::Url::parse(&format!("http://{item}/")).is_ok_and(|url| {
                    url.path() == "/" && url.username().is_empty() && url.query().is_none()
                });
                if named {
                    Ok(item.to_lowercase())
                } else {
                    Err(format!("must list hosts or host:port, not \"{item}\""))
                }
            })
            .collect()
    }
}
