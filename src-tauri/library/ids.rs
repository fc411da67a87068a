//! Ids of images, accounts, folders, presets, invites and API keys, and their text form.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// An image's identity, which never changes. Text form: a lower-case hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageId(pub(crate) Uuid);

/// An account's identity. Text form: a lower-case hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub(crate) Uuid);

/// A folder's identity. Text form: a lower-case hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FolderId(pub(crate) Uuid);

/// A preset's identity. Text form: a lower-case hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PresetId(pub(crate) Uuid);

/// An invitation's identity. Text form: a lower-case hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InviteId(pub(crate) Uuid);

/// An API key's identity, which is no secret: a UUID, or ten letters and digits for an old key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiKeyId(pub(crate) String);

impl ApiKeyId {
    /// Accepts any text: an id that no key has is an unknown key.
    pub fn new(text: impl Into<String>) -> ApiKeyId {
        ApiKeyId(text.into())
    }
}

impl fmt::Display for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text form of ids that are UUIDs. Only one spelling is accepted, so that an id has one name.
macro_rules! impl_uuid_text {
    ($($id:ident),*) => {$(
        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $id {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<$id, InvalidId> {
                let id = text.parse::<Uuid>().map_err(|_| InvalidId)?;
                if id.to_string() == text { Ok($id(id)) } else { Err(InvalidId) }
            }
        }
    )*};
}

impl_uuid_text!(ImageId, AccountId, FolderId, PresetId, InviteId);

/// The text is not a lower-case hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This is not an id.")]
pub struct InvalidId;
