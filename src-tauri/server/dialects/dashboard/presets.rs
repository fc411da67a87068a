//! Presets of the account, in the language of the media door.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{Preset, PresetId};

use super::auth::Visitor;
use crate::dialects::media::transform_params::Params;
use crate::dialects::{json, nothing};
use crate::error::{Error, Result};
use crate::http::extract::{Json, Segments};
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
    fn of(preset: Preset) -> Shown {
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

pub async fn list(State(app): State<App>, Visitor(actor): Visitor) -> Result<Response> {
    let presets = app
        .ask(move |library, _| Ok(library.presets(&actor)?))
        .await?;
    let presets: Vec<Shown> = presets.into_iter().map(Shown::of).collect();
    Ok(json(StatusCode::OK, &presets))
}

pub async fn add(
    State(app): State<App>,
    Visitor(actor): Visitor,
    Json(new): Json<New>,
) -> Result<Response> {
    Params::parse(&new.params)?;
    let preset = app
        .ask(move |library, _| Ok(library.add_preset(&actor, &new.name, &new.params)?))
        .await?;
    Ok(json(StatusCode::CREATED, &Shown::of(preset)))
}

pub async fn delete(
    State(app): State<App>,
    Visitor(actor): Visitor,
    Segments(id): Segments<String>,
) -> Result<Response> {
    let id: PresetId = id.parse().map_err(|_| Error::NoSuch { what: "preset" })?;
    app.ask(move |library, _| Ok(library.delete_preset(&actor, &id)?))
        .await?;
    Ok(nothing())
}
