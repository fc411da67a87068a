//! A dialect: one HTTP API with its routes, its error format and its OpenAPI description.

use std::sync::Arc;

use axum::http::Method;
use axum::response::Response;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::openapi::{OpenApiStyle, finish_document};
use crate::error::Error;
use crate::state::App;

/// One HTTP API. A further one is a folder and a line in `registry.rs`.
pub struct Dialect {
    pub name: &'static str,
    /// Whether a request with this method and path (normalised, still percent-encoded) belongs to this dialect,
    /// including requests that it will refuse.
    pub claims: fn(&Method, &str) -> bool,
    pub routes: fn() -> OpenApiRouter<App>,
    /// The response to an error in this dialect's format. The status is [`Error::status`] unless the dialect's
    /// contract requires another; an error without a text of its own uses [`Error::message`].
    pub render_error: fn(&Error) -> Response,
    /// What the OpenAPI descriptions of its operations have in common.
    pub openapi_style: OpenApiStyle,
}

impl Dialect {
    /// Every route of this dialect with its methods, bodies and errors, as OpenAPI.
    pub fn describe(&self) -> OpenApi {
        finish_document(
            (self.routes)().into_openapi(),
            self.name,
            &self.openapi_style,
        )
    }
}

/// Renders the error of a single response. Put into the response's extensions, it takes precedence over the dialect's
/// [`Dialect::render_error`]: for a client that asked for text, or a limit that only the handler knows.
#[derive(Clone)]
pub struct ErrorRenderer(pub Arc<dyn Fn(&Error) -> Response + Send + Sync>);
