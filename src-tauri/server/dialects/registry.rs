//! The registry of all dialects: which of them answers a request, and how they are mounted.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use tower::ServiceExt;
use utoipa::openapi::OpenApi;

use super::dialect::{Dialect, ErrorRenderer};
use super::openapi::{OpenApiJson, base_document};
use super::{chevereto, dashboard, imgs, imgshare, landing, media, slink};
use crate::error::Error;
use crate::http::middleware::request_log::{RequestLog, record_route};
use crate::state::App;

/// In order of precedence: the first that claims a request answers it.
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
/// Renders the error for a path that no dialect claims.
const FALLBACK: &Dialect = &landing::LANDING;

/// The routers of all dialects.
pub struct DialectRouters(Vec<(&'static Dialect, Router)>);

/// Builds a router for every dialect over the same state.
pub fn mount(app: &App) -> DialectRouters {
    DialectRouters::new(app, &DIALECTS)
}

/// The OpenAPI description of all dialects.
pub fn build_document() -> OpenApi {
    let mut api = base_document();
    for dialect in DIALECTS {
        api.merge(dialect.describe());
    }
    api
}

impl DialectRouters {
    /// Routers for these dialects, in order of precedence.
    pub fn new(app: &App, dialects: &[&'static Dialect]) -> DialectRouters {
        let openapi = OpenApiJson(
            serde_json::to_vec(&build_document())
                .unwrap_or_default()
                .into(),
        );
        let router = |dialect: &&'static Dialect| {
            let (routes, _) = (dialect.routes)().split_for_parts();
            let routes = routes
                .fallback(|| async { Error::UnknownRoute })
                .method_not_allowed_fallback(|| async { Error::MethodNotAllowed })
                .layer(middleware::from_fn(record_route))
                .layer(Extension(openapi.clone()))
                .with_state(app.clone());
            (*dialect, routes)
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

/// Replaces an error response by the one in the dialect's format.
fn render_error(dialect: &Dialect, mut response: Response, trace: &RequestLog) -> Response {
    let Some(error) = response.extensions_mut().remove::<Arc<Error>>() else {
        return response;
    };
    if error.status().is_server_error() {
        trace.log_failure(&error, dialect.name);
    }
    let renderer = response.extensions_mut().remove::<ErrorRenderer>();
    let rendered = renderer.map_or_else(
        || (dialect.render_error)(&error),
        |ErrorRenderer(own)| own(&error),
    );
    let (parts, body) = rendered.into_parts();
    *response.status_mut() = parts.status;
    *response.body_mut() = body;
    // `Allow` has been set by the router.
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.extend(parts.headers);
    set_error_headers(headers, &error);
    response
}

/// Sets the headers that error responses of all dialects have.
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
