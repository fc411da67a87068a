//! Many images at one time, as somebody selected them: all that are there are changed or deleted, or none is.

use std::collections::BTreeSet;

use crate::auth::permissions;
use crate::auth::permissions::{Act, Actor};
use crate::error::{Error, Result};
use crate::images::{self, Edit, Image};
use crate::storage::db::{Read, Write, params};
use crate::{ImageId, Library};

/// What became of a selection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selected {
    pub done: u64,
    /// Those that are not there any more, or another's.
    pub gone: Vec<ImageId>,
}

impl Library {
    pub fn edit_each(&self, actor: &Actor, ids: &[ImageId], edit: &Edit) -> Result<Selected> {
        let now = self.now();
        self.catalogue().write(|write| {
            self.each(write, actor, Act::Edit, ids, |image| {
                images::edited(write, image, edit.clone(), now).map(drop)
            })
        })
    }

    pub fn delete_each(&self, actor: &Actor, ids: &[ImageId]) -> Result<Selected> {
        let mut digests = Vec::new();
        let selected = self.catalogue().write(|write: &Write<'_>| {
            self.each(write, actor, Act::Delete, ids, |image| {
                write.execute("DELETE FROM images WHERE id = ?1", params![image.id])?;
                digests.push(image.digest);
                Ok(())
            })
        })?;
        for digest in &digests {
            self.release_or_leave(digest);
        }
        Ok(selected)
    }

    fn each(
        &self,
        read: &Read<'_>,
        actor: &Actor,
        act: Act,
        ids: &[ImageId],
        mut with: impl FnMut(Image) -> Result<()>,
    ) -> Result<Selected> {
        let now = self.now();
        let mut selected = Selected::default();
        let once: BTreeSet<_> = ids.iter().collect();
        for id in once {
            let found = images::by_id(read, id)?.filter(|image| images::lives(image, now));
            match found.map(|image| permissions::may(actor, act, &image).map(|()| image)) {
                Some(Ok(image)) => {
                    with(image)?;
                    selected.done += 1;
                }
                None | Some(Err(Error::NotYours)) => selected.gone.push(*id),
                Some(Err(error)) => return Err(error),
            }
        }
        Ok(selected)
    }
}
