//! Edits an image's metadata.

use super::folders;
use super::image::{Image, ImageEdit};
use super::rows::{find_by_id, is_live, update};
use crate::auth::permissions;
use crate::auth::permissions::{Action, Actor};
use crate::error::{Error, Result};
use crate::storage::db::WriteTx;
use crate::{Library, Timestamp};

impl Library {
    /// Edits an image's metadata and returns the edited image.
    ///
    /// # Errors
    /// `NotOwner` or `Forbidden` if `actor` may not edit it, `ExpiryInPast`, `FolderNotFound`, and `NotFound` if it was
    /// deleted meanwhile.
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
}

/// Writes the edited image to its row.
pub(crate) fn apply_edit(
    write: &WriteTx<'_>,
    mut image: Image,
    edit: ImageEdit,
    now: Timestamp,
) -> Result<Image> {
    // A mistyped date must not delete anything.
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
