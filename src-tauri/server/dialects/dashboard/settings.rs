//! The server's settings, for administrators: what is set, by whom, and what they would rather have.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::auth::CurrentUser;
use crate::config::{RuntimeSetting, ValueKind};
use crate::dialects::reply::json;
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
    fn new(setting: RuntimeSetting) -> Shown {
        let (kind, choices, bounds) = match setting.value_kind {
            ValueKind::Bool => ("switch", None, None),
            ValueKind::Integer {
                min: least,
                max: most,
            } => ("number", None, Some((least, most))),
            ValueKind::Choice(words) => ("choice", Some(words), None),
            ValueKind::Text | ValueKind::List => ("text", None, None),
        };
        Shown {
            key: setting.key,
            words: setting.description,
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

/// The server's settings, for administrators
#[utoipa::path(get, path = "/api/dashboard/settings", operation_id = "list_settings", security(("session" = [])), responses((status = 200, body = Vec<Shown>, description = "Those that change while the server runs.")))]
pub async fn list(State(app): State<App>, visitor: CurrentUser) -> Result<Response> {
    app.run_blocking(move |library, _| visitor.require_admin(library))
        .await?;
    Ok(settings_response(&app))
}

// All that are given change, or none does.
/// Change settings, as an administrator
#[utoipa::path(patch, path = "/api/dashboard/settings", security(("session" = [])), request_body = std::collections::BTreeMap<String, serde_json::Value>,
    responses((status = 200, body = Vec<Shown>, description = "They count at once; `null` is the default."), (status = 409)))]
pub async fn change_settings(
    State(app): State<App>,
    visitor: CurrentUser,
    Json(wanted): Json<BTreeMap<String, Value>>,
) -> Result<Response> {
    let shared = app.clone();
    app.run_blocking(move |library, _| {
        visitor.require_admin(library)?;
        let config = shared.config();
        let choices = wanted.into_iter().map(|(key, value)| {
            let value = config.check_override(&key, &value)?;
            Ok((key, value))
        });
        library.set_settings_overrides(&choices.collect::<Result<Vec<_>>>()?)?;
        Ok(shared.live_config.reload(library)?)
    })
    .await?;
    Ok(settings_response(&app))
}

fn settings_response(app: &App) -> Response {
    let settings = app.config().runtime_settings();
    let settings: Vec<Shown> = settings.into_iter().map(Shown::new).collect();
    json(StatusCode::OK, &settings)
}
