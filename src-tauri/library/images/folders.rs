//! Folders: a tree of names in each account. An image is in one of them, or at the root.
//!
//! A folder keeps its whole path beside its name, so that looking one up costs one look. No address of an
//! image has a folder in it, so renaming breaks no link.

use std::fmt;

use crate::auth::permissions;
use crate::auth::permissions::Actor;
use crate::auth::scopes::Scope;
use crate::error::{Error, Result};
use crate::storage::db::{Column, ReadTx, Row, WriteTx, fold, params};
use crate::{AccountId, Digest, FolderId, Library, Timestamp, random};

const MAX_DEPTH: usize = 16;
const MAX_NAME_LENGTH: usize = 100;
/// What one search brings.
const MAX_SEARCH_RESULTS: u32 = 50;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    pub id: FolderId,
    pub owner: AccountId,
    /// `None` if it is at the root.
    pub parent: Option<FolderId>,
    pub name: String,
    pub path: FolderPath,
    pub created_at: Timestamp,
    /// How many images lie in it, not counting folders within.
    pub images: u64,
}

/// Names from the root on, between slashes: 1 to 16 of 1 to 100 characters each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FolderPath(String);

impl FolderPath {
    /// Reads a path as people write it: blanks around names and empty names are dropped. `None` is the root.
    pub fn parse(text: &str) -> Result<Option<FolderPath>> {
        let refuse = |why| Error::InvalidFolderPath {
            path: text.chars().take(200).collect(),
            why,
        };
        let names: Vec<&str> = text
            .split('/')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        if names.len() > MAX_DEPTH {
            return Err(refuse("folders go at most 16 deep"));
        }
        for name in &names {
            check_name(name).map_err(refuse)?;
        }
        Ok((!names.is_empty()).then(|| FolderPath(names.join("/"))))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    fn parent(&self) -> Option<FolderPath> {
        let (parent, _) = self.0.rsplit_once('/')?;
        Some(FolderPath(parent.to_owned()))
    }

    fn depth(&self) -> usize {
        self.0.split('/').count()
    }
}

impl fmt::Display for FolderPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_name(name: &str) -> Result<(), &'static str> {
    if name.chars().count() > MAX_NAME_LENGTH {
        Err("a name has at most 100 characters")
    } else if name.chars().any(char::is_control) {
        Err("a name has no control characters")
    } else if matches!(name, "." | "..") {
        Err("`.` and `..` are no names")
    } else {
        Ok(())
    }
}

impl Library {
    /// Creates the folder and those that contain it. Returns the deepest, and whether it is new.
    pub fn add_folder(&self, actor: &Actor, path: &FolderPath) -> Result<(Folder, bool)> {
        let owner = permissions::require_scope(actor, Scope::Manage)?;
        self.database().write(|write| {
            let before = find_id_by_path(write, owner, path)?;
            let new = before.is_none();
            let id = self.ensure_folder(write, owner, path)?;
            Ok((find_by_id(write, owner, &id, self.now())?, new))
        })
    }

    /// All of an account's folders, each after its parent.
    pub fn folders(&self, actor: &Actor) -> Result<Vec<Folder>> {
        let owner = permissions::require_scope(actor, Scope::Manage)?;
        self.database().read(|read| {
            read.query_all(
                &format!("{SELECT} WHERE owner = ?2 ORDER BY path COLLATE BINARY"),
                params![self.now(), owner],
                folder_from_row,
            )
        })
    }

    pub fn find_folder(&self, actor: &Actor, id: &FolderId) -> Result<Folder> {
        let owner = permissions::require_scope(actor, Scope::Manage)?;
        self.database()
            .read(|read| find_by_id(read, owner, id, self.now()))
    }

    /// The path of an image's folder; empty if the folder was deleted.
    pub fn folder_path(&self, id: &FolderId) -> Result<String> {
        self.database().read(|read| find_path(read, id))
    }

    /// The folders whose name has `term` in it, in any case; at most 50, by path.
    pub fn search_folders(&self, actor: &Actor, term: &str) -> Result<Vec<Folder>> {
        let owner = permissions::require_scope(actor, Scope::Manage)?;
        self.database().read(|read| {
            read.query_all(
                &format!(
                    "{SELECT} WHERE owner = ?2 AND holds(folded_name, ?3) ORDER BY path LIMIT {MAX_SEARCH_RESULTS}"
                ),
                params![self.now(), owner, fold(term)],
                folder_from_row,
            )
        })
    }

    /// Gives the folder another name; the paths of all within follow.
    pub fn rename_folder(&self, actor: &Actor, id: &FolderId, name: &str) -> Result<Folder> {
        self.edit_folder(actor, id, Some(name), None)
    }

    /// Puts the folder into another one, or at the root.
    pub fn move_folder(
        &self,
        actor: &Actor,
        id: &FolderId,
        into: Option<&FolderId>,
    ) -> Result<Folder> {
        self.edit_folder(actor, id, None, Some(into))
    }

    /// Gives the folder another name, another place, or both at one time; what is `None` stays.
    pub fn edit_folder(
        &self,
        actor: &Actor,
        id: &FolderId,
        name: Option<&str>,
        into: Option<Option<&FolderId>>,
    ) -> Result<Folder> {
        let owner = permissions::require_scope(actor, Scope::Manage)?;
        let name = name.map(parse_folder_name).transpose()?;
        self.database().write(|write| {
            let old = find_by_id(write, owner, id, self.now())?;
            let parent = match into {
                None => old.path.parent(),
                Some(into) => resolve_new_parent(write, &old, into, self.now())?,
            };
            let name = name.unwrap_or_else(|| old.name.clone());
            self.relocate_folder(write, old, parent, name)
        })
    }

    /// Deletes the folder with all folders and images within. Answers how many images went.
    pub fn delete_folder(&self, actor: &Actor, id: &FolderId) -> Result<u64> {
        let owner = permissions::require_scope(actor, Scope::Manage)?;
        permissions::require_scope(actor, Scope::Delete)?;
        let digests: Vec<Digest> = self.database().write(|write| {
            let folder = find_by_id(write, owner, id, self.now())?;
            let below = params![owner, folder.path.0, format!("{}/", folder.path.0)];
            const WITHIN: &str = "SELECT id FROM folders
                WHERE owner = ?1 AND (path = ?2 OR substr(path, 1, length(?3)) = ?3)";
            let digests = write.query_all(
                &format!("DELETE FROM images WHERE folder IN ({WITHIN}) RETURNING digest"),
                below,
                |row| row.get(0),
            )?;
            // Those within go with it.
            write.execute("DELETE FROM folders WHERE id = ?1", params![id])?;
            Ok(digests)
        })?;
        for digest in &digests {
            self.try_delete_unreferenced(digest);
        }
        Ok(digests.len() as u64)
    }

    /// The folder of that path; it and its parents are created where they are missing.
    pub(crate) fn ensure_folder(
        &self,
        write: &WriteTx<'_>,
        owner: &AccountId,
        path: &FolderPath,
    ) -> Result<FolderId> {
        if let Some(id) = find_id_by_path(write, owner, path)? {
            return Ok(id);
        }
        let parent = match path.parent() {
            Some(parent) => Some(self.ensure_folder(write, owner, &parent)?),
            None => None,
        };
        let id = FolderId(random::random_uuid(self.ids())?);
        write.execute(
            "INSERT INTO folders (id, owner, parent, name, path, folded_name, folded_path, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                id,
                owner,
                parent,
                path.name(),
                path.0,
                fold(path.name()),
                fold(&path.0),
                self.now()
            ],
        )?;
        Ok(id)
    }

    fn relocate_folder(
        &self,
        write: &WriteTx<'_>,
        old: Folder,
        parent: Option<FolderPath>,
        name: String,
    ) -> Result<Folder> {
        let Folder { id, owner, .. } = &old;
        let path = match &parent {
            Some(parent) => FolderPath(format!("{parent}/{name}")),
            None => FolderPath(name.clone()),
        };
        if path == old.path {
            return Ok(old);
        }
        if find_id_by_path(write, owner, &path)?.is_some() {
            return Err(Error::FolderTaken { name });
        }
        let within = format!("{}/", old.path);
        let all: Vec<(FolderId, String)> = write.query_all(
            "SELECT id, path FROM folders WHERE owner = ?1 AND (id = ?2 OR substr(path, 1, length(?3)) = ?3)",
            params![owner, id, within],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        for (folder, before) in all {
            let after = format!("{path}{}", &before[old.path.0.len()..]);
            if after.split('/').count() > MAX_DEPTH {
                return Err(Error::InvalidFolderPath {
                    path: after,
                    why: "folders go at most 16 deep",
                });
            }
            write.execute(
                "UPDATE folders SET path = ?2, folded_path = ?3 WHERE id = ?1",
                params![folder, after, fold(&after)],
            )?;
        }
        let parent = parent
            .map(|parent| self.ensure_folder(write, owner, &parent))
            .transpose()?;
        write.execute(
            "UPDATE folders SET name = ?2, folded_name = ?3, parent = ?4 WHERE id = ?1",
            params![id, name, fold(&name), parent],
        )?;
        find_by_id(write, owner, id, self.now())
    }
}

/// What people write as the name of one folder.
fn parse_folder_name(text: &str) -> Result<String> {
    let path = FolderPath::parse(text)?.filter(|path| !text.contains('/') && path.depth() == 1);
    path.map(|path| path.0)
        .ok_or_else(|| Error::InvalidFolderPath {
            path: text.to_owned(),
            why: "a name is not empty and has no slash in it",
        })
}

/// The path of where a folder is to lie: the root, or another one that does not lie in it.
fn resolve_new_parent(
    read: &ReadTx<'_>,
    folder: &Folder,
    into: Option<&FolderId>,
    now: Timestamp,
) -> Result<Option<FolderPath>> {
    let Some(into) = into else { return Ok(None) };
    let into = find_by_id(read, &folder.owner, into, now)?.path;
    let within = format!("{}/", folder.path);
    if into == folder.path || into.0.starts_with(&within) {
        return Err(Error::InvalidFolderPath {
            path: folder.path.to_string(),
            why: "a folder cannot lie in itself",
        });
    }
    Ok(Some(into))
}

/// `?1` is now: what has expired is not counted, whether it was swept or not.
const SELECT: &str = "SELECT id, owner, parent, name, path, created_at,
    (SELECT count(*) FROM images WHERE images.folder = folders.id AND (expires_at IS NULL OR expires_at > ?1))
    AS images FROM folders";

fn folder_from_row(row: &Row<'_>) -> Column<Folder> {
    Ok(Folder {
        id: row.get(0)?,
        owner: row.get(1)?,
        parent: row.get(2)?,
        name: row.get(3)?,
        path: FolderPath(row.get(4)?),
        created_at: row.get(5)?,
        images: row.get::<_, i64>(6)?.unsigned_abs(),
    })
}

/// Another account's folder counts as missing, so that nothing is learned about it.
fn find_by_id(
    read: &ReadTx<'_>,
    owner: &AccountId,
    id: &FolderId,
    now: Timestamp,
) -> Result<Folder> {
    read.query_one(
        &format!("{SELECT} WHERE id = ?2 AND owner = ?3"),
        params![now, id, owner],
        folder_from_row,
    )?
    .ok_or(Error::FolderNotFound)
}

fn find_id_by_path(
    read: &ReadTx<'_>,
    owner: &AccountId,
    path: &FolderPath,
) -> Result<Option<FolderId>> {
    read.query_one(
        "SELECT id FROM folders WHERE owner = ?1 AND path = ?2",
        params![owner, path.0],
        |row| row.get(0),
    )
}

pub(crate) fn find_path(read: &ReadTx<'_>, id: &FolderId) -> Result<String> {
    let path = read.query_one(
        "SELECT path FROM folders WHERE id = ?1",
        params![id],
        |row| row.get(0),
    )?;
    Ok(path.unwrap_or_default())
}

/// Whether the folder is this owner's; a guest has none.
pub(crate) fn check_owner(
    read: &ReadTx<'_>,
    id: &FolderId,
    owner: Option<&AccountId>,
) -> Result<()> {
    let owner = owner.ok_or(Error::FolderNotFound)?;
    let sql = "SELECT 1 FROM folders WHERE id = ?1 AND owner = ?2";
    if read.exists(sql, params![id, owner])? {
        Ok(())
    } else {
        Err(Error::FolderNotFound)
    }
}
