//! The result of an upload: the addresses of the picture on the target.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// The addresses of one uploaded picture. Absolute URLs, or paths starting with `/` when the target is this computer's
/// own server: then [`UploadResult::to_absolute`] puts the address in front that is in force today.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadResult {
    pub id: Option<String>,
    pub original: String,
    /// How wide the picture behind `original` is, where that is less than what was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_width: Option<u32>,
    /// Smaller ones, by width in pixels.
    #[serde(deserialize_with = "by_width")]
    pub sizes: BTreeMap<u32, String>,
    pub page: Option<String>,
    pub thumbnail: Option<String>,
    pub delete: Option<String>,
}

/// JSON's keys are text. Inside a tagged enum (a job's state) serde keeps them so, and has to be told.
fn by_width<'de, D: Deserializer<'de>>(given: D) -> Result<BTreeMap<u32, String>, D::Error> {
    let named = BTreeMap::<String, String>::deserialize(given)?;
    let width = |(name, url): (String, String)| Ok((name.parse().map_err(D::Error::custom)?, url));
    named.into_iter().map(width).collect()
}

impl UploadResult {
    /// The same with every path made into a URL under `base` (no slash at its end).
    pub fn to_absolute(&self, base: &str) -> UploadResult {
        let full = |address: &String| match address.starts_with('/') {
            true => format!("{base}{address}"),
            false => address.clone(),
        };
        UploadResult {
            id: self.id.clone(),
            original: full(&self.original),
            original_width: self.original_width,
            sizes: self
                .sizes
                .iter()
                .map(|(width, address)| (*width, full(address)))
                .collect(),
            page: self.page.as_ref().map(full),
            thumbnail: self.thumbnail.as_ref().map(full),
            delete: self.delete.as_ref().map(full),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_follow_the_base_and_urls_stay() {
        let stored = UploadResult {
            original: "/a7xK9mPq2w".into(),
            sizes: BTreeMap::from([(200, "/a7xK9mPq2w/200".into())]),
            page: Some("https://elsewhere.example/page".into()),
            ..UploadResult::default()
        };
        let current = stored.to_absolute("http://127.0.0.1:4871");
        assert_eq!(current.original, "http://127.0.0.1:4871/a7xK9mPq2w");
        assert_eq!(current.sizes[&200], "http://127.0.0.1:4871/a7xK9mPq2w/200");
        assert_eq!(
            current.page.as_deref(),
            Some("https://elsewhere.example/page")
        );
    }

    #[test]
    fn a_done_job_survives_a_json_round_trip() {
        let uploaded = UploadResult {
            sizes: BTreeMap::from([(200, "/a/200".into())]),
            ..UploadResult::default()
        };
        let done = crate::JobState::Done { uploaded };
        let json = serde_json::to_string(&done).unwrap();
        assert_eq!(
            serde_json::from_str::<crate::JobState>(&json).unwrap(),
            done
        );
    }
}
