//! A configured destination. Which key opens it is not here: that stays in the keychain, under the target's id.

use serde::{Deserialize, Serialize};

/// Where pictures are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What the keychain and the job store know it by.
    pub id: String,
    /// What people call it: "This computer".
    pub name: String,
    /// Which language it speaks.
    pub kind: Kind,
    /// Its address, `http(s)://host[:port][/path]`, without a slash at the end.
    pub base: String,
    /// This computer's own server. Its links are kept as the part after the base address, so that they follow when
    /// that address changes.
    pub here: bool,
}

/// The language a target speaks; one file each under `targets/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Imgs,
}
