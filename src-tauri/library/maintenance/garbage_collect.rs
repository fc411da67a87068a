//! Garbage collection: expired rows, unfinished uploads, and blobs that no image has.

use std::time::Duration;

use crate::error::{Result, StorageContext};
use crate::images::idempotency;
use crate::images::rows;
use crate::storage::db::ReadTx;
use crate::{Digest, ExpiryReport, Library};

/// Blobs younger than this may belong to an upload that is about to record its image.
const MIN_ORPHAN_AGE: Duration = Duration::from_secs(60 * 60);

/// What a sweep removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GcReport {
    pub expiry: ExpiryReport,
    pub responses: u64,
    /// Uploads that ended in the middle.
    pub staged_uploads: u64,
    /// Originals that no image has.
    pub blobs: u64,
}

impl Library {
    /// Writes down what is counted in memory: views, and when keys and variants were last used.
    pub fn flush_counters(&self) -> Result<()> {
        self.flush_views()?;
        self.flush_key_last_used()?;
        self.disk_cache().flush()
    }

    /// Removes what is of no use to anybody, and variants over the cap. Safe at any time, in any process.
    pub fn collect_garbage(&self) -> Result<GcReport> {
        let now = self.now();
        let expired = self.delete_expired()?;
        let answers = self
            .database()
            .write(|write| idempotency::delete_old_responses(write, now))?;
        let incoming = self.delete_stale_uploads()?;
        let blobs = self.delete_orphans()?;
        self.disk_cache().trim()?;
        // Variants of originals that another process deleted.
        self.memory_cache()
            .retain(|path| self.disk_cache().contains(path));
        Ok(GcReport {
            expiry: expired,
            responses: answers as u64,
            staged_uploads: incoming,
            blobs,
        })
    }

    /// Removes old blobs without an image, and variants without a blob's image.
    fn delete_orphans(&self) -> Result<u64> {
        let old = self.now().minus(MIN_ORPHAN_AGE);
        let mut stored = Vec::new();
        self.blobs()
            .for_each(&mut |digest, since| {
                if since < old {
                    stored.push(digest);
                }
            })
            .context("listing blobs")?;
        let mut removed = 0;
        for digest in self.filter_unreferenced(stored)? {
            removed += u64::from(self.delete_if_unreferenced(&digest)?);
        }
        for digest in self.filter_unreferenced(self.disk_cache().digests()?)? {
            if self
                .blobs()
                .len(&digest)
                .context("sweeping variants")?
                .is_none()
            {
                self.delete_if_unreferenced(&digest)?;
            }
        }
        Ok(removed)
    }

    /// Those of `digests` that no image has just now; `release` looks again.
    fn filter_unreferenced(&self, digests: Vec<Digest>) -> Result<Vec<Digest>> {
        self.database().read(|read: &ReadTx<'_>| {
            let mut nameless = Vec::new();
            for digest in digests {
                if !rows::has_digest(read, &digest)? {
                    nameless.push(digest);
                }
            }
            Ok(nameless)
        })
    }
}
