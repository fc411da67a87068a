//! What IMGSHARE says of itself, as OpenAPI: each parameter by the name that we document.
#![allow(dead_code, reason = "what stands here is read by derives only")]

use utoipa::ToSchema;
use utoipa::openapi::OpenApi;

use super::responses::Uploaded;
use crate::dialects::openapi::{OpenApiStyle, Picture, Repeatable, finish_document, text_schema};

pub fn describe() -> OpenApi {
    finish_document::<ApiDoc>(&OpenApiStyle {
        dialect: "imgshare",
        body_errors: &[400, 401, 403, 408, 413, 415, 429],
        credential_errors: &[401, 403, 429],
        error_bodies: |_| vec![("text/plain; charset=utf-8", text_schema())],
    })
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(upload, gather, delete, universe, native, reduced),
    tags((name = "imgshare", description = "The language of imgshare.danielthefox.com: scripts upload, gather and delete with a key as `token` in the form. Refusals are text for people, and their status says it all."))
)]
struct ApiDoc;

/// How a picture is to be kept and answered. A value that is not understood counts as none.
#[derive(ToSchema)]
#[schema(as = imgshare::Wishes)]
struct Wishes {
    /// A key that may upload.
    token: String,
    /// `1` keeps the file's name, with the day before it; else a random one is made.
    preserve_filename: Option<String>,
    /// The name to keep instead of the file's.
    filename: Option<String>,
    /// Hours, or `never`; within what the server allows for its size.
    expire: Option<String>,
    /// `json`, or `plain` for `key=value` lines.
    output: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = imgshare::Upload)]
struct Upload {
    /// JPEG, BMP, PNG or WebP, at most 32 MiB.
    #[schema(value_type = String, format = Binary)]
    file: (),
    #[serde(flatten)]
    wishes: Wishes,
}

#[derive(ToSchema)]
#[schema(as = imgshare::Gathered)]
struct Gathered {
    /// The picture's address.
    url: String,
    #[serde(flatten)]
    wishes: Wishes,
}

#[derive(ToSchema)]
#[schema(as = imgshare::Deletion)]
struct Deletion {
    /// A key that may delete.
    token: String,
    /// The picture's name, or its address.
    filename: String,
}

/// Take a picture in
#[utoipa::path(post, path = "/api/v1/img_upload.php", params(Repeatable),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 200, description = "It is kept.", content((Uploaded = "application/json"), (String = "text/plain; charset=utf-8"))), (status = 422)))]
fn upload() {}

/// Take in a picture from an address
#[utoipa::path(post, path = "/api/v1/img_gather.php", params(Repeatable),
    request_body(content((Gathered = "multipart/form-data"), (Gathered = "application/x-www-form-urlencoded"), (Gathered = "application/json"))),
    responses((status = 200, description = "It is kept.", content((Uploaded = "application/json"), (String = "text/plain; charset=utf-8"))), (status = 422)))]
fn gather() {}

/// Delete a picture and all its sizes
#[utoipa::path(post, path = "/api/v1/img_delete.php",
    request_body(content((Deletion = "multipart/form-data"), (Deletion = "application/x-www-form-urlencoded"), (Deletion = "application/json"))),
    responses((status = 200, body = String, content_type = "text/plain; charset=utf-8", description = "It is gone."), (status = 404)))]
fn delete() {}

/// Always refused: nothing is ever touched
#[utoipa::path(get, path = "/api/v1/universe_delete.php", security(("token_in_query" = [])), responses((status = 403)))]
fn universe() {}

/// The picture's own bytes
#[utoipa::path(get, path = "/img/{account}/{file}", responses(Picture),
    params(("account" = String, Path), ("file" = String, Path, description = "The picture's name, as in `20260214_fountain.jpg`.")))]
fn native() {}

/// The picture within 1024 × 768, 640 × 480 or 320 × 240
///
/// Made within a minute of the upload; until then it is not there, and Retry-After says when to ask again.
#[utoipa::path(get, path = "/img/{account}/{size}/{file}", responses(Picture),
    params(("account" = String, Path), ("size" = String, Path, description = "`xga`, `vga` or `qvga`."),
        ("file" = String, Path, description = "The picture's name, as in `20260214_fountain.jpg`.")))]
fn reduced() {}
