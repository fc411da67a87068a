//! Presets: transforms with a name, so that addresses can be built without asking for a signature.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::PresetId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Manager;
use super::responses::{Deleted, PresetBody};
use crate::dialects::json;
use crate::dialects::media::transform_params::Params;
use crate::error::{Error, Result};
use crate::http::extract::{Json, Segments};
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

pub async fn list(State(app): State<App>, Manager(actor): Manager) -> Result<Response> {
    let presets = app
        .ask(move |library, _| Ok(library.presets(&actor)?))
        .await?;
    let presets: Vec<_> = presets.iter().map(PresetBody::of).collect();
    Ok(json(StatusCode::OK, &presets))
}

pub async fn create(
    State(app): State<App>,
    Manager(actor): Manager,
    Json(NewPreset { name, params }): Json<NewPreset>,
) -> Result<Response> {
    Params::parse(&params)?;
    let preset = app
        .ask(move |library, _| Ok(library.add_preset(&actor, &name, &params)?))
        .await?;
    Ok(json(StatusCode::CREATED, &PresetBody::of(&preset)))
}

pub async fn delete(
    State(app): State<App>,
    Manager(actor): Manager,
    Segments(id): Segments<String>,
) -> Result<Response> {
    let preset: PresetId = id.parse().map_err(|_| Error::NoSuch { what: "preset" })?;
    app.ask(move |library, _| Ok(library.delete_preset(&actor, &preset)?))
        .await?;
    Ok(json(StatusCode::OK, &Deleted::of(id)))
}
