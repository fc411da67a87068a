//! Disk usage: each account's originals, and all variants.

use crate::error::{Result, StorageContext};
use crate::storage::db::params;
use crate::{AccountId, Library};

/// One account's images, or the guests'.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountUsage {
    /// Empty: the guests'.
    pub name: String,
    pub images: u64,
    /// Of their originals; where two images have the same bytes, both count.
    pub bytes: u64,
}

/// The disk under the whole folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskUsage {
    /// Bytes of variants.
    pub cache_bytes: u64,
    /// As many as there may be.
    pub cache_capacity: u64,
    /// What this program may still write.
    pub free_bytes: u64,
}

impl Library {
    /// Every account's, by name, and last the guests'.
    pub fn usage_by_account(&self) -> Result<Vec<AccountUsage>> {
        self.database().read(|read| {
            read.query_all(
                "SELECT * FROM (
                     SELECT accounts.name AS name, count(images.id), coalesce(sum(images.bytes), 0)
                     FROM accounts LEFT JOIN images ON images.owner = accounts.id GROUP BY accounts.id
                     UNION ALL SELECT '', count(*), coalesce(sum(bytes), 0) FROM images WHERE owner IS NULL
                 ) ORDER BY name = '', name",
                [],
                |row| {
                    Ok(AccountUsage {
                        name: row.get(0)?,
                        images: row.get::<_, i64>(1)?.unsigned_abs(),
                        bytes: row.get::<_, i64>(2)?.unsigned_abs(),
                    })
                },
            )
        })
    }

    /// One account's.
    pub fn account_usage(&self, account: &AccountId) -> Result<AccountUsage> {
        let name = self.account(account)?.name;
        let counted = self.database().read(|read| {
            read.query_one(
                "SELECT count(*), coalesce(sum(bytes), 0) FROM images WHERE owner = ?1",
                params![account],
                |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
            )
        })?;
        let (images, bytes) = counted.unwrap_or_default();
        Ok(AccountUsage {
            name,
            images: images.unsigned_abs(),
            bytes: bytes.unsigned_abs(),
        })
    }

    pub fn disk_usage(&self) -> Result<DiskUsage> {
        Ok(DiskUsage {
            cache_bytes: self.disk_cache().size()?,
            cache_capacity: self.settings().cache_bytes,
            free_bytes: fs4::available_space(self.folder())
                .context("looking how full the disk is")?,
        })
    }
}
