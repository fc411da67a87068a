//! What has come to its end: images, keys, sign-ins and invitations.
//!
//! Nobody gets anything of them from that moment on, since whoever reads a row looks at its end. Here their rows and
//! bytes go, soon after. Most of the time nothing is due, and then nothing is written and no lock is taken, so
//! that asking often lets a disk sleep.

use crate::Library;
use crate::auth::{api_keys, invites, sessions};
use crate::error::Result;
use crate::storage::db::params;

/// How many of each were deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExpiryReport {
    pub images: u64,
    pub keys: u64,
    pub sessions: u64,
}

impl Library {
    /// Deletes what has expired. Safe at any time, in any process.
    pub fn delete_expired(&self) -> Result<ExpiryReport> {
        let now = self.now();
        let due = self.database().read(|read| {
            read.exists(
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM images WHERE expires_at <= ?1)
                    OR EXISTS (SELECT 1 FROM keys WHERE expires_at <= ?1)
                    OR EXISTS (SELECT 1 FROM sessions WHERE expires_at <= ?1)
                    OR EXISTS (SELECT 1 FROM invites WHERE expires_at <= ?1)",
                params![now],
            )
        })?;
        if !due {
            return Ok(ExpiryReport::default());
        }
        let images = self.delete_expired_images()?;
        let (keys, sessions) = self.database().write(|write| {
            invites::delete_expired(write, now)?;
            Ok((
                api_keys::delete_expired(write, now)?,
                sessions::delete_expired(write, now)?,
            ))
        })?;
        Ok(ExpiryReport {
            images,
            keys: keys as u64,
            sessions: sessions as u64,
        })
    }
}
