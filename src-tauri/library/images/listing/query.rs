//! Which images a list has, and in which order.

use super::zone::Zone;
use crate::{FolderId, ImageId, Timestamp};

/// Which images a list has. All conditions must hold.
#[derive(Debug, Clone)]
pub struct Listing {
    pub owner: OwnerFilter,
    pub folder: FolderFilter,
    pub search: Option<Search>,
    pub order: Order,
    pub descending: bool,
    pub start: PageStart,
    pub limit: u32,
    /// Whether all matches are counted, which has to read all of them.
    pub count_total: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerFilter {
    /// The actor's own images, public or not.
    Own,
    /// All accounts' public images.
    Public,
    /// All accounts' images, public or not.
    All,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderFilter {
    Any,
    Root,
    /// In this folder, and not in those within it.
    Folder(FolderId),
    /// In the folder of that path, if there is one.
    Path(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    CreatedAt,
    /// By the last edit, or by the upload if there was none.
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
    /// Leaves out this many.
    Skip(u64),
    /// After the image of that time and id, in the order by that time.
    After(Timestamp, ImageId),
}

impl Order {
    pub(super) fn column(self) -> &'static str {
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

/// A search, whatever the case of its letters, and where it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// Each word must occur in the name, the title, the description, the tags or the folder's path; or it is the
    /// day or month of the upload in that time zone, as in `2026-02-14` and `2026-02`.
    Anything(String, Zone),
    Name(String),
    /// In the name, or in the path of the folder.
    NameOrFolder(String),
    Description(String),
    /// In the owner's name or display name.
    Owner(String),
    DescriptionOrOwner(String),
}
