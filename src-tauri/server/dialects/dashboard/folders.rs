//! Folders, as a flat list in which each comes after the one it lies in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{Folder, FolderId, FolderPath};

use super::auth::CurrentUser;
use crate::dialects::reply::{json, no_content};
use crate::error::{Error, Result};
use crate::http::extract::{Json, PathParams};
use crate::state::App;

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::Folder)]
pub struct Shown {
    id: String,
    name: String,
    path: String,
    parent: Option<String>,
    /// Not counting those in folders within.
    images: u64,
    created_at: String,
}

impl Shown {
    fn new(folder: Folder) -> Shown {
        Shown {
            id: folder.id.to_string(),
            name: folder.name,
            path: folder.path.to_string(),
            parent: folder.parent.map(|parent| parent.to_string()),
            images: folder.images,
            created_at: folder.created_at.to_string(),
        }
    }
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = dashboard::NewFolder)]
pub struct New {
    /// Names between slashes; those that are missing are made.
    path: String,
}

/// What is to become different; what is missing stays.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = dashboard::EditFolder)]
pub struct Edit {
    name: Option<String>,
    /// The folder it is put into; `null` is the root.
    #[serde(default, deserialize_with = "super::responses::given")]
    parent: Option<Option<String>>,
}

/// One's own folders, each after the one it lies in
#[utoipa::path(get, path = "/api/dashboard/folders", operation_id = "list_folders", security(("session" = []), ("key" = [])), responses((status = 200, body = Vec<Shown>, description = "All of them.")))]
pub async fn list(State(app): State<App>, CurrentUser(actor): CurrentUser) -> Result<Response> {
    let folders = app
        .run_blocking(move |library, _| Ok(library.folders(&actor)?))
        .await?;
    let folders: Vec<Shown> = folders.into_iter().map(Shown::new).collect();
    Ok(json(StatusCode::OK, &folders))
}

/// Make a folder, with those it lies in
#[utoipa::path(post, path = "/api/dashboard/folders", operation_id = "add_folder", security(("session" = []), ("key" = [])), request_body = New,
    responses((status = 200, body = Shown, description = "It was there already."), (status = 201, body = Shown, description = "It is made."), (status = 409)))]
pub async fn add(
    State(app): State<App>,
    CurrentUser(actor): CurrentUser,
    Json(new): Json<New>,
) -> Result<Response> {
    let path = FolderPath::parse(&new.path)?;
    let path = path.ok_or_else(|| Error::bad_parameter("path", "must name a folder"))?;
    let (folder, new) = app
        .run_blocking(move |library, _| Ok(library.add_folder(&actor, &path)?))
        .await?;
    let status = if new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(json(status, &Shown::new(folder)))
}

/// Rename or move a folder
#[utoipa::path(patch, path = "/api/dashboard/folders/{id}", operation_id = "edit_folder", params(("id" = String, Path, format = "uuid")), security(("session" = []), ("key" = [])), request_body = Edit,
    responses((status = 200, body = Shown, description = "The folder."), (status = 404), (status = 409)))]
pub async fn edit(
    State(app): State<App>,
    CurrentUser(actor): CurrentUser,
    PathParams(id): PathParams<String>,
    Json(edit): Json<Edit>,
) -> Result<Response> {
    let id = parse_folder_id(&id)?;
    let parent = match &edit.parent {
        None => None,
        Some(None) => Some(None),
        Some(Some(parent)) => Some(Some(parse_folder_id(parent)?)),
    };
    let folder = app
        .run_blocking(move |library, _| {
            let into = parent.as_ref().map(Option::as_ref);
            Ok(library.edit_folder(&actor, &id, edit.name.as_deref(), into)?)
        })
        .await?;
    Ok(json(StatusCode::OK, &Shown::new(folder)))
}

/// Delete a folder with the folders and pictures in it
#[utoipa::path(delete, path = "/api/dashboard/folders/{id}", operation_id = "delete_folder", params(("id" = String, Path, format = "uuid")), security(("session" = []), ("key" = [])),
    responses((status = 204), (status = 404), (status = 409)))]
pub async fn delete(
    State(app): State<App>,
    CurrentUser(actor): CurrentUser,
    PathParams(id): PathParams<String>,
) -> Result<Response> {
    let id = parse_folder_id(&id)?;
    app.run_blocking(move |library, _| Ok(library.delete_folder(&actor, &id)?))
        .await?;
    Ok(no_content())
}

pub fn parse_folder_id(text: &str) -> Result<FolderId> {
    text.parse().map_err(|_| Error::NotFound { what: "folder" })
}
