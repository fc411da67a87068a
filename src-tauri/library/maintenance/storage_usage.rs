//! What takes how much room: each account's originals, and the variants of all.

use crate::error::{Result, While};
use crate::storage::db::params;
use crate::{AccountId, Library};

/// One account's images, or the guests'.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Share {
    /// Empty: the guests'.
    pub name: String,
    pub images: u64,
    /// Of their originals; where two images have the same bytes, both count.
    pub bytes: u64,
}

/// The disk under the whole folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Bytes of variants.
    pub cache: u64,
    /// As many as there may be.
    pub cache_most: u64,
    /// What this program may still write.
    pub free: u64,
}

impl Library {
    /// Every account's, by name, and last the guests'.
    pub fn shares(&self) -> Result<Vec<Share>> {
        self.catalogue().read(|read| {
            read.all(
                "SELECT * FROM (
                     SELECT accounts.name AS name, count(images.id), coalesce(sum(images.bytes), 0)
                     FROM accounts LEFT JOIN images ON images.owner = accounts.id GROUP BY accounts.id
                     UNION ALL SELECT '', count(*), coalesce(sum(bytes), 0) FROM images WHERE owner IS NULL
                 ) ORDER BY name = '', name",
                [],
                |row| {
                    Ok(Share {
                        name: row.get(0)?,
                        images: row.get::<_, i64>(1)?.unsigned_abs(),
                        bytes: row.get::<_, i64>(2)?.unsigned_abs(),
                    })
                },
            )
        })
    }

    /// One account's.
    pub fn share(&self, account: &AccountId) -> Result<Share> {
        let name = self.account(account)?.name;
        let counted = self.catalogue().read(|read| {
            read.one(
                "SELECT count(*), coalesce(sum(bytes), 0) FROM images WHERE owner = ?1",
                params![account],
                |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
            )
        })?;
        let (images, bytes) = counted.unwrap_or_default();
        Ok(Share {
            name,
            images: images.unsigned_abs(),
            bytes: bytes.unsigned_abs(),
        })
    }

    pub fn room(&self) -> Result<Room> {
        Ok(Room {
            cache: self.shelf().filled()?,
            cache_most: self.settings().cache_bytes,
            free: fs4::available_space(self.folder()).during("looking how full the disk is")?,
        })
    }
}
