//! Images: what the library keeps of each picture, and how it is found, edited and deleted.

pub(crate) mod aliases;
pub(crate) mod bulk_edit;
pub(crate) mod folders;
pub(crate) mod idempotency;
pub(crate) mod ingest;
pub(crate) mod listing;
pub(crate) mod presets;
mod rows;
pub(crate) mod staged_upload;
pub(crate) mod view_counts;

use std::fmt;

use imaging::Transform;
use sha2::Sha256;

use crate::auth::permissions;
use crate::auth::permissions::{Action, Actor};
use crate::error::{Error, Result, StorageContext};
use crate::storage::db::{WriteTx, params};
use crate::{AccountId, FolderId, ImageId, Library, Timestamp};

use rows::find_by_name;
pub(crate) use rows::{
    SELECT, find_by_id, has_digest, image_from_row, insert, is_live, is_retained, is_unchanged,
    update,
};

/// The widths that an image is offered in.
const OFFERED_WIDTHS: [u32; 5] = [200, 400, 800, 1200, 1600];

/// One picture that somebody put in. Two images may share the same bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    pub id: ImageId,
    /// Its name in `imgs`: ten characters of `[A-Za-z0-9]`.
    pub short_name: String,
    /// The file name it was uploaded with; may be empty.
    pub name: String,
    /// The ending of the names that are made for it, without the dot; stays when the bytes are replaced.
    pub extension: String,
    pub digest: Digest,
    /// Size of the original.
    pub bytes: u64,
    pub info: imaging::ImageInfo,
    /// `None`: a guest's.
    pub owner: Option<AccountId>,
    /// Which door it came in through.
    pub origin: Origin,
    /// `None`: at the root.
    pub folder: Option<FolderId>,
    /// Whether everybody's listings show it. Who knows its address sees it in any case.
    pub public: bool,
    pub title: String,
    pub description: String,
    pub tags: Vec<String>,
    pub nsfw: bool,
    /// How often it was looked at, as far as doors count that.
    pub views: u64,
    pub created_at: Timestamp,
    /// When what is known of it was last edited, or its bytes replaced.
    pub updated_at: Option<Timestamp>,
    /// When its bytes were replaced; `None` if they never were, so they may be cached for good.
    pub replaced_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
}

impl Image {
    /// The offered widths that are smaller than the picture, ascending.
    pub fn offered_widths(&self) -> impl Iterator<Item = u32> + use<> {
        let whole = self.info.width;
        OFFERED_WIDTHS
            .into_iter()
            .filter(move |width| *width < whole)
    }

    /// The strong ETag of the original (`None`) or of a variant, with its quotes. Costs no look at the bytes.
    pub fn etag(&self, transform: Option<&Transform>) -> String {
        match transform {
            None => format!("\"{}\"", self.digest),
            Some(transform) => format!("\"{}-{}\"", self.digest, transform.cache_key()),
        }
    }
}

/// A name by which an image can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageName {
    Id(ImageId),
    ShortName(String),
    /// In IMGSHARE: `/img/{account}/{stem}.{extension}`; a reduction's name says nothing of the original's ending.
    Imgshare {
        account: String,
        /// With its date, as in `20260214_fountain`.
        stem: String,
        extension: Option<String>,
    },
    /// In Chevereto: what a viewer's address carries.
    CheveretoCode(String),
    /// In Chevereto: `/images/{day}/{name}.{extension}`, the day as in `2026/02/14`.
    CheveretoPath {
        day: String,
        name: String,
        extension: String,
    },
}

/// What is to become different of an image; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ImageEdit {
    pub name: Option<String>,
    pub folder: Option<Option<FolderId>>,
    pub public: Option<bool>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub tags: Option<Vec<String>>,
    pub nsfw: Option<bool>,
    pub expires_at: Option<Option<Timestamp>>,
}

/// The SHA-256 of an original. Text form: 64 hexadecimal digits.
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

/// The dialect through which an image came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    Imgs,
    Imgshare,
    Media,
    Slink,
    Chevereto,
    Dashboard,
}

impl Origin {
    const ALL: [Origin; 6] = [
        Origin::Imgs,
        Origin::Imgshare,
        Origin::Media,
        Origin::Slink,
        Origin::Chevereto,
        Origin::Dashboard,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Origin::Imgs => "imgs",
            Origin::Imgshare => "imgshare",
            Origin::Media => "media",
            Origin::Slink => "slink",
            Origin::Chevereto => "chevereto",
            Origin::Dashboard => "dashboard",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Origin> {
        Origin::ALL.into_iter().find(|door| door.name() == name)
    }
}

/// Writes an image down as it is to become.
pub(crate) fn apply_edit(
    write: &WriteTx<'_>,
    mut image: Image,
    edit: ImageEdit,
    now: Timestamp,
) -> Result<Image> {
    // A slip of the hand in a date is not to delete anything.
    if edit.expires_at.flatten().is_some_and(|end| end <= now) {
        return Err(Error::ExpiryInPast);
    }
    if let Some(folder) = edit.folder {
        if let Some(folder) = folder {
            folders::check_owner(write, &folder, image.owner.as_ref())?;
        }
        image.folder = folder;
    }
    image.name = edit.name.unwrap_or(image.name);
    image.public = edit.public.unwrap_or(image.public);
    image.title = edit.title.unwrap_or(image.title);
    image.description = edit.description.unwrap_or(image.description);
    image.tags = edit.tags.unwrap_or(image.tags);
    image.nsfw = edit.nsfw.unwrap_or(image.nsfw);
    image.expires_at = edit.expires_at.unwrap_or(image.expires_at);
    image.updated_at = Some(now);
    update(write, &image)?;
    Ok(image)
}

impl Library {
    /// The image of that name. One that has expired is none any more, whether it was swept or not.
    pub fn find_image(&self, name: &ImageName) -> Result<Image> {
        let now = self.now();
        let found = self.database().read(|read| find_by_name(read, name, now))?;
        found
            .map(|image| self.with_pending_views(image))
            .ok_or(Error::NotFound)
    }

    /// The image of that name, if `actor` may do `act` with it.
    pub fn find_image_for(&self, actor: &Actor, act: Action, name: &ImageName) -> Result<Image> {
        let image = self.find_image(name)?;
        permissions::require_permission(actor, act, &image)?;
        Ok(image)
    }

    /// Changes what is known of an image. Answers with how it is now.
    pub fn edit_image(&self, actor: &Actor, image: &Image, edit: ImageEdit) -> Result<Image> {
        permissions::require_permission(actor, Action::Edit, image)?;
        let now = self.now();
        let image = self.database().write(|write| {
            let image = find_by_id(write, &image.id)?
                .filter(|found| is_live(found, now))
                .ok_or(Error::NotFound)?;
            apply_edit(write, image, edit, now)
        })?;
        Ok(self.with_pending_views(image))
    }

    /// Forgets the image under all its names; with the last image of its bytes the original and all
    /// variants leave the disk.
    pub fn delete_image(&self, actor: &Actor, image: &Image) -> Result<()> {
        permissions::require_permission(actor, Action::Delete, image)?;
        self.remove_image(image, |_| Ok(()))
    }

    /// As `delete`, but the original stays on the disk, listed as retained.
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

    /// Deletes without asking who wants it; for those who have asked, and for the host itself.
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

    /// Deletes an image whose bytes turned out to be broken. One that has got others meanwhile stays.
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

    /// Deletes what has expired. Answers how many images.
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

    /// Removes the bytes behind `digest` if no image has them any more.
    ///
    /// Called after the commit that removed a row. The look is repeated under the write lock, which every
    /// upload needs for its own row, in this process or another; so bytes that somebody is just
    /// uploading anew are either seen here, or seen to be missing there and put again.
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

    /// As `release`, for callers whose own work is committed: what fails here is left to the sweep.
    pub(crate) fn try_delete_unreferenced(&self, digest: &Digest) {
        if let Err(error) = self.delete_if_unreferenced(digest) {
            tracing::warn!(%digest, %error, "the bytes of a deleted image stay until the next sweep");
        }
    }
}
