//! A configured destination. Which key opens it is not here: that stays in the keychain, under the target's id.

use serde::{Deserialize, Serialize};

use crate::Preparation;
use crate::targets::sxcu::Sxcu;

/// Where pictures are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What the keychain and the job store know it by.
    pub id: String,
    /// What people call it: "This computer".
    pub name: String,
    /// Which language it speaks.
    pub kind: Dialect,
    /// Its address, `http(s)://host[:port][/path]`, without a slash at the end.
    pub base: String,
    /// This computer's own server. Its links are kept as the part after the base address, so that they follow when
    /// that address changes.
    pub here: bool,
    /// What is done to pictures before they are sent there.
    #[serde(default)]
    pub prepare: Preparation,
}

/// The language a target speaks; one file each under `targets/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    Imgs,
    Imgshare,
    Media,
    Slink,
    Chevereto,
    /// Whatever a custom uploader's file describes.
    Sxcu(Box<Sxcu>),
}

impl Dialect {
    /// Those that have a name.
    pub const ALL: [Dialect; 5] = [
        Dialect::Imgs,
        Dialect::Imgshare,
        Dialect::Media,
        Dialect::Slink,
        Dialect::Chevereto,
    ];

    /// What it is called on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Dialect::Imgs => "imgs",
            Dialect::Imgshare => "imgshare",
            Dialect::Media => "media",
            Dialect::Slink => "slink",
            Dialect::Chevereto => "chevereto",
            Dialect::Sxcu(_) => "sxcu",
        }
    }

    pub fn from_name(name: &str) -> Option<Dialect> {
        Dialect::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialect_has_the_same_name_in_json_and_on_the_command_line() {
        for kind in Dialect::ALL {
            assert_eq!(serde_json::to_value(&kind).unwrap(), kind.name());
            assert_eq!(Dialect::from_name(kind.name()), Some(kind));
        }
        assert_eq!(Dialect::from_name("Imgs"), None);
    }
}
