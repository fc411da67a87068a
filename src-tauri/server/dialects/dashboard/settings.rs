//! The server's settings, for administrators: what is set, by whom, and what they would rather have.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::auth::Visitor;
use crate::config::{Kind, Setting};
use crate::dialects::json;
use crate::error::Result;
use crate::http::extract::Json;
use crate::state::App;

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::Setting)]
pub struct Shown {
    key: &'static str,
    words: String,
    /// `switch`, `number`, `choice` or `text`.
    kind: &'static str,
    value: Value,
    default: Value,
    /// What the program was started with; then it does not change here.
    fixed_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<&'static [&'static str]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    least: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    most: Option<u64>,
}

impl Shown {
    fn of(setting: Setting) -> Shown {
        let (kind, choices, bounds) = match setting.kind {
            Kind::Switch => ("switch", None, None),
            Kind::Whole { least, most } => ("number", None, Some((least, most))),
            Kind::Choice(words) => ("choice", Some(words), None),
            Kind::Text | Kind::List => ("text", None, None),
        };
        Shown {
            key: setting.key,
            words: setting.words,
            kind,
            value: setting.value,
            default: setting.default,
            fixed_by: setting.fixed_by,
            choices,
            least: bounds.map(|(least, _)| least),
            most: bounds.map(|(_, most)| most),
        }
    }
}

pub async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    app.ask(move |library, _| visitor.administrates(library))
        .await?;
    Ok(shown(&app))
}

/// All that are given change, or none does.
pub async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Json(wanted): Json<BTreeMap<String, Value>>,
) -> Result<Response> {
    let shared = app.clone();
    app.ask(move |library, _| {
        visitor.administrates(library)?;
        let config = shared.config();
        let choices = wanted.into_iter().map(|(key, value)| {
            let value = config.check_choice(&key, &value)?;
            Ok((key, value))
        });
        library.choose(&choices.collect::<Result<Vec<_>>>()?)?;
        Ok(shared.configured.follow(library)?)
    })
    .await?;
    Ok(shown(&app))
}

fn shown(app: &App) -> Response {
    let settings = app.config().settings();
    let settings: Vec<Shown> = settings.into_iter().map(Shown::of).collect();
    json(StatusCode::OK, &settings)
}
