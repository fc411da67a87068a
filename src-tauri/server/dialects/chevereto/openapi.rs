//! What Chevereto says of itself, as OpenAPI.
#![allow(dead_code, reason = "what stands here is read by derives only")]

use utoipa::openapi::OpenApi;
use utoipa::{IntoParams, ToSchema};

use super::errors::Refusal;
use super::responses::Uploaded;
use crate::dialects::openapi::{
    OpenApiStyle, Picture, Repeatable, finish_document, schema_ref, text_schema,
};

pub fn describe() -> OpenApi {
    finish_document::<ApiDoc>(&OpenApiStyle {
        dialect: "chevereto",
        body_errors: &[400, 429],
        credential_errors: &[400, 429],
        error_bodies: |status| match status {
            "404" => vec![("text/html; charset=utf-8", text_schema())],
            _ => vec![
                (
                    "application/json; charset=UTF-8",
                    schema_ref("chevereto.Refusal"),
                ),
                ("text/plain; charset=UTF-8", text_schema()),
            ],
        },
    })
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(nothing_asked, upload, upload_by_get, page, delete, file),
    components(schemas(Refusal)),
    tags((name = "chevereto", description = "The language of Chevereto sites, API V1.1 as imgz.io speaks it. Every failure of the API but 405, 429 and 503 is a 400 with a number inside."))
)]
struct ApiDoc;

/// What may be said of an upload, in its body or in the query; the body counts first. What makes no sense is taken for
/// nothing, but for an expiration.
#[derive(IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = chevereto::Wishes)]
struct Wishes {
    /// A key that may upload, where there is none in `X-API-Key`.
    key: Option<String>,
    /// Also as `name`.
    title: Option<String>,
    description: Option<String>,
    /// Between commas.
    tags: Option<String>,
    /// A folder's id.
    album_id: Option<String>,
    /// Pixels; a wider picture is made this wide.
    width: Option<String>,
    /// After how long it goes: as in `P3D`, `PT5M`, or seconds.
    expiration: Option<String>,
    /// `1` covers it on its page.
    nsfw: Option<String>,
    /// `1` dates the file by its camera; of administrators only.
    use_file_date: Option<String>,
    /// `json`, `txt` for the address alone, or `redirect` to the page.
    format: Option<String>,
}

/// `source` may be called `image`, as imgBB has it: then the answer is imgBB's.
#[derive(ToSchema)]
#[schema(as = chevereto::Upload)]
struct Upload {
    /// The file; or base64 or an address as text.
    #[schema(value_type = String, format = Binary)]
    source: (),
    #[serde(flatten)]
    wishes: Wishes,
}

#[derive(ToSchema)]
#[schema(as = chevereto::UploadAsText)]
struct UploadAsText {
    /// Base64, or an address.
    source: String,
    #[serde(flatten)]
    wishes: Wishes,
}

/// No action: always refused
#[utoipa::path(method(get, post), path = "/api/1", responses((status = 400)))]
fn nothing_asked() {}

/// Take a picture in
#[utoipa::path(post, path = "/api/1/upload", params(Repeatable, Wishes), security((), ("key_in_header" = []), ("key_in_query" = [])),
    request_body(content((Upload = "multipart/form-data"), (UploadAsText = "application/x-www-form-urlencoded"), (UploadAsText = "application/json"))),
    responses((status = 200, description = "It is kept.", content((Uploaded = "application/json; charset=UTF-8"), (String = "text/plain; charset=UTF-8"))),
        (status = 302, body = String, content_type = "text/plain; charset=UTF-8", description = "It is kept, and Location is its page.")))]
fn upload() {}

/// Take in a picture from an address in the query
#[utoipa::path(get, path = "/api/1/upload", params(Repeatable, ("source" = Option<String>, Query, description = "An address. Needed, if not as `image`."), Wishes),
    security(("key_in_header" = []), ("key_in_query" = [])),
    responses((status = 200, description = "It is kept.", content((Uploaded = "application/json; charset=UTF-8"), (String = "text/plain; charset=UTF-8"))),
        (status = 302, body = String, content_type = "text/plain; charset=UTF-8", description = "It is kept, and Location is its page.")))]
fn upload_by_get() {}

/// A picture's page
#[utoipa::path(get, path = "/image/{name}", params(("name" = String, Path, description = "As in `some-title.ZfGd`, or the code after the last point alone.")),
    responses((status = 200, body = String, content_type = "text/html; charset=utf-8", description = "The page."), (status = 404)))]
fn page() {}

/// Delete a picture by the link that was in the answer to its upload
#[utoipa::path(get, path = "/image/{name}/delete/{password}", params(("name" = String, Path), ("password" = String, Path)),
    responses((status = 200, body = String, content_type = "text/html; charset=utf-8", description = "A browser only looked ahead: nothing was deleted."), (status = 301, description = "It is gone; Location is where it was."), (status = 404)))]
fn delete() {}

/// The picture, or its square of 320 px as `….th.jpg`, or it 500 px wide as `….md.jpg`
#[utoipa::path(get, path = "/images/{year}/{month}/{day}/{file}", responses(Picture),
    params(("year" = String, Path), ("month" = String, Path), ("day" = String, Path), ("file" = String, Path)))]
fn file() {}
