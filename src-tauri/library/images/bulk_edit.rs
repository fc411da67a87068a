//! Edits or deletes many images in one transaction.

use std::collections::BTreeSet;

use crate::auth::permissions;
use crate::auth::permissions::{Action, Actor};
use crate::error::{Error, Result};
use crate::images::edit;
use crate::images::image::{Image, ImageEdit};
use crate::images::rows;
use crate::storage::db::{ReadTx, WriteTx, params};
use crate::{ImageId, Library};

/// The result of a bulk edit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BulkEditOutcome {
    pub changed: u64,
    /// Those that are not there any more, or another's.
    pub missing: Vec<ImageId>,
}

impl Library {
    pub fn edit_images(
        &self,
        actor: &Actor,
        ids: &[ImageId],
        edit: &ImageEdit,
    ) -> Result<BulkEditOutcome> {
        let now = self.now();
        self.database().write(|write| {
            self.apply_to_each(write, actor, Action::Edit, ids, |image| {
                edit::apply_edit(write, image, edit.clone(), now).map(drop)
            })
        })
    }

    pub fn delete_images(&self, actor: &Actor, ids: &[ImageId]) -> Result<BulkEditOutcome> {
        let mut digests = Vec::new();
        let selected = self.database().write(|write: &WriteTx<'_>| {
            self.apply_to_each(write, actor, Action::Delete, ids, |image| {
                write.execute("DELETE FROM images WHERE id = ?1", params![image.id])?;
                digests.push(image.digest);
                Ok(())
            })
        })?;
        for digest in &digests {
            self.try_delete_unreferenced(digest);
        }
        Ok(selected)
    }

    fn apply_to_each(
        &self,
        read: &ReadTx<'_>,
        actor: &Actor,
        act: Action,
        ids: &[ImageId],
        mut with: impl FnMut(Image) -> Result<()>,
    ) -> Result<BulkEditOutcome> {
        let now = self.now();
        let mut selected = BulkEditOutcome::default();
        let once: BTreeSet<_> = ids.iter().collect();
        for id in once {
            let found = rows::find_by_id(read, id)?.filter(|image| rows::is_live(image, now));
            match found
                .map(|image| permissions::require_permission(actor, act, &image).map(|()| image))
            {
                Some(Ok(image)) => {
                    with(image)?;
                    selected.changed += 1;
                }
                None | Some(Err(Error::NotOwner)) => selected.missing.push(*id),
                Some(Err(error)) => return Err(error),
            }
        }
        Ok(selected)
    }
}
