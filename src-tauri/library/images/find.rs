//! Finds an image by its id, its short name or an alias.

use super::image::{Image, ImageName};
use super::rows::find_by_name;
use crate::Library;
use crate::auth::permissions;
use crate::auth::permissions::{Action, Actor};
use crate::error::{Error, Result};

impl Library {
    /// The image of that name. An expired one is not found, whether it has been deleted yet or not.
    pub fn find_image(&self, name: &ImageName) -> Result<Image> {
        let now = self.now();
        let found = self.database().read(|read| find_by_name(read, name, now))?;
        found
            .map(|image| self.with_pending_views(image))
            .ok_or(Error::NotFound)
    }

    /// The image of that name, if `actor` may do `action` with it.
    pub fn find_image_for(&self, actor: &Actor, action: Action, name: &ImageName) -> Result<Image> {
        let image = self.find_image(name)?;
        permissions::require_permission(actor, action, &image)?;
        Ok(image)
    }
}
