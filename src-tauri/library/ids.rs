//! Random names: UUIDs for identities, letters and digits for what people see.
//!
//! Everyone asks an `Ids`, so that a test can make two of them collide.

use std::fmt;
use std::io;
use std::str::FromStr;

use uuid::Uuid;

use crate::error::{Result, While};

/// An image's identity, for good and through every door. Text form: a lower-case hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageId(pub(crate) Uuid);

/// An account's identity. Text form: a lower-case hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub(crate) Uuid);

/// What a key is called where its secret must not be shown: ten letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub(crate) String);

impl KeyId {
    /// Takes any text: an id that no key has is an unknown key.
    pub fn new(text: impl Into<String>) -> KeyId {
        KeyId(text.into())
    }
}

impl fmt::Display for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ImageId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<ImageId, uuid::Error> {
        text.parse().map(ImageId)
    }
}

const BASE62: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

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

pub(crate) fn uuid(ids: &dyn Ids) -> Result<Uuid> {
    let mut bytes = [0; 16];
    ids.fill(&mut bytes).during("drawing a random number")?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// `length` random characters of `[A-Za-z0-9]`, each equally likely.
pub(crate) fn base62(ids: &dyn Ids, length: usize) -> Result<String> {
    let mut text = String::with_capacity(length);
    let mut bytes = [0; 64];
    while text.len() < length {
        ids.fill(&mut bytes).during("drawing a random number")?;
        // 248 is the largest multiple of 62 that fits: beyond it the first letters would be likelier.
        let fair = bytes.iter().filter(|byte| **byte < 248);
        let letters = fair.map(|byte| char::from(BASE62[usize::from(byte % 62)]));
        text.extend(letters.take(length - text.len()));
    }
    Ok(text)
}
