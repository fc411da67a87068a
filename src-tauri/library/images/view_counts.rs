//! How often images were looked at: counted in memory and written down together, since a write a view would be
//! too many. Whoever reads the count has what is not written down yet added.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::error::Result;
use crate::mutex::lock;
use crate::storage::db::params;
use crate::{Image, ImageId, Library};

/// Views that are not written down yet.
#[derive(Default)]
pub(crate) struct ViewCounter(Mutex<HashMap<ImageId, u64>>);

impl Library {
    /// Somebody has looked at the image.
    pub fn count_view(&self, image: &Image) {
        *lock(&self.view_counter().0).entry(image.id).or_default() += 1;
    }

    pub(crate) fn with_pending_views(&self, mut image: Image) -> Image {
        image.views += lock(&self.view_counter().0)
            .get(&image.id)
            .copied()
            .unwrap_or_default();
        image
    }

    /// Writes down what was counted.
    pub(crate) fn flush_views(&self) -> Result<()> {
        // Held throughout: a reader in the middle would miss what is in neither place, or count it twice.
        let mut views = lock(&self.view_counter().0);
        if views.is_empty() {
            return Ok(());
        }
        self.database().write(|write| {
            views.iter().try_for_each(|(id, count)| {
                write.execute(
                    "UPDATE images SET views = views + ?2 WHERE id = ?1",
                    params![id, count.cast_signed()],
                )?;
                Ok(())
            })
        })?;
        views.clear();
        Ok(())
    }
}
