//! The table of images: rows read by id, name or alias, inserted and updated.

use super::image::{Image, ImageName};
use crate::digest::Digest;
use crate::error::Result;
use crate::storage::db::{Column, ReadTx, Row, Sql, WriteTx, fold, params};
use crate::{ImageId, Timestamp};

pub(super) fn find_by_name(
    read: &ReadTx<'_>,
    name: &ImageName,
    now: Timestamp,
) -> Result<Option<Image>> {
    let found = match name {
        ImageName::Id(id) => find_by_id(read, id),
        ImageName::ShortName(short) => read.query_one(
            &format!("{SELECT} WHERE short = ?1"),
            params![short],
            image_from_row,
        ),
        ImageName::Alias {
            dialect,
            owner: None,
            key,
        } => read.query_one(
            &format!(
                "{SELECT} WHERE id = (SELECT image FROM aliases
                    WHERE dialect = ?1 AND key = ?2 AND owner IS NULL)"
            ),
            params![dialect, key],
            image_from_row,
        ),
        ImageName::Alias {
            dialect,
            owner: Some(owner),
            key,
        } => read.query_one(
            &format!(
                "{SELECT} WHERE id = (SELECT image FROM aliases
                    JOIN accounts ON accounts.id = aliases.owner
                    WHERE dialect = ?1 AND key = ?2 AND accounts.name = ?3)"
            ),
            params![dialect, key, owner],
            image_from_row,
        ),
    }?;
    Ok(found.filter(|image| is_live(image, now)))
}

pub(crate) fn is_live(image: &Image, now: Timestamp) -> bool {
    image.expires_at.is_none_or(|end| end > now)
}

macro_rules! columns {
    () => {
        "id, short, name, digest, bytes, format, width, height, orientation, animated, complete, owner, origin,
         created_at, updated_at, extension, folder, public, title, description, tags, nsfw, views, replaced_at,
         expires_at"
    };
}

/// Read by `image`.
pub(crate) const SELECT: &str = concat!("SELECT ", columns!(), " FROM images");

const INSERT: &str = concat!(
    "INSERT INTO images (",
    columns!(),
    ", folded_name, folded_description, folded_text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
     ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)"
);

pub(crate) fn find_by_id(read: &ReadTx<'_>, id: &ImageId) -> Result<Option<Image>> {
    read.query_one(
        &format!("{SELECT} WHERE id = ?1"),
        params![id],
        image_from_row,
    )
}

pub(crate) fn image_from_row(row: &Row<'_>) -> Column<Image> {
    Ok(Image {
        id: row.get(0)?,
        short_name: row.get(1)?,
        name: row.get(2)?,
        digest: row.get(3)?,
        bytes: row.get::<_, i64>(4)?.unsigned_abs(),
        info: imaging::ImageInfo {
            format: row.get::<_, Sql<imaging::Format>>(5)?.0,
            width: row.get(6)?,
            height: row.get(7)?,
            orientation: row.get::<_, Sql<imaging::Orientation>>(8)?.0,
            animated: row.get(9)?,
            is_complete: row.get(10)?,
        },
        owner: row.get(11)?,
        origin: row.get(12)?,
        created_at: row.get(13)?,
        updated_at: row.get(14)?,
        extension: row.get(15)?,
        folder: row.get(16)?,
        public: row.get(17)?,
        title: row.get(18)?,
        description: row.get(19)?,
        tags: row.get::<_, Sql<Vec<String>>>(20)?.0,
        nsfw: row.get(21)?,
        views: row.get::<_, i64>(22)?.unsigned_abs(),
        replaced_at: row.get(23)?,
        expires_at: row.get(24)?,
    })
}

pub(crate) fn insert(write: &WriteTx<'_>, image: &Image) -> Result<()> {
    write.execute(
        INSERT,
        params![
            image.id,
            image.short_name,
            image.name,
            image.digest,
            image.bytes.cast_signed(),
            Sql(image.info.format),
            image.info.width,
            image.info.height,
            Sql(image.info.orientation),
            image.info.animated,
            image.info.is_complete,
            image.owner,
            image.origin,
            image.created_at,
            image.updated_at,
            image.extension,
            image.folder,
            image.public,
            image.title,
            image.description,
            Sql(image.tags.as_slice()),
            image.nsfw,
            image.views.cast_signed(),
            image.replaced_at,
            image.expires_at,
            fold(&image.name),
            fold(&image.description),
            searchable_text(image),
        ],
    )?;
    Ok(())
}

/// Writes everything of an image that can change but its views, which are counted elsewhere.
pub(crate) fn update(write: &WriteTx<'_>, image: &Image) -> Result<()> {
    write.execute(
        "UPDATE images SET name = ?2, digest = ?3, bytes = ?4, format = ?5, width = ?6, height = ?7,
            orientation = ?8, animated = ?9, complete = ?10, updated_at = ?11, folder = ?12, public = ?13,
            title = ?14, description = ?15, tags = ?16, nsfw = ?17, replaced_at = ?18, expires_at = ?19,
            folded_name = ?20, folded_description = ?21, folded_text = ?22
         WHERE id = ?1",
        params![
            image.id,
            image.name,
            image.digest,
            image.bytes.cast_signed(),
            Sql(image.info.format),
            image.info.width,
            image.info.height,
            Sql(image.info.orientation),
            image.info.animated,
            image.info.is_complete,
            image.updated_at,
            image.folder,
            image.public,
            image.title,
            image.description,
            Sql(image.tags.as_slice()),
            image.nsfw,
            image.replaced_at,
            image.expires_at,
            fold(&image.name),
            fold(&image.description),
            searchable_text(image),
        ],
    )?;
    Ok(())
}

/// The folded text that full-text searches look through. Line breaks separate its parts, so that no match reaches from one
/// into the next.
fn searchable_text(image: &Image) -> String {
    let said = [&image.name, &image.title, &image.description];
    let lines: Vec<&str> = said
        .into_iter()
        .chain(&image.tags)
        .map(String::as_str)
        .collect();
    fold(&lines.join("\n"))
}

pub(crate) fn exists(read: &ReadTx<'_>, id: &ImageId) -> Result<bool> {
    read.exists("SELECT 1 FROM images WHERE id = ?1", params![id])
}

/// Whether any image has these bytes.
pub(crate) fn has_digest(read: &ReadTx<'_>, digest: &Digest) -> Result<bool> {
    read.exists("SELECT 1 FROM images WHERE digest = ?1", params![digest])
}

/// Whether these bytes stay although no image has them.
pub(crate) fn is_retained(read: &ReadTx<'_>, digest: &Digest) -> Result<bool> {
    read.exists("SELECT 1 FROM retained WHERE digest = ?1", params![digest])
}

/// Whether this very image is still there, with the bytes it had.
pub(crate) fn is_unchanged(read: &ReadTx<'_>, image: &Image) -> Result<bool> {
    read.exists(
        "SELECT 1 FROM images WHERE id = ?1 AND digest = ?2",
        params![image.id, image.digest],
    )
}
