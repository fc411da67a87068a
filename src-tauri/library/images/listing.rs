//! Lists of images: whose, where, with which words in them, in which order, and from where on.

mod by_day;
mod search;

use crate::auth::permissions;
use crate::auth::permissions::{Actor, Scope};
use crate::error::Result;
use crate::images::{self, Image};
use crate::storage::db::{ToSql, Value, params_from_iter, to_sql_value};
use crate::{FolderId, ImageId, Library, Timestamp};

pub use by_day::{DayCount, Zone};
pub use search::Search;

/// What a list is to have. Everything given has to hold.
#[derive(Debug, Clone)]
pub struct Listing {
    pub owner: OwnerFilter,
    pub folder: FolderFilter,
    pub search: Option<Search>,
    pub order: Order,
    pub descending: bool,
    pub start: PageStart,
    pub limit: u32,
    /// Whether it is counted how many there are in all, for which all have to be gone through.
    pub count_total: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerFilter {
    /// The asking account's own, public or not.
    Own,
    /// Everybody's that are public.
    Public,
    /// Everybody's, public or not.
    All,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderFilter {
    Any,
    Root,
    /// In this very folder.
    Folder(FolderId),
    /// In the folder of that path, of which there may be none.
    Path(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    CreatedAt,
    /// By the last edit, or where there was none by the upload.
    UpdatedAt,
    Views,
    Name,
    Description,
    Bytes,
    Width,
    Height,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageStart {
    /// So many are left out.
    Skip(u64),
    /// After the image of that time and id, in the order by that time.
    After(Timestamp, ImageId),
}

#[derive(Debug, Clone)]
pub struct Page {
    pub images: Vec<Image>,
    /// How many there are without regard to where this page starts and how long it is; where they are not counted,
    /// how many there are at least.
    pub total: u64,
    /// Whether others come after these.
    pub has_more: bool,
}

impl Library {
    /// # Errors
    /// `Unauthorised` or `Forbidden` if `actor` may not list its own, where those are asked for.
    pub fn list_images(&self, actor: &Actor, listing: &Listing) -> Result<Page> {
        // What orders or shows them must be in the rows.
        self.flush_views()?;
        let which = ListFilter::new(actor, listing, self.now())?;
        let direction = if listing.descending { "DESC" } else { "ASC" };
        let order = listing.order.column();
        let mut start = which.clone();
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
            images::SELECT,
            start.from,
            start.sql,
            u64::from(listing.limit) + 1,
            skip.min(i64::MAX.unsigned_abs()),
        );
        let count = format!("SELECT count(*) FROM {} WHERE {}", which.from, which.sql);
        self.database().read(|read| {
            let mut images = read.query_all(
                &page,
                params_from_iter(start.values),
                images::image_from_row,
            )?;
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
                    read.query_one(&count, params_from_iter(which.values), |row| row.get(0))?;
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
                    images::find_by_id(read, id)?
                        .filter(|image| image.owner.as_ref() == Some(owner))
                        .filter(|image| images::is_live(image, now)),
                );
            }
            Ok(found)
        })
    }
}

impl Order {
    fn column(self) -> &'static str {
        match self {
            Order::CreatedAt => "created_at",
            Order::UpdatedAt => "coalesce(updated_at, created_at)",
            Order::Views => "views",
            Order::Name => "folded_name",
            Order::Description => "folded_description",
            Order::Bytes => "bytes",
            Order::Width => "width",
            Order::Height => "height",
        }
    }
}

/// The conditions of a list, and the values that stand in them.
#[derive(Clone)]
struct ListFilter {
    /// The table, and the index where it takes the right one to be quick.
    from: &'static str,
    sql: String,
    values: Vec<Value>,
}

impl ListFilter {
    /// What a list is of, wherever it starts and however it is sorted.
    fn new(actor: &Actor, listing: &Listing, now: Timestamp) -> Result<ListFilter> {
        let mut which = ListFilter {
            from: "images",
            sql: String::new(),
            values: Vec::new(),
        };
        which.add_condition("(expires_at IS NULL OR expires_at > ?)", [&now])?;
        let owner = match listing.owner {
            OwnerFilter::Own => Some(permissions::require_scope(actor, Scope::Manage)?),
            OwnerFilter::Public | OwnerFilter::All => None,
        };
        match (owner, listing.owner) {
            (Some(owner), _) => which.add_condition("owner = ?", [owner])?,
            (None, OwnerFilter::Public) => which.add_condition("public", [])?,
            (None, _) => {}
        }
        match (&listing.folder, owner) {
            (FolderFilter::Any, _) => {}
            (FolderFilter::Root, _) => which.add_condition("folder IS NULL", [])?,
            (FolderFilter::Folder(folder), _) => which.add_condition("folder = ?", [folder])?,
            (FolderFilter::Path(path), Some(owner)) => which.add_condition(
                "folder = (SELECT id FROM folders WHERE owner = ? AND path = ?)",
                [owner, path],
            )?,
            (FolderFilter::Path(path), None) => {
                which.add_condition("folder IN (SELECT id FROM folders WHERE path = ?)", [path])?
            }
        }
        if let Some(search) = &listing.search {
            which.add_search(search)?;
        }
        Ok(which)
    }

    /// `values` stand for the question marks of `condition`, in their order.
    fn add_condition<const N: usize>(
        &mut self,
        condition: &str,
        values: [&dyn ToSql; N],
    ) -> Result<()> {
        if !self.sql.is_empty() {
            self.sql.push_str(" AND ");
        }
        self.sql.push_str(condition);
        for given in values {
            self.values.push(to_sql_value(given)?);
        }
        Ok(())
    }
}
