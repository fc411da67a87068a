//! media, the language of api-images.amr-dev.online: images in folders, and any size of them at an address that
//! is signed or names a preset.
//!
//! Everything under `/api/v1` needs a key; whoever has an address under `/t` sees that picture. The unmodified
//! original has no address here.

mod auth;
mod delivery;
mod errors;
mod folders;
mod images;
mod presets;
mod responses;
mod schemas;
mod sign;

use axum::http::Method;
use axum::routing::get;

use crate::dialects::dialect::Dialect;
use crate::dialects::openapi::{OpenApiStyle, schema_ref};
use crate::state::App;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub const MEDIA: Dialect = Dialect {
    name: "media",
    claims,
    routes,
    render_error: errors::render_error,
    openapi_style: OpenApiStyle {
        body_errors: &[400, 408, 413],
        credential_errors: &[401, 403, 429],
        error_bodies: |_| vec![("application/json", schema_ref("media.Refused"))],
    },
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

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(delivery::serve_signed, delivery::serve_preset),
    components(schemas(responses::Refused)),
    tags((name = "media", description = "The API of api-images.amr-dev.online: images in folders, and any size of them at a URL that is signed or names a preset."))
)]
struct ApiDoc;

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(ApiDoc::openapi())
        .routes(routes!(images::list, images::upload))
        .routes(routes!(images::show_image, images::replace, images::delete))
        .routes(routes!(folders::list_tree, folders::create))
        .routes(routes!(folders::rename, folders::delete))
        .routes(routes!(images::search))
        .routes(routes!(sign::sign))
        .routes(routes!(presets::list, presets::create))
        .routes(routes!(presets::delete))
        .route("/t/{client}/{how}/{file}", get(delivery::serve_preset))
        .route(
            "/t/{client}/{how}/{transform}/{file}",
            get(delivery::serve_signed),
        )
}

#[cfg(test)]
mod tests;
