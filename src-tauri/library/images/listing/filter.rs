//! From what a list was asked for to the conditions of its SQL statement.

use super::conditions::Conditions;
use super::query::{FolderFilter, Listing, OwnerFilter};
use super::search::add_search;
use crate::Timestamp;
use crate::auth::permissions;
use crate::auth::permissions::Actor;
use crate::auth::scopes::Scope;
use crate::error::Result;

/// The conditions of a list, whatever its order and page.
///
/// # Errors
/// `Unauthorised` or `Forbidden` if `actor` may not list its own images and the list is of those.
pub(super) fn list_conditions(
    actor: &Actor,
    listing: &Listing,
    now: Timestamp,
) -> Result<Conditions> {
    let mut conditions = Conditions {
        from: "images",
        sql: String::new(),
        values: Vec::new(),
    };
    conditions.add_condition("(expires_at IS NULL OR expires_at > ?)", [&now])?;
    let owner = match listing.owner {
        OwnerFilter::Own => Some(permissions::require_scope(actor, Scope::Manage)?),
        OwnerFilter::Public | OwnerFilter::All => None,
    };
    match (owner, listing.owner) {
        (Some(owner), _) => conditions.add_condition("owner = ?", [owner])?,
        (None, OwnerFilter::Public) => conditions.add_condition("public", [])?,
        (None, _) => {}
    }
    match (&listing.folder, owner) {
        (FolderFilter::Any, _) => {}
        (FolderFilter::Root, _) => conditions.add_condition("folder IS NULL", [])?,
        (FolderFilter::Folder(folder), _) => conditions.add_condition("folder = ?", [folder])?,
        (FolderFilter::Path(path), Some(owner)) => conditions.add_condition(
            "folder = (SELECT id FROM folders WHERE owner = ? AND path = ?)",
            [owner, path],
        )?,
        (FolderFilter::Path(path), None) => {
            conditions.add_condition("folder IN (SELECT id FROM folders WHERE path = ?)", [path])?
        }
    }
    if let Some(search) = &listing.search {
        add_search(&mut conditions, search)?;
    }
    Ok(conditions)
}
