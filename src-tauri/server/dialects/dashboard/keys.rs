//! One's own keys. Only people make them: a key that could make keys would outlive its end.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{ApiKey, ApiKeyId, NewApiKey, Scopes};

use super::auth::CurrentUser;
use crate::dialects::reply::{json, no_content};
use crate::error::{CredentialError, Error, Result};
use crate::http::extract::{Json, PathParams};
use crate::state::App;

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::Key)]
pub struct Shown {
    id: String,
    name: String,
    /// As in `upload,delete`.
    scopes: String,
    /// The desktop app's own.
    app: bool,
    created_at: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    /// Only in the answer that makes it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl Shown {
    fn new(key: ApiKey, secret: Option<String>) -> Shown {
        Shown {
            id: key.id.to_string(),
            name: key.name,
            scopes: key.scopes.to_string(),
            app: key.app,
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.map(|moment| moment.to_string()),
            last_used_at: key.last_used_at.map(|moment| moment.to_string()),
            secret,
        }
    }
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::NewKey)]
pub struct New {
    #[serde(default)]
    name: String,
    /// As in `upload,delete`; all, where it is missing.
    scopes: Option<String>,
    /// Seconds from now on; for good, where it is missing.
    expires_in: Option<u64>,
}

/// One's own keys
#[utoipa::path(get, path = "/api/dashboard/keys", operation_id = "list_keys", security(("session" = [])), responses((status = 200, body = Vec<Shown>, description = "Without their secrets.")))]
pub async fn list(State(app): State<App>, visitor: CurrentUser) -> Result<Response> {
    let actor = visitor.require_session()?;
    let keys = app
        .run_blocking(move |library, _| {
            let name = account_name(library, &actor)?;
            Ok(library.api_keys(Some(&name))?)
        })
        .await?;
    let keys: Vec<Shown> = keys.into_iter().map(|key| Shown::new(key, None)).collect();
    Ok(json(StatusCode::OK, &keys))
}

/// Make a key
#[utoipa::path(post, path = "/api/dashboard/keys", operation_id = "create_key", security(("session" = [])), request_body = New,
    responses((status = 201, body = Shown, description = "Its secret is never shown again.")))]
pub async fn create(
    State(app): State<App>,
    visitor: CurrentUser,
    Json(new): Json<New>,
) -> Result<Response> {
    let actor = visitor.require_session()?;
    let scopes = match &new.scopes {
        None => Scopes::ALL,
        Some(words) => words.parse().map_err(|_| {
            Error::bad_parameter("scopes", "must be some of upload, delete and manage")
        })?,
    };
    let (key, secret) = app
        .run_blocking(move |library, _| {
            Ok(library.create_api_key(NewApiKey {
                account: account_name(library, &actor)?,
                name: new.name.trim().chars().take(100).collect(),
                scopes,
                expires_in: new.expires_in.map(Duration::from_secs),
            })?)
        })
        .await?;
    let secret = secret.expose().to_owned();
    Ok(json(StatusCode::CREATED, &Shown::new(key, Some(secret))))
}

/// Revoke a key
#[utoipa::path(delete, path = "/api/dashboard/keys/{id}", operation_id = "revoke_key", params(("id" = String, Path)), security(("session" = [])), responses((status = 204), (status = 404)))]
pub async fn revoke(
    State(app): State<App>,
    visitor: CurrentUser,
    PathParams(id): PathParams<String>,
) -> Result<Response> {
    let actor = visitor.require_session()?;
    app.run_blocking(move |library, _| {
        let own = library.api_keys(Some(&account_name(library, &actor)?))?;
        let id = ApiKeyId::new(id);
        if own.iter().any(|key| key.id == id) {
            Ok(library.revoke_api_key(&id)?)
        } else {
            Err(Error::NotFound { what: "key" })
        }
    })
    .await?;
    Ok(no_content())
}

fn account_name(library: &library::Library, actor: &library::Actor) -> Result<String> {
    let id = actor
        .account()
        .ok_or(Error::Unauthorised(CredentialError::Missing))?;
    Ok(library.account(id)?.name)
}
