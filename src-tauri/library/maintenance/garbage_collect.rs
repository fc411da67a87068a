//! Upkeep: what has expired, what was left half-done, and what nobody names any more.

use std::time::Duration;

use crate::error::{Result, While};
use crate::images::idempotency;
use crate::storage::db::Read;
use crate::{Digest, Expired, Library, images};

/// Blobs younger than this may belong to an upload that is about to record its image.
const YOUNG: Duration = Duration::from_secs(60 * 60);

/// What a sweep removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    pub expired: Expired,
    pub answers: u64,
    /// Uploads that ended in the middle.
    pub incoming: u64,
    /// Originals that no image has.
    pub blobs: u64,
}

impl Library {
    /// Writes down what is counted in memory: views, and when keys and variants were last used.
    pub fn flush(&self) -> Result<()> {
        self.flush_views()?;
        self.flush_uses()?;
        self.shelf().flush()
    }

    /// Removes what is of no use to anybody, and variants over the cap. Safe at any time, in any process.
    pub fn sweep(&self) -> Result<Swept> {
        let now = self.now();
        let expired = self.expire()?;
        let answers = self
            .catalogue()
            .write(|write| idempotency::delete_old_answers(write, now))?;
        let incoming = self.sweep_incoming()?;
        let blobs = self.sweep_orphans()?;
        self.shelf().trim()?;
        // What another process deleted and nobody has asked for since.
        self.hot().retain(|path| self.shelf().has(path));
        Ok(Swept {
            expired,
            answers: answers as u64,
            incoming,
            blobs,
        })
    }

    /// Removes old blobs without an image, and variants without a blob's image.
    fn sweep_orphans(&self) -> Result<u64> {
        let old = self.now().minus(YOUNG);
        let mut stored = Vec::new();
        self.blobs()
            .each(&mut |digest, since| {
                if since < old {
                    stored.push(digest);
                }
            })
            .during("listing blobs")?;
        let mut removed = 0;
        for digest in self.nameless(stored)? {
            removed += u64::from(self.release(&digest)?);
        }
        for digest in self.nameless(self.shelf().digests()?)? {
            if self
                .blobs()
                .len(&digest)
                .during("sweeping variants")?
                .is_none()
            {
                self.release(&digest)?;
            }
        }
        Ok(removed)
    }

    /// Those of `digests` that no image has just now; `release` looks again.
    fn nameless(&self, digests: Vec<Digest>) -> Result<Vec<Digest>> {
        self.catalogue().read(|read: &Read<'_>| {
            let mut nameless = Vec::new();
            for digest in digests {
                if !images::has_digest(read, &digest)? {
                    nameless.push(digest);
                }
            }
            Ok(nameless)
        })
    }
}
