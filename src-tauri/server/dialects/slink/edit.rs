//! Changing what is known of an image, and deleting it: one's own, or as an administrator anybody's.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use library::{Action, Actor, ImageEdit};
use serde_json::Value;

use super::auth;
use super::auth::{AccessTokenAuth, AdminAuth};
use super::params::{BodyValidator, MAX_DESCRIPTION_CHARS};
use super::schemas;
use crate::error::Result;
use crate::http::extract::{Json, PathParams};
use crate::state::App;

/// Change what is said of a picture of one's own
#[utoipa::path(patch, path = "/api/image/{id}", params(("id" = String, Path, format = "uuid")), security(("token" = [])), request_body = schemas::Edit,
    responses((status = 204), (status = 404)))]
pub async fn edit(
    State(app): State<App>,
    AccessTokenAuth(actor): AccessTokenAuth,
    PathParams(id): PathParams<String>,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    edit_as(&app, actor, &id, body).await
}

/// Change what is said of anybody's picture, as an administrator
#[utoipa::path(patch, path = "/api/admin/image/{id}", params(("id" = String, Path, format = "uuid")), security(("token" = [])), request_body = schemas::Edit,
    responses((status = 204), (status = 404)))]
pub async fn edit_any(
    State(app): State<App>,
    AdminAuth(actor): AdminAuth,
    PathParams(id): PathParams<String>,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    edit_as(&app, actor, &id, body).await
}

/// Delete a picture of one's own and all its sizes
#[utoipa::path(delete, path = "/api/image/{id}", params(("id" = String, Path, format = "uuid")), security(("token" = [])), request_body = Option<schemas::Deletion>,
    responses((status = 204), (status = 404)))]
pub async fn delete(
    State(app): State<App>,
    AccessTokenAuth(actor): AccessTokenAuth,
    PathParams(id): PathParams<String>,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    delete_as(&app, actor, &id, body).await
}

/// Delete anybody's picture, as an administrator
#[utoipa::path(delete, path = "/api/admin/image/{id}", params(("id" = String, Path, format = "uuid")), security(("token" = [])), request_body = Option<schemas::Deletion>,
    responses((status = 204), (status = 404)))]
pub async fn delete_any(
    State(app): State<App>,
    AdminAuth(actor): AdminAuth,
    PathParams(id): PathParams<String>,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    delete_as(&app, actor, &id, body).await
}

async fn edit_as(app: &App, actor: Actor, id: &str, body: Option<Value>) -> Result<Response> {
    let name = auth::parse_image_name(id)?;
    let mut given = BodyValidator::from_json(body)?;
    let description = given
        .text("description")
        .map(|text| given.limit_length("description", text, MAX_DESCRIPTION_CHARS));
    let public = given.boolean("isPublic");
    given.finish()?;
    let only_public = app.config().allow_only_public_images;
    app.run_blocking(move |library, _| {
        let image = library.find_image_for(&actor, Action::Edit, &name)?;
        let edit = ImageEdit {
            description,
            public: public.map(|public| public || only_public),
            ..ImageEdit::default()
        };
        Ok(library.edit_image(&actor, &image, edit)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn delete_as(app: &App, actor: Actor, id: &str, body: Option<Value>) -> Result<Response> {
    let name = auth::parse_image_name(id)?;
    let mut given = BodyValidator::from_json(body)?;
    let keep_bytes = given.boolean("preserveOnDisk").unwrap_or(false);
    given.finish()?;
    app.run_blocking(move |library, _| {
        let image = library.find_image_for(&actor, Action::Delete, &name)?;
        if keep_bytes {
            library.delete_image_and_retain(&actor, &image)?;
        } else {
            library.delete_image(&actor, &image)?;
        }
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
