//! Deletes images, and the bytes that no image has any more.

use super::image::Image;
use super::rows::{has_digest, is_retained};
use crate::Library;
use crate::auth::permissions;
use crate::auth::permissions::{Action, Actor};
use crate::digest::Digest;
use crate::error::{Error, Result, StorageContext};
use crate::storage::db::{WriteTx, params};

impl Library {
    /// Deletes the image with all its names, and the original and variants if no other image has these bytes.
    ///
    /// # Errors
    /// `NotOwner` or `Forbidden` if `actor` may not delete it; `NotFound` if it is gone already.
    pub fn delete_image(&self, actor: &Actor, image: &Image) -> Result<()> {
        permissions::require_permission(actor, Action::Delete, image)?;
        self.remove_image(image, |_| Ok(()))
    }

    /// As `delete_image`, but the original stays on disk, listed as retained.
    pub fn delete_image_and_retain(&self, actor: &Actor, image: &Image) -> Result<()> {
        permissions::require_permission(actor, Action::Delete, image)?;
        let now = self.now();
        self.remove_image(image, |write| {
            write.execute(
                "INSERT OR REPLACE INTO retained (digest, name, retained_at) VALUES (?1, ?2, ?3)",
                params![image.digest, image.name, now],
            )?;
            Ok(())
        })
    }

    /// Deletes without checking permissions, and runs `also` in the same transaction.
    pub(crate) fn remove_image(
        &self,
        image: &Image,
        also: impl FnOnce(&WriteTx<'_>) -> Result<()>,
    ) -> Result<()> {
        let digest = self.database().write(|write| {
            let gone = write.query_one(
                "DELETE FROM images WHERE id = ?1 AND owner IS ?2 RETURNING digest",
                params![image.id, image.owner],
                |row| row.get(0),
            )?;
            let digest = gone.ok_or(Error::NotFound)?;
            also(write)?;
            Ok(digest)
        })?;
        self.try_delete_unreferenced(&digest);
        Ok(())
    }

    /// Deletes an image whose bytes are broken, unless they were replaced meanwhile.
    pub(crate) fn remove_broken_image(&self, image: &Image) -> Result<()> {
        let gone = self.database().write(|write| {
            write.execute(
                "DELETE FROM images WHERE id = ?1 AND digest = ?2",
                params![image.id, image.digest],
            )
        })?;
        if gone > 0 {
            self.try_delete_unreferenced(&image.digest);
        }
        Ok(())
    }

    /// Deletes all expired images. Returns how many.
    pub(crate) fn delete_expired_images(&self) -> Result<u64> {
        let now = self.now();
        let digests: Vec<Digest> = self.database().write(|write| {
            write.query_all(
                "DELETE FROM images WHERE expires_at <= ?1 RETURNING digest",
                params![now],
                |row| row.get(0),
            )
        })?;
        for digest in &digests {
            self.try_delete_unreferenced(digest);
        }
        Ok(digests.len() as u64)
    }

    /// Removes the original and the variants of `digest` if no image has these bytes. Returns whether it did.
    ///
    /// Called after the commit that deleted a row. The check is made under the write lock, which every upload in any
    /// process needs for its row: a concurrent upload of the same bytes is either seen here, or finds its blob missing
    /// and stores it again.
    pub(crate) fn delete_if_unreferenced(&self, digest: &Digest) -> Result<bool> {
        self.database().write(|write| {
            if has_digest(write, digest)? {
                return Ok(false);
            }
            self.disk_cache().remove_variants_of(digest)?;
            let gone = self.disk_cache().path(digest, "");
            self.memory_cache().retain(|path| !path.starts_with(&gone));
            if is_retained(write, digest)? {
                return Ok(false);
            }
            self.blobs().remove(digest).context("removing a blob")?;
            Ok(true)
        })
    }

    /// As `delete_if_unreferenced`, for callers whose own work is committed: garbage collection repeats what fails.
    pub(crate) fn try_delete_unreferenced(&self, digest: &Digest) {
        if let Err(error) = self.delete_if_unreferenced(digest) {
            tracing::warn!(%digest, %error, "could not remove a deleted image's bytes; garbage collection will");
        }
    }
}
