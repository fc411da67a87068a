//! Extractors: what handlers take from a request. Each fails with our own [`Error`], because the rejections of
//! axum's extractors answer in plain text.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use library::Actor;
use serde::de::DeserializeOwned;

use crate::error::{CredentialError, Error, Result};
pub use crate::http::auth::{api_key_secret, authenticate, bearer_secret, sign_in};
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;
use crate::upload::form;
use crate::upload::form::Fields;

/// The variable segments of the path, decoded.
pub struct PathParams<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for PathParams<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<PathParams<T>> {
        match Path::from_request_parts(parts, app).await {
            Ok(Path(segments)) => Ok(PathParams(segments)),
            // A segment that is no UTF-8 names nothing that we have.
            Err(_) => Err(Error::UnknownRoute),
        }
    }
}

impl FromRequestParts<App> for ClientInfo {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<ClientInfo> {
        let client = parts.extensions.get::<ClientInfo>().cloned();
        client.ok_or_else(|| Error::internal("a request passed the layers without its client"))
    }
}

/// The owner of the key in `Authorization: Bearer KEY`. Extracted before the body is touched.
pub struct Bearer(pub Actor);

impl FromRequestParts<App> for Bearer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Bearer> {
        let client = ClientInfo::from_request_parts(parts, app).await?;
        let secret = bearer_secret(&parts.headers)
            .ok_or(Error::Unauthorised(CredentialError::Missing))?
            .to_owned();
        authenticate(app, &client, secret).await.map(Bearer)
    }
}

/// The owner of the key in `X-Api-Key`. Extracted before the body is touched.
pub struct ApiKey(pub Actor);

impl FromRequestParts<App> for ApiKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<ApiKey> {
        let client = ClientInfo::from_request_parts(parts, app).await?;
        let secret = api_key_secret(&parts.headers)
            .ok_or(Error::Unauthorised(CredentialError::Missing))?
            .to_owned();
        authenticate(app, &client, secret).await.map(ApiKey)
    }
}

/// The query, decoded, in its order.
pub struct Query(pub Fields);

impl FromRequestParts<App> for Query {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Query> {
        Ok(Query(Fields::from_query(
            parts.uri.query().unwrap_or_default(),
        )))
    }
}

/// A body of JSON, at most 1 MiB, whatever its content type says. `Json<Option<T>>` is `None` where
/// there is no body.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Json<T>> {
        let body = form::read_body(app, request.into_body()).await?;
        if body.trim_ascii().is_empty() {
            let nothing = serde_json::from_str("null").map(Json);
            return nothing.map_err(|_| Error::bad_body("it is empty, and JSON is needed here"));
        }
        serde_json::from_slice(&body).map(Json).map_err(|error| {
            Error::bad_body(format!("it is not the JSON that is needed ({error})"))
        })
    }
}

/// The header that makes an upload repeatable: 1 to 128 visible characters.
pub struct IdempotencyKey(pub Option<String>);

impl FromRequestParts<App> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<IdempotencyKey> {
        const MAX_LEN: usize = 128;
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(IdempotencyKey(None));
        };
        match value.to_str().map(str::trim) {
            Ok(key) if (1..=MAX_LEN).contains(&key.len()) => {
                Ok(IdempotencyKey(Some(key.to_owned())))
            }
            _ => Err(Error::BadIdempotencyKey { most: MAX_LEN }),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use axum::http::header::AUTHORIZATION;

    use super::*;

    #[test]
    fn the_bearer_scheme_is_matched_in_any_case() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, text.parse().unwrap());
            bearer_secret(&headers).map(str::to_owned)
        };
        assert_eq!(read("Bearer sk_1").as_deref(), Some("sk_1"));
        assert_eq!(read("bEARER   sk_1 ").as_deref(), Some("sk_1"));
        assert_eq!(read("Basic sk_1"), None);
        assert_eq!(read("sk_1"), None);
        assert_eq!(read("Bearer "), None);
    }
}
