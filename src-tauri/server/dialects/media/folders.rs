//! Folders: the tree of an account, and how it grows, changes and goes.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{Folder, FolderId, FolderPath};
use serde::Deserialize;
use utoipa::ToSchema;

use super::auth::WithManageScope;
use super::responses::{Branch, Deleted, FolderBody};
use crate::dialects::reply::json;
use crate::error::{Error, Result};
use crate::http::extract::{Json, PathParams};
use crate::state::App;

/// A folder to be made, with those it lies in.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = media::NewFolder)]
pub struct NewFolder {
    /// As in `a/b/c`.
    path: String,
}

/// What a folder is to be called.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = media::Rename)]
pub struct Rename {
    /// Without a slash.
    name: String,
}

/// The tree of folders
#[utoipa::path(get, path = "/api/v1/folders", operation_id = "folders", security(("key_in_header" = [])),
    responses((status = 200, body = Vec<super::responses::Branch>, description = "The roots, each with all that lies in it.")))]
pub async fn list_tree(
    State(app): State<App>,
    WithManageScope(actor): WithManageScope,
) -> Result<Response> {
    let folders = app
        .run_blocking(move |library, _| Ok(library.folders(&actor)?))
        .await?;
    Ok(json(StatusCode::OK, &build_tree(&folders)))
}

/// Make a folder, with those it lies in
#[utoipa::path(post, path = "/api/v1/folders", operation_id = "create_folder", security(("key_in_header" = [])), request_body = NewFolder,
    responses((status = 200, body = super::responses::FolderBody, description = "It was there already."), (status = 201, body = super::responses::FolderBody, description = "It is made."), (status = 409)))]
pub async fn create(
    State(app): State<App>,
    WithManageScope(actor): WithManageScope,
    Json(NewFolder { path }): Json<NewFolder>,
) -> Result<Response> {
    let path = FolderPath::parse(&path)?
        .ok_or_else(|| Error::bad_parameter("path", "must name a folder"))?;
    let (folder, new) = app
        .run_blocking(move |library, _| Ok(library.add_folder(&actor, &path)?))
        .await?;
    let status = if new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(json(status, &FolderBody::new(&folder)))
}

/// Rename a folder
#[utoipa::path(method(patch, put), path = "/api/v1/folders/{id}", operation_id = "rename_folder", params(("id" = String, Path)), security(("key_in_header" = [])), request_body = Rename,
    responses((status = 200, body = super::responses::FolderBody, description = "The folder."), (status = 404), (status = 409)))]
pub async fn rename(
    State(app): State<App>,
    WithManageScope(actor): WithManageScope,
    PathParams(id): PathParams<String>,
    Json(Rename { name }): Json<Rename>,
) -> Result<Response> {
    let id = parse_folder_id(&id)?;
    let folder = app
        .run_blocking(move |library, _| Ok(library.rename_folder(&actor, &id, &name)?))
        .await?;
    Ok(json(StatusCode::OK, &FolderBody::new(&folder)))
}

/// Delete an empty folder
#[utoipa::path(delete, path = "/api/v1/folders/{id}", operation_id = "delete_folder", params(("id" = String, Path)), security(("key_in_header" = [])),
    responses((status = 200, body = super::responses::Deleted, description = "It is gone."), (status = 404), (status = 409)))]
pub async fn delete(
    State(app): State<App>,
    WithManageScope(actor): WithManageScope,
    PathParams(id): PathParams<String>,
) -> Result<Response> {
    let folder = parse_folder_id(&id)?;
    app.run_blocking(move |library, _| Ok(library.delete_folder(&actor, &folder)?))
        .await?;
    Ok(json(StatusCode::OK, &Deleted::new(id)))
}

/// What is no id names nothing.
fn parse_folder_id(id: &str) -> Result<FolderId> {
    id.parse().map_err(|_| Error::NotFound { what: "folder" })
}

/// The roots, each with all that lies in it. `folders` has each after the one it lies in.
fn build_tree(folders: &[Folder]) -> Vec<Branch> {
    let mut within: HashMap<Option<FolderId>, Vec<&Folder>> = HashMap::new();
    for folder in folders {
        within.entry(folder.parent).or_default().push(folder);
    }
    child_nodes(None, &within)
}

/// Goes as deep as folders do: the library allows sixteen.
fn child_nodes(
    parent: Option<FolderId>,
    within: &HashMap<Option<FolderId>, Vec<&Folder>>,
) -> Vec<Branch> {
    let children = within.get(&parent).map_or(&[][..], Vec::as_slice);
    let branch = |folder: &&Folder| Branch {
        folder: FolderBody::new(folder),
        children: child_nodes(Some(folder.id), within),
    };
    children.iter().map(branch).collect()
}
