//! A target as the settings keep it.

use serde::{Deserialize, Serialize};
use uploader::Target;

/// A target that is not this computer's server, and whether the keychain has a key for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedTarget {
    pub target: Target,
    #[serde(default)]
    pub has_key: bool,
}
