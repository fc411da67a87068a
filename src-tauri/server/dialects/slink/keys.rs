//! Keys for programs, and the configuration that makes ShareX one of them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use library::{Actor, ApiKey, ApiKeyId, Library, NewApiKey, Timestamp};
use serde::Serialize;
use serde_json::Value;

use super::accounts::own_account;
use super::auth::AccessTokenAuth;
use super::params::BodyValidator;
use super::responses::format_timestamp;
use super::schemas;
use crate::dialects::reply::json;
use crate::error::{Error, Result};
use crate::http::extract::{Json, PathParams, Query};
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;

const MAX_NAME_CHARS: usize = 100;

/// A key that was just made: its secret is never shown again.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = slink::Made)]
pub struct Made {
    key: String,
    key_id: String,
    name: String,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = slink::Key)]
struct Listed {
    id: String,
    name: String,
    created_at: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    /// An expired key is gone, so none of those that are listed is.
    is_expired: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = slink::Keys)]
pub struct List {
    data: Vec<Listed>,
}

/// Make a key
#[utoipa::path(post, path = "/api/user/api-keys", operation_id = "create_key", security(("token" = [])), request_body = schemas::NewKey,
    responses((status = 200, body = Made, description = "Its secret is never shown again.")))]
pub async fn create(
    State(app): State<App>,
    AccessTokenAuth(actor): AccessTokenAuth,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    let given = BodyValidator::from_json(body)?;
    let made = app
        .run_blocking(move |library, _| {
            let (name, end) = parse_new_key(given, library.now())?;
            let new = NewApiKey {
                account: own_account(library, &actor)?.name,
                name,
                ..NewApiKey::default()
            };
            let (key, secret) = match end {
                None => library.create_api_key(new)?,
                Some(end) => library
                    .create_api_key_until(new, end)
                    .map_err(expiry_error)?,
            };
            Ok(Made {
                key: secret.expose().to_owned(),
                key_id: key.id.to_string(),
                name: key.name,
            })
        })
        .await?;
    Ok(json(StatusCode::OK, &made))
}

/// Its name, and when it ends.
fn parse_new_key(mut given: BodyValidator, now: Timestamp) -> Result<(String, Option<Timestamp>)> {
    let name = given.required("name", MAX_NAME_CHARS);
    let mut end = None;
    if let Some(text) = given.text("expiresAt") {
        end = parse_expiry(&text);
        match end {
            None => given.add_violation("expiresAt", "This value is not a valid datetime."),
            Some(end) if end <= now => {
                given.add_violation("expiresAt", "The expiry date must be in the future.");
            }
            Some(_) => {}
        }
    }
    given.finish()?;
    Ok((name, end))
}

/// An end beyond reason.
fn expiry_error(error: library::Error) -> Error {
    match error {
        library::Error::InvalidLifetime => Error::violation("expiresAt", error.to_string()),
        error => error.into(),
    }
}

/// ISO 8601: with an offset, or in UTC; without a time it is midnight.
fn parse_expiry(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    Timestamp::parse(text)
        .or_else(|| Timestamp::parse(&format!("{text}Z")))
        .or_else(|| Timestamp::parse(&format!("{text}:00Z")))
        .or_else(|| Timestamp::parse(&format!("{text}T00:00:00Z")))
}

/// One's own keys
#[utoipa::path(get, path = "/api/user/api-keys", operation_id = "list_keys", security(("token" = [])), responses((status = 200, body = List, description = "Those that are good.")))]
pub async fn list(
    State(app): State<App>,
    AccessTokenAuth(actor): AccessTokenAuth,
) -> Result<Response> {
    let keys = app
        .run_blocking(move |library, _| own_keys(library, &actor))
        .await?;
    let data = keys.into_iter().map(key_response).collect();
    Ok(json(StatusCode::OK, &List { data }))
}

fn key_response(key: ApiKey) -> Listed {
    Listed {
        id: key.id.to_string(),
        name: key.name,
        created_at: format_timestamp(key.created_at),
        expires_at: key.expires_at.map(format_timestamp),
        last_used_at: key.last_used_at.map(format_timestamp),
        is_expired: false,
    }
}

fn own_keys(library: &Library, actor: &Actor) -> Result<Vec<ApiKey>> {
    let account = own_account(library, actor)?;
    Ok(library.api_keys(Some(&account.name))?)
}

/// Revoke a key of one's own
#[utoipa::path(delete, path = "/api/user/api-keys/{id}", operation_id = "revoke_key", params(("id" = String, Path)), security(("token" = [])), responses((status = 204), (status = 404)))]
pub async fn revoke(
    State(app): State<App>,
    AccessTokenAuth(actor): AccessTokenAuth,
    PathParams(id): PathParams<String>,
) -> Result<Response> {
    app.run_blocking(move |library, _| {
        let id = ApiKeyId::new(id);
        let keys = own_keys(library, &actor)?;
        if keys.iter().any(|key| key.id == id) {
            Ok(library.revoke_api_key(&id)?)
        } else {
            Err(Error::NotFound { what: "key" })
        }
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What ShareX reads to upload here.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "PascalCase")]
#[schema(as = slink::ShareX)]
pub struct ShareX {
    version: &'static str,
    name: &'static str,
    destination_type: &'static str,
    request_method: &'static str,
    #[serde(rename = "RequestURL")]
    request_url: String,
    headers: ShareXHeaders,
    body: &'static str,
    file_form_name: &'static str,
    #[serde(rename = "URL")]
    url: String,
    #[serde(rename = "ThumbnailURL")]
    thumbnail_url: String,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "PascalCase")]
#[schema(as = slink::ShareXHeaders)]
struct ShareXHeaders {
    authorization: String,
    origin: String,
}

/// A ready configuration for ShareX
#[utoipa::path(get, path = "/api/user/sharex-config", operation_id = "sharex", params(schemas::ShareXAsked), security(("token" = [])),
    responses((status = 200, body = ShareX, description = "The file that ShareX reads."), (status = 404), (status = 422)))]
pub async fn sharex_config_by_query(
    State(app): State<App>,
    client: ClientInfo,
    AccessTokenAuth(actor): AccessTokenAuth,
    Query(query): Query,
) -> Result<Response> {
    let value = |name: &str| query.get(name).map(str::to_owned);
    sharex_config(&app, &client, actor, value("baseUrl"), value("apiKey")).await
}

/// A ready configuration for ShareX, with the key where nobody writes it down
#[utoipa::path(post, path = "/api/user/sharex-config", operation_id = "sharex_by_body", params(schemas::ShareXAsked), security(("token" = [])), request_body = Option<schemas::ShareXAsked>,
    responses((status = 200, body = ShareX, description = "The file that ShareX reads."), (status = 404)))]
pub async fn sharex_config_by_body(
    State(app): State<App>,
    client: ClientInfo,
    AccessTokenAuth(actor): AccessTokenAuth,
    Query(query): Query,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    let mut given = BodyValidator::from_json(body)?;
    let (base, key) = (given.text("baseUrl"), given.text("apiKey"));
    given.finish()?;
    let value = |name: &str| query.get(name).map(str::to_owned);
    let (base, key) = (
        base.or_else(|| value("baseUrl")),
        key.or_else(|| value("apiKey")),
    );
    sharex_config(&app, &client, actor, base, key).await
}

async fn sharex_config(
    app: &App,
    client: &ClientInfo,
    actor: Actor,
    base: Option<String>,
    secret: Option<String>,
) -> Result<Response> {
    let mut given = BodyValidator::default();
    let base = base.unwrap_or_else(|| client.base_url.clone());
    let base = base.trim_end_matches('/').to_owned();
    if !is_web_address(&base) {
        given.add_violation("baseUrl", "This value is not a valid URL.");
    }
    let secret = secret.unwrap_or_default();
    if secret.is_empty() {
        given.add_violation("apiKey", "This value should not be blank.");
    }
    given.finish()?;
    let authorization = format!("Bearer {secret}");
    app.run_blocking(move |library, _| match library.actor_for_secret(&secret)? {
        Some(owner) if owner.account() == actor.account() => Ok(()),
        _ => Err(Error::NotFound { what: "key" }),
    })
    .await?;
    let configuration = ShareX {
        version: "14.1.0",
        name: "Slink Image Upload",
        destination_type: "ImageUploader",
        request_method: "POST",
        request_url: format!("{base}/api/external/upload"),
        headers: ShareXHeaders {
            authorization,
            origin: base.clone(),
        },
        body: "MultipartFormData",
        file_form_name: "image",
        url: format!("{base}/{{json:url}}"),
        thumbnail_url: format!("{base}/{{json:thumbnailUrl}}"),
    };
    Ok(json(StatusCode::OK, &configuration))
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.query().is_none()
            && url.fragment().is_none()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_expiry_lies_in_the_future_and_is_written_in_one_of_many_ways() {
        let now = Timestamp::parse("2026-11-26T00:00:00Z").unwrap();
        let end = |text: Value| {
            parse_new_key(
                BodyValidator::from_json(Some(json!({"name": "a", "expiresAt": text}))).unwrap(),
                now,
            )
        };
        for text in [
            "2026-11-27T00:00:00Z",
            "2026-11-27T02:00:00+02:00",
            "2026-11-27T00:00:00.000000+00:00",
            "2026-11-27T00:00:00",
            "2026-11-27T00:00",
            "2026-11-27",
        ] {
            let (_, end) = end(json!(text)).unwrap();
            assert_eq!(end, Timestamp::parse("2026-11-27T00:00:00Z"), "{text}");
        }
        assert_eq!(end(Value::Null).unwrap().1, None);
        for text in [
            "2026-11-26T00:00:00Z",
            "2026-11-25",
            "1970-01-01",
            "tomorrow",
            "",
            "2026-13-01",
        ] {
            assert!(
                matches!(end(json!(text)), Err(Error::Violations(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn a_key_has_a_name_of_1_to_100_characters() {
        let now = Timestamp::from_micros(0);
        let named = |name: Value| {
            parse_new_key(
                BodyValidator::from_json(Some(json!({"name": name}))).unwrap(),
                now,
            )
        };
        assert!(named(json!("é".repeat(100))).is_ok());
        for name in [
            json!(""),
            json!(" "),
            json!("x".repeat(101)),
            json!(5),
            Value::Null,
        ] {
            assert!(
                matches!(named(name.clone()), Err(Error::Violations(_))),
                "{name}"
            );
        }
    }
}
