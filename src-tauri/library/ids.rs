//! Random names: UUIDs for identities, letters and digits for what people see.
//!
//! Everyone asks an `Ids`, so that a test can make two of them collide.

use std::fmt;
use std::io;
use std::str::FromStr;

use uuid::Uuid;

use crate::error::{Result, StorageContext};

/// An image's identity, for good and through every door. Text form: a lower-case hyphenated UUID.
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

/// What a key is called where its secret must not be shown: a UUID, or ten letters and digits where it is old.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiKeyId(pub(crate) String);

impl ApiKeyId {
    /// Takes any text: an id that no key has is an unknown key.
    pub fn new(text: impl Into<String>) -> ApiKeyId {
        ApiKeyId(text.into())
    }
}

impl fmt::Display for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text form of identities that are UUIDs. Only the one spelling is read, so that no two names are one thing.
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

/// A text that is no lower-case hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This is not an id.")]
pub struct InvalidId;

const BASE36: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const BASE62: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

pub trait Ids: Send + Sync {
    /// Fills `bytes` with bytes that nobody can guess.
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()>;
}

/// The system's random numbers.
pub struct SystemIds;

impl Ids for SystemIds {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        getrandom::fill(bytes).map_err(io::Error::other)
    }
}

pub(crate) fn random_uuid(ids: &dyn Ids) -> Result<Uuid> {
    let mut bytes = [0; 16];
    ids.fill(&mut bytes).context("drawing a random number")?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// `length` random characters of `[A-Za-z0-9]`, each equally likely.
pub(crate) fn random_base62(ids: &dyn Ids, length: usize) -> Result<String> {
    random_letters(ids, BASE62, length)
}

/// `length` random characters of `[a-z0-9]`, each equally likely.
pub(crate) fn random_base36(ids: &dyn Ids, length: usize) -> Result<String> {
    random_letters(ids, BASE36, length)
}

fn random_letters(ids: &dyn Ids, alphabet: &[u8], length: usize) -> Result<String> {
    // The largest multiple of the alphabet that fits: beyond it the first letters would be likelier.
    let fair = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    let mut bytes = [0; 64];
    while text.len() < length {
        ids.fill(&mut bytes).context("drawing a random number")?;
        let drawn = bytes
            .iter()
            .map(|byte| usize::from(*byte))
            .filter(|byte| *byte < fair);
        let letters = drawn.map(|byte| char::from(alphabet[byte % alphabet.len()]));
        text.extend(letters.take(length - text.len()));
    }
    Ok(text)
}
