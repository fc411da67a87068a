//! SHA-256 digests: they name originals on disk and identify requests.

use std::fmt;

use sha2::Sha256;

/// A SHA-256 digest. Text form: 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub(crate) [u8; 32]);

impl Digest {
    pub(crate) fn from_hasher(hash: Sha256) -> Digest {
        Digest(sha2::Digest::finalize(hash).into())
    }

    pub(crate) fn from_hex(text: &str) -> Option<Digest> {
        let text = text.as_bytes();
        if text.len() != 64 {
            return None;
        }
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(text.chunks_exact(2)) {
            let nibble = |digit: u8| {
                char::from(digit)
                    .to_digit(16)
                    .filter(|_| !digit.is_ascii_uppercase())
            };
            *byte = u8::try_from(nibble(pair[0])? * 16 + nibble(pair[1])?).ok()?;
        }
        Some(Digest(digest))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
