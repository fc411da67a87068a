//! Random ids and names: UUIDs, and texts of letters and digits.
//!
//! All of them come from an [`Ids`], so that a test can make two of them collide.

use std::io;

use uuid::Uuid;

use crate::error::{Result, StorageContext};

const BASE36: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const BASE62: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A source of random bytes.
pub trait Ids: Send + Sync {
    /// Fills `bytes` with bytes that cannot be guessed.
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
pub fn random_base62(ids: &dyn Ids, length: usize) -> Result<String> {
    random_letters(ids, BASE62, length)
}

/// `length` random characters of `[a-z0-9]`, each equally likely.
pub fn random_base36(ids: &dyn Ids, length: usize) -> Result<String> {
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
