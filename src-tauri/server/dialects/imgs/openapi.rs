//! What imgs says of itself, as OpenAPI.
#![allow(dead_code, reason = "what stands here is read by derives only")]

use utoipa::ToSchema;
use utoipa::openapi::OpenApi;

use super::Uploaded;
use crate::dialects::openapi::{OpenApiStyle, Picture, Repeatable, finish_document, schema_ref};

pub fn describe() -> OpenApi {
    finish_document::<ApiDoc>(&OpenApiStyle {
        dialect: "imgs",
        body_errors: &[400, 408, 413],
        credential_errors: &[401, 403, 429],
        error_bodies: |_| vec![("application/json", schema_ref("imgs.Refused"))],
    })
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(upload, show, original, resized, delete),
    components(schemas(Refused)),
    tags((name = "imgs", description = "The language of imgs.modscape.com: one upload, ten-character names, widths made on demand."))
)]
struct ApiDoc;

#[derive(ToSchema)]
#[schema(as = imgs::Refused)]
struct Refused {
    error: String,
}

#[derive(ToSchema)]
#[schema(as = imgs::Upload)]
struct Upload {
    #[schema(value_type = String, format = Binary)]
    file: (),
}

#[derive(ToSchema)]
#[schema(as = imgs::Deleted)]
struct Deleted {
    /// The picture's id.
    deleted: String,
}

/// Take a picture in
#[utoipa::path(post, path = "/upload", params(Repeatable), security(("key" = [])),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 200, body = Uploaded, description = "It is kept."), (status = 422)))]
fn upload() {}

/// The picture, at most 2400 px wide
#[utoipa::path(get, path = "/{id}", params(("id" = String, Path, pattern = "^[0-9A-Za-z]{10}$")), responses(Picture))]
fn show() {}

/// The very bytes that were uploaded
#[utoipa::path(get, path = "/{id}/original", params(("id" = String, Path, pattern = "^[0-9A-Za-z]{10}$")), responses(Picture))]
fn original() {}

/// The picture at a width, never enlarged
#[utoipa::path(get, path = "/{id}/{width}", responses(Picture, (status = 400)),
    params(("id" = String, Path, pattern = "^[0-9A-Za-z]{10}$"), ("width" = u32, Path, minimum = 1, maximum = 2400)))]
fn resized() {}

/// Delete a picture and all its sizes
#[utoipa::path(delete, path = "/{id}", params(("id" = String, Path, pattern = "^[0-9A-Za-z]{10}$")), security(("key" = [])),
    responses((status = 200, body = Deleted, description = "It is gone."), (status = 404)))]
fn delete() {}
