//! Reads one page of a list.

use super::filter::list_conditions;
use super::query::{Listing, PageStart};
use crate::auth::permissions;
use crate::auth::permissions::Actor;
use crate::auth::scopes::Scope;
use crate::error::Result;
use crate::images::image::Image;
use crate::images::rows;
use crate::storage::db::params_from_iter;
use crate::{ImageId, Library};

#[derive(Debug, Clone)]
pub struct Page {
    pub images: Vec<Image>,
    /// The number of all matches, or of those known so far if they are not counted.
    pub total: u64,
    /// Whether there are further matches after these.
    pub has_more: bool,
}

impl Library {
    /// # Errors
    /// `Unauthorised` or `Forbidden` if `actor` may not list its own, where those are asked for.
    pub fn list_images(&self, actor: &Actor, listing: &Listing) -> Result<Page> {
        // The list may be ordered by views and shows them, so they must be in the rows.
        self.flush_views()?;
        let conditions = list_conditions(actor, listing, self.now())?;
        let direction = if listing.descending { "DESC" } else { "ASC" };
        let order = listing.order.column();
        let mut start = conditions.clone();
        let skip = match &listing.start {
            PageStart::Skip(skip) => *skip,
            PageStart::After(time, id) => {
                let than = if listing.descending { "<" } else { ">" };
                start.add_condition(&format!("({order}, id) {than} (?, ?)"), [time, id])?;
                0
            }
        };
        let in_order = format!("ORDER BY {order} {direction}, id {direction}");
        // Found, sorted and skipped by what an index holds; only this page's rows are read.
        let page = format!(
            "{} WHERE id IN (SELECT id FROM {} WHERE {} {in_order} LIMIT {} OFFSET {}) {in_order}",
            rows::SELECT,
            start.from,
            start.sql,
            u64::from(listing.limit) + 1,
            skip.min(i64::MAX.unsigned_abs()),
        );
        let count = format!(
            "SELECT count(*) FROM {} WHERE {}",
            conditions.from, conditions.sql
        );
        self.database().read(|read| {
            let mut images =
                read.query_all(&page, params_from_iter(start.values), rows::image_from_row)?;
            let more = images.len() > listing.limit as usize;
            images.truncate(listing.limit as usize);
            let seen = match images.len() {
                0 => 0,
                found => skip + found as u64,
            };
            // Where the last page was found, all were gone through: no need to do so again.
            let last =
                matches!(listing.start, PageStart::Skip(_)) && !more && (skip == 0 || seen > 0);
            let total = if last || !listing.count_total {
                seen
            } else {
                let counted: Option<i64> =
                    read.query_one(&count, params_from_iter(conditions.values), |row| {
                        row.get(0)
                    })?;
                counted.unwrap_or_default().unsigned_abs()
            };
            Ok(Page {
                images,
                total,
                has_more: more,
            })
        })
    }

    /// Those of `ids` that are the actor's own, in the order of `ids`.
    pub fn list_images_by_id(&self, actor: &Actor, ids: &[ImageId]) -> Result<Vec<Image>> {
        let owner = permissions::require_scope(actor, Scope::Manage)?;
        self.flush_views()?;
        let now = self.now();
        self.database().read(|read| {
            let mut found = Vec::new();
            for id in ids {
                found.extend(
                    rows::find_by_id(read, id)?
                        .filter(|image| image.owner.as_ref() == Some(owner))
                        .filter(|image| rows::is_live(image, now)),
                );
            }
            Ok(found)
        })
    }
}
