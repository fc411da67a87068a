//! Presets: transforms with a name, so that addresses can be built without asking for a signature.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::PresetId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::auth::WithManageScope;
use super::responses::{Deleted, PresetBody};
use crate::dialects::reply::json;
use crate::dialects::transform_params::TransformParams;
use crate::error::{Error, Result};
use crate::http::extract::{Json, PathParams};
use crate::state::App;

/// A preset to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = media::NewPreset)]
pub struct NewPreset {
    /// 1 to 64 of `A-Z a-z 0-9 _ -`, beginning with a letter or digit.
    name: String,
    /// As in `w_240,c_fill,f_webp,q_75`.
    params: String,
}

/// The account's presets
#[utoipa::path(get, path = "/api/v1/presets", operation_id = "presets", security(("key_in_header" = [])),
    responses((status = 200, body = Vec<super::responses::PresetBody>, description = "All of them.")))]
pub async fn list(
    State(app): State<App>,
    WithManageScope(actor): WithManageScope,
) -> Result<Response> {
    let presets = app
        .run_blocking(move |library, _| Ok(library.presets(&actor)?))
        .await?;
    let presets: Vec<_> = presets.iter().map(PresetBody::new).collect();
    Ok(json(StatusCode::OK, &presets))
}

/// Name a transform
#[utoipa::path(post, path = "/api/v1/presets", operation_id = "create_preset", security(("key_in_header" = [])), request_body = NewPreset,
    responses((status = 201, body = super::responses::PresetBody, description = "It is made."), (status = 409)))]
pub async fn create(
    State(app): State<App>,
    WithManageScope(actor): WithManageScope,
    Json(NewPreset { name, params }): Json<NewPreset>,
) -> Result<Response> {
    TransformParams::parse(&params)?;
    let preset = app
        .run_blocking(move |library, _| Ok(library.add_preset(&actor, &name, &params)?))
        .await?;
    Ok(json(StatusCode::CREATED, &PresetBody::new(&preset)))
}

/// Delete a preset
#[utoipa::path(delete, path = "/api/v1/presets/{id}", operation_id = "delete_preset", params(("id" = String, Path)), security(("key_in_header" = [])),
    responses((status = 200, body = super::responses::Deleted, description = "It is gone."), (status = 404)))]
pub async fn delete(
    State(app): State<App>,
    WithManageScope(actor): WithManageScope,
    PathParams(id): PathParams<String>,
) -> Result<Response> {
    let preset: PresetId = id.parse().map_err(|_| Error::NotFound { what: "preset" })?;
    app.run_blocking(move |library, _| Ok(library.delete_preset(&actor, &preset)?))
        .await?;
    Ok(json(StatusCode::OK, &Deleted::new(id)))
}
