//! Images: what the library keeps of each picture, and how it is found and deleted.

use std::fmt;

use imaging::Transform;
use sha2::Sha256;

use crate::access::{self, Actor};
use crate::catalogue::{Column, Read, Row, Stored, Write, params};
use crate::error::{Error, Result, While};
use crate::{AccountId, ImageId, Library, Timestamp};

/// The widths that an image is offered in.
const WIDTHS: [u32; 5] = [200, 400, 800, 1200, 1600];

/// One picture that somebody put in. Two images may share the same bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    pub id: ImageId,
    /// Its name in `imgs`: ten characters of `[A-Za-z0-9]`.
    pub short: String,
    /// The file name it was uploaded with; may be empty.
    pub name: String,
    pub digest: Digest,
    /// Size of the original.
    pub bytes: u64,
    pub info: imaging::Info,
    pub owner: Option<AccountId>,
    /// Which door it came in through.
    pub door: Door,
    pub created_at: Timestamp,
    /// When its bytes were replaced; `None` if they never were, so they may be cached for good.
    pub updated_at: Option<Timestamp>,
}

impl Image {
    /// The offered widths that are smaller than the picture, ascending.
    pub fn widths(&self) -> impl Iterator<Item = u32> + use<> {
        let whole = self.info.width;
        WIDTHS.into_iter().filter(move |width| *width < whole)
    }

    /// The strong ETag of the original (`None`) or of a variant, with its quotes. Costs no look at the bytes.
    pub fn etag(&self, transform: Option<&Transform>) -> String {
        match transform {
            None => format!("\"{}\"", self.digest),
            Some(transform) => format!("\"{}-{}\"", self.digest, transform.canonical()),
        }
    }
}

/// A name by which an image can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageName {
    Id(ImageId),
    Short(String),
}

/// The SHA-256 of an original. Text form: 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub(crate) [u8; 32]);

impl Digest {
    pub(crate) fn of(hash: Sha256) -> Digest {
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
pub enum Door {
    Imgs,
    Imgshare,
    Media,
    Slink,
    Chevereto,
    Dashboard,
}

impl Door {
    const ALL: [Door; 6] = [
        Door::Imgs,
        Door::Imgshare,
        Door::Media,
        Door::Slink,
        Door::Chevereto,
        Door::Dashboard,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Door::Imgs => "imgs",
            Door::Imgshare => "imgshare",
            Door::Media => "media",
            Door::Slink => "slink",
            Door::Chevereto => "chevereto",
            Door::Dashboard => "dashboard",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Door> {
        Door::ALL.into_iter().find(|door| door.name() == name)
    }
}

impl Library {
    pub fn find(&self, name: &ImageName) -> Result<Image> {
        self.catalogue()
            .read(|read| match name {
                ImageName::Id(id) => by_id(read, id),
                ImageName::Short(short) => {
                    read.one(&format!("{SELECT} WHERE short = ?1"), params![short], image)
                }
            })?
            .ok_or(Error::NotFound)
    }

    /// Forgets the image under all its names; with the last image of its bytes the original and all
    /// variants leave the disk.
    pub fn delete(&self, actor: &Actor, image: &Image) -> Result<()> {
        access::to_delete(actor, image)?;
        let digest = self.catalogue().write(|write| {
            let gone = write.one(
                "DELETE FROM images WHERE id = ?1 AND owner IS ?2 RETURNING digest",
                params![image.id, image.owner],
                |row| row.get(0),
            )?;
            gone.ok_or(Error::NotFound)
        })?;
        self.release_or_leave(&digest);
        Ok(())
    }

    /// Removes the bytes behind `digest` if no image has them any more.
    ///
    /// Called after the commit that removed a row. The look is repeated under the write lock, which every
    /// upload needs for its own row, in this process or another; so bytes that somebody is just
    /// uploading anew are either seen here, or seen to be missing there and put again.
    pub(crate) fn release(&self, digest: &Digest) -> Result<bool> {
        self.catalogue().write(|write| {
            if has_digest(write, digest)? {
                return Ok(false);
            }
            self.shelf().remove_all(digest)?;
            self.blobs().remove(digest).during("removing a blob")?;
            Ok(true)
        })
    }

    /// As `release`, for callers whose own work is committed: what fails here is left to the sweep.
    pub(crate) fn release_or_leave(&self, digest: &Digest) {
        if let Err(error) = self.release(digest) {
            tracing::warn!(%digest, %error, "the bytes of a deleted image stay until the next sweep");
        }
    }
}

const SELECT: &str =
    "SELECT id, short, name, digest, bytes, format, width, height, orientation, animated,
    complete, owner, door, created_at, updated_at FROM images";

pub(crate) fn by_id(read: &Read<'_>, id: &ImageId) -> Result<Option<Image>> {
    read.one(&format!("{SELECT} WHERE id = ?1"), params![id], image)
}

fn image(row: &Row<'_>) -> Column<Image> {
    Ok(Image {
        id: row.get(0)?,
        short: row.get(1)?,
        name: row.get(2)?,
        digest: row.get(3)?,
        bytes: row.get::<_, i64>(4)?.unsigned_abs(),
        info: imaging::Info {
            format: row.get::<_, Stored<imaging::Format>>(5)?.0,
            width: row.get(6)?,
            height: row.get(7)?,
            orientation: row.get::<_, Stored<imaging::Orientation>>(8)?.0,
            animated: row.get(9)?,
            complete: row.get(10)?,
        },
        owner: row.get(11)?,
        door: row.get(12)?,
        created_at: row.get(13)?,
        updated_at: row.get(14)?,
    })
}

pub(crate) fn insert(write: &Write<'_>, image: &Image) -> Result<()> {
    write.execute(
        "INSERT INTO images (id, short, name, digest, bytes, format, width, height, orientation, animated,
            complete, owner, door, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        params![
            image.id,
            image.short,
            image.name,
            image.digest,
            image.bytes.cast_signed(),
            Stored(image.info.format),
            image.info.width,
            image.info.height,
            Stored(image.info.orientation),
            image.info.animated,
            image.info.complete,
            image.owner,
            image.door,
            image.created_at,
            image.updated_at
        ],
    )?;
    Ok(())
}

/// Whether any image has these bytes.
pub(crate) fn has_digest(read: &Read<'_>, digest: &Digest) -> Result<bool> {
    read.exists("SELECT 1 FROM images WHERE digest = ?1", params![digest])
}

/// Whether this very image is still there, with the bytes it had.
pub(crate) fn is_still(read: &Read<'_>, image: &Image) -> Result<bool> {
    read.exists(
        "SELECT 1 FROM images WHERE id = ?1 AND digest = ?2",
        params![image.id, image.digest],
    )
}
