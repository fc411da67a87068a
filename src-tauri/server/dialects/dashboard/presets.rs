//! Presets of the account, in the language of the media door.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{Preset, PresetId};

use super::auth::CurrentUser;
use crate::dialects::reply::{json, no_content};
use crate::dialects::transform_params::TransformParams;
use crate::error::{Error, Result};
use crate::http::extract::{Json, PathParams};
use crate::state::App;

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::Preset)]
pub struct Shown {
    id: String,
    name: String,
    params: String,
    created_at: String,
}

impl Shown {
    fn new(preset: Preset) -> Shown {
        Shown {
            id: preset.id.to_string(),
            name: preset.name,
            params: preset.params,
            created_at: preset.created_at.to_string(),
        }
    }
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = dashboard::NewPreset)]
pub struct New {
    name: String,
    params: String,
}

/// The account's presets
#[utoipa::path(get, path = "/api/dashboard/presets", operation_id = "list_presets", security(("session" = []), ("key" = [])), responses((status = 200, body = Vec<Shown>, description = "All of them.")))]
pub async fn list(State(app): State<App>, CurrentUser(actor): CurrentUser) -> Result<Response> {
    let presets = app
        .run_blocking(move |library, _| Ok(library.presets(&actor)?))
        .await?;
    let presets: Vec<Shown> = presets.into_iter().map(Shown::new).collect();
    Ok(json(StatusCode::OK, &presets))
}

/// Name a transform of the door media
#[utoipa::path(post, path = "/api/dashboard/presets", operation_id = "add_preset", security(("session" = []), ("key" = [])), request_body = New,
    responses((status = 201, body = Shown, description = "It is made."), (status = 409)))]
pub async fn add(
    State(app): State<App>,
    CurrentUser(actor): CurrentUser,
    Json(new): Json<New>,
) -> Result<Response> {
    TransformParams::parse(&new.params)?;
    let preset = app
        .run_blocking(move |library, _| Ok(library.add_preset(&actor, &new.name, &new.params)?))
        .await?;
    Ok(json(StatusCode::CREATED, &Shown::new(preset)))
}

/// Delete a preset
#[utoipa::path(delete, path = "/api/dashboard/presets/{id}", operation_id = "delete_preset", params(("id" = String, Path)), security(("session" = []), ("key" = [])), responses((status = 204), (status = 404)))]
pub async fn delete(
    State(app): State<App>,
    CurrentUser(actor): CurrentUser,
    PathParams(id): PathParams<String>,
) -> Result<Response> {
    let id: PresetId = id.parse().map_err(|_| Error::NotFound { what: "preset" })?;
    app.run_blocking(move |library, _| Ok(library.delete_preset(&actor, &id)?))
        .await?;
    Ok(no_content())
}
