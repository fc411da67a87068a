//! The HTTP languages that we speak, as values.
//!
//! Each has a router of its own and its own words for every refusal; nothing is merged, because
//! several of them name images under the same paths. Who claims a request first answers it.

pub mod chevereto;
pub mod dashboard;
pub mod imgs;
pub mod imgshare;
pub mod landing;
pub mod media;
pub mod openapi;
pub mod slink;
mod transform_params;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use library::{AddOutcome, IdempotencyContext, StoredImage, StoredResponse};
use tower::ServiceExt;
use utoipa::openapi::OpenApi;

use crate::error::Error;
use crate::http::middleware::request_log::{RequestLog, record_route};
use crate::state::App;

/// One language. A further one is one file and one word in [`ALL`].
pub struct Dialect {
    pub name: &'static str,
    /// Whether a request with this method and path (in its one spelling, still encoded) is meant
    /// for this dialect, also where it will be refused.
    pub claims: fn(&Method, &str) -> bool,
    pub routes: fn() -> Router<App>,
    /// A refusal in this dialect's words, with the status of [`Error::status`] unless the dialect's
    /// contract gives it another. What it has no words for it says in [`Error::sentence`].
    pub render_error: fn(&Error) -> Response,
    /// What programs can do here, as OpenAPI: every route with its methods, bodies and refusals.
    pub describe: fn() -> OpenApi,
}

/// Words of one response's own, put into its extensions: they count before its dialect's, for a client that asked for
/// text, or a limit that only the handler knows.
#[derive(Clone)]
pub struct ErrorRenderer(pub Arc<dyn Fn(&Error) -> Response + Send + Sync>);

/// In the order in which they are asked.
pub const DIALECTS: [&Dialect; 8] = [
    &landing::LANDING,
    &dashboard::DASHBOARD,
    &imgshare::IMGSHARE,
    &media::MEDIA,
    &slink::SLINK,
    &slink::EXTERNAL,
    &chevereto::CHEVERETO,
    &imgs::IMGS,
];
/// Words the refusal of what nobody claims.
const FALLBACK: &Dialect = &landing::LANDING;

/// All dialects, ready to answer.
pub struct DialectRouters(Vec<(&'static Dialect, Router)>);

/// Gives every dialect its own router over the same state.
pub fn mount(app: &App) -> DialectRouters {
    DialectRouters::new(app, &DIALECTS)
}

impl DialectRouters {
    /// Of these dialects, in the order in which they are asked.
    pub fn new(app: &App, dialects: &[&'static Dialect]) -> DialectRouters {
        let router = |dialect: &&'static Dialect| {
            let router = (dialect.routes)()
                .fallback(|| async { Error::UnknownRoute })
                .method_not_allowed_fallback(|| async { Error::MethodNotAllowed })
                .layer(middleware::from_fn(record_route))
                .with_state(app.clone());
            (*dialect, router)
        };
        DialectRouters(dialects.iter().map(router).collect())
    }

    pub async fn respond(&self, request: Request, trace: &RequestLog) -> Response {
        let claim = self
            .0
            .iter()
            .find(|(dialect, _)| (dialect.claims)(request.method(), request.uri().path()));
        let (dialect, response) = match claim {
            Some((dialect, router)) => (*dialect, call_router(router.clone(), request).await),
            None => (FALLBACK, Error::UnknownRoute.into_response()),
        };
        render_error(dialect, response, trace)
    }
}

async fn call_router(router: Router, request: Request) -> Response {
    let Ok(response) = router.oneshot(request).await;
    response
}

/// Replaces an error on its way out by the dialect's words for it.
fn render_error(dialect: &Dialect, mut response: Response, trace: &RequestLog) -> Response {
    let Some(error) = response.extensions_mut().remove::<Arc<Error>>() else {
        return response;
    };
    if error.status().is_server_error() {
        trace.log_failure(&error, dialect.name);
    }
    let words = response.extensions_mut().remove::<ErrorRenderer>();
    let worded = words.map_or_else(
        || (dialect.render_error)(&error),
        |ErrorRenderer(own)| own(&error),
    );
    let (parts, body) = worded.into_parts();
    *response.status_mut() = parts.status;
    *response.body_mut() = body;
    // `Allow`, which only the router knows, is there already.
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.extend(parts.headers);
    set_error_headers(headers, &error);
    response
}

/// What every refusal carries, whatever its language.
fn set_error_headers(headers: &mut HeaderMap, error: &Error) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(after) = error.retry_after_secs() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(after));
    }
    if let Error::OutOfRange { len } = error
        && let Ok(range) = HeaderValue::from_str(&format!("bytes */{len}"))
    {
        headers.insert(header::CONTENT_RANGE, range);
    }
}

/// A JSON answer.
fn json(status: StatusCode, value: &impl serde::Serialize) -> Response {
    json_as("application/json", status, value)
}

/// Done, and nothing to say of it.
fn no_content() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// JSON under a media type of its own.
fn json_as(
    media_type: &'static str,
    status: StatusCode,
    value: &impl serde::Serialize,
) -> Response {
    let text = serde_json::to_vec(value).unwrap_or_default();
    body_response(HeaderValue::from_static(media_type), status, text)
}

/// An answer of plain text.
fn text(status: StatusCode, text: impl Into<String>) -> Response {
    let media_type = HeaderValue::from_static("text/plain; charset=utf-8");
    body_response(media_type, status, text.into().into_bytes())
}

/// Sends the client elsewhere, with a status that does so (301, 302). `location` may be relative.
///
/// # Errors
/// If it cannot stand in a header: a place of ours is percent-encoded.
fn redirect(status: StatusCode, location: &str) -> Result<Response, Error> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let location = HeaderValue::try_from(location).map_err(Error::internal)?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// Lets `keep` store an upload, and says in the words of `answer` what it became; of a repeated one, what was said
/// the first time.
fn store_idempotent(
    key: Option<&str>,
    answer: &dyn Fn(&StoredImage) -> StoredResponse,
    keep: impl FnOnce(Option<IdempotencyContext<'_>>) -> library::Result<AddOutcome>,
) -> library::Result<StoredResponse> {
    Ok(
        match keep(key.map(|key| IdempotencyContext {
            key,
            build_response: answer,
        }))? {
            AddOutcome::New(kept) => answer(&kept),
            AddOutcome::Replay(answer) => answer,
        },
    )
}

/// What the library says that an upload was answered, now or the first time.
fn into_response(answer: StoredResponse) -> Result<Response, Error> {
    let status = StatusCode::from_u16(answer.status).map_err(Error::internal)?;
    let media_type = HeaderValue::try_from(answer.media_type).map_err(Error::internal)?;
    Ok(body_response(media_type, status, answer.body))
}

fn body_response(media_type: HeaderValue, status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media_type);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_keeps_a_relative_location_and_refuses_header_injection() {
        let response = redirect(StatusCode::FOUND, "/image/a.b?deleted").unwrap();
        assert_eq!(response.status(), 302);
        assert_eq!(response.headers()[header::LOCATION], "/image/a.b?deleted");
        assert!(redirect(StatusCode::FOUND, "/a\r\nSet-Cookie: b").is_err());
    }

    #[test]
    fn text_declares_its_encoding_and_json_its_media_type() {
        let plain = text(StatusCode::OK, "grüß dich");
        assert_eq!(
            plain.headers()[header::CONTENT_TYPE],
            "text/plain; charset=utf-8"
        );
        let json = json_as("application/vnd.api+json", StatusCode::OK, &1);
        assert_eq!(
            json.headers()[header::CONTENT_TYPE],
            "application/vnd.api+json"
        );
    }
}
