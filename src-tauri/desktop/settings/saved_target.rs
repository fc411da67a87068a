//! A target in the settings file.

use serde::{Deserialize, Serialize};
use uploader::Target;

/// A target other than this computer's server, and whether the keychain has a key for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedTarget {
    pub target: Target,
    #[serde(default)]
    pub has_key: bool,
}
