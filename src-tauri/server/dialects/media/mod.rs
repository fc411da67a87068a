//! media, the language of api-images.amr-dev.online: images in folders, and any size of them at an address that
//! is signed or names a preset.
//!
//! Everything under `/api/v1` needs a key; whoever has an address under `/t` sees that picture. The unmodified
//! original has no address here.

mod delivery;
mod folders;
mod images;
mod openapi;
mod presets;
mod responses;
mod sign;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{delete, get, patch, post};
use library::{Actor, ImageId, ImageName, Scope};

use super::{Dialect, json};
use crate::error::{Error, Result};
use crate::http::extract::ApiKey;
use crate::state::App;

pub const MEDIA: Dialect = Dialect {
    name: "media",
    claims,
    routes,
    render_error,
    describe: openapi::describe,
};

/// They lie under our prefix and are another language's.
const IMGSHARE_PATHS: [&str; 4] = [
    "/api/v1/img_upload.php",
    "/api/v1/img_delete.php",
    "/api/v1/img_gather.php",
    "/api/v1/universe_delete.php",
];

fn claims(_: &Method, path: &str) -> bool {
    let ours = path == "/api/v1" || path.starts_with("/api/v1/") || path.starts_with("/t/");
    ours && !IMGSHARE_PATHS.contains(&path)
}

fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/images", get(images::list).post(images::upload))
        .route(
            "/api/v1/images/{id}",
            get(images::show_image)
                .put(images::replace)
                .post(images::replace)
                .patch(images::replace)
                .delete(images::delete),
        )
        .route(
            "/api/v1/folders",
            get(folders::list_tree).post(folders::create),
        )
        .route(
            "/api/v1/folders/{id}",
            patch(folders::rename)
                .put(folders::rename)
                .delete(folders::delete),
        )
        .route("/api/v1/search", get(images::search))
        .route("/api/v1/sign", post(sign::sign))
        .route("/api/v1/presets", get(presets::list).post(presets::create))
        .route("/api/v1/presets/{id}", delete(presets::delete))
        .route("/t/{client}/{how}/{file}", get(delivery::serve_preset))
        .route(
            "/t/{client}/{how}/{transform}/{file}",
            get(delivery::serve_signed),
        )
}

/// Somebody whose key may manage the account. Extracted before the body is touched.
struct WithManageScope(Actor);

impl FromRequestParts<App> for WithManageScope {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<WithManageScope> {
        let ApiKey(actor) = ApiKey::from_request_parts(parts, app).await?;
        actor.require_scope(Scope::Manage)?;
        Ok(WithManageScope(actor))
    }
}

/// What is no id names nothing.
fn parse_image_name(id: &str) -> Result<ImageName> {
    let id: ImageId = id.parse().map_err(|_| Error::NoSuchImage)?;
    Ok(ImageName::Id(id))
}

fn render_error(error: &Error) -> Response {
    use imaging::Error::{NotAnImage, Unsupported};
    let (status, code) = match error {
        Error::NoFile => (error.status(), "no_file"),
        Error::BadTransform { .. } => (error.status(), "invalid_transform"),
        Error::BadImage(NotAnImage | Unsupported(_)) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_type")
        }
        Error::BadImage(_) | Error::NotTransformable => {
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid_image")
        }
        Error::BadSignature => (error.status(), "invalid_signature"),
        other => (other.status(), default_code(other.status())),
    };
    let refused = responses::Refused {
        error: error.message(),
        code,
    };
    json(status, &refused)
}

/// The code of a refusal that has none of its own.
fn default_code(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "bad_request",
        StatusCode::UNAUTHORIZED => "unauthorized",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::REQUEST_TIMEOUT => "timeout",
        StatusCode::CONFLICT => "conflict",
        StatusCode::PAYLOAD_TOO_LARGE => "file_too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_type",
        StatusCode::RANGE_NOT_SATISFIABLE => "range_not_satisfiable",
        StatusCode::UNPROCESSABLE_ENTITY => "idempotency_key_reused",
        StatusCode::TOO_MANY_REQUESTS => "rate_limited",
        StatusCode::SERVICE_UNAVAILABLE => "busy",
        StatusCode::INSUFFICIENT_STORAGE => "storage_full",
        _ => "internal_error",
    }
}

#[cfg(test)]
mod tests;
