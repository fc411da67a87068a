//! What a target answered: the addresses under which a picture can now be seen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The addresses of one uploaded picture. Absolute URLs, or paths starting with `/` when the target is this computer's
/// own server: then [`Uploaded::absolute`] puts the address in front that is in force today.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploaded {
    pub id: Option<String>,
    pub original: String,
    /// How wide the picture behind `original` is, where that is less than what was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_width: Option<u32>,
    /// Smaller ones, by width in pixels.
    pub sizes: BTreeMap<u32, String>,
    pub page: Option<String>,
    pub thumbnail: Option<String>,
    pub delete: Option<String>,
}

impl Uploaded {
    /// The same with every path made into a URL under `base` (no slash at its end).
    pub fn absolute(&self, base: &str) -> Uploaded {
        let full = |address: &String| match address.starts_with('/') {
            true => format!("{base}{address}"),
            false => address.clone(),
        };
        Uploaded {
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
        let kept = Uploaded {
            original: "/a7xK9mPq2w".into(),
            sizes: BTreeMap::from([(200, "/a7xK9mPq2w/200".into())]),
            page: Some("https://elsewhere.example/page".into()),
            ..Uploaded::default()
        };
        let today = kept.absolute("http://127.0.0.1:4871");
        assert_eq!(today.original, "http://127.0.0.1:4871/a7xK9mPq2w");
        assert_eq!(today.sizes[&200], "http://127.0.0.1:4871/a7xK9mPq2w/200");
        assert_eq!(
            today.page.as_deref(),
            Some("https://elsewhere.example/page")
        );
    }
}
