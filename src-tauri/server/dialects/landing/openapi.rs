//! What the server's own pages say of themselves, as OpenAPI: programs find only this document there.
#![allow(dead_code, reason = "what stands here is read by derives only")]

use utoipa::ToSchema;
use utoipa::openapi::OpenApi;

use crate::dialects::openapi::{OpenApiStyle, finish_document, schema_ref};

pub fn describe() -> OpenApi {
    finish_document::<ApiDoc>(&OpenApiStyle {
        dialect: "pages",
        body_errors: &[],
        credential_errors: &[],
        error_bodies: |_| vec![("application/json", schema_ref("pages.Refused"))],
    })
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(description),
    components(schemas(Refused)),
    tags((name = "pages", description = "The server itself."))
)]
struct ApiDoc;

#[derive(ToSchema)]
#[schema(as = pages::Refused)]
struct Refused {
    error: String,
}

/// This document
#[utoipa::path(get, path = "/api/openapi.json", responses((status = 200, body = Object, description = "OpenAPI 3.1.")))]
fn description() {}
