//! Slink: accounts that sign in with tokens, images by UUID, sizes and formats by address, and uploads by
//! token, by key and by guests.
//!
//! Two dialects of one contract: what programs with a key are refused is worded otherwise than what people
//! with a token are.

mod accounts;
mod auth;
mod edit;
mod errors;
mod image;
mod keys;
mod listing;
mod params;
mod preprocess;
mod responses;
mod schemas;
mod size_limit;
mod upload;

use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::get;

use crate::dialects::dialect::Dialect;
use crate::dialects::openapi::{OpenApiStyle, schema_ref};
use crate::dialects::reply::text;
use crate::state::App;
use image::ImagePaths;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub const SLINK: Dialect = Dialect {
    name: "slink",
    claims,
    routes,
    render_error: errors::render_error,
    openapi_style: OpenApiStyle {
        body_errors: &[400, 408, 413, 422],
        credential_errors: &[401, 403, 429],
        error_bodies: |status| match status {
            "401" => vec![("application/json", schema_ref("slink.NoToken"))],
            _ => vec![(errors::MEDIA_TYPE, schema_ref("slink.Refusal"))],
        },
    },
};

/// For programs: its key is no token.
pub const EXTERNAL: Dialect = Dialect {
    name: "slink external",
    claims: |_, path| is_under("/api/external", path),
    routes: || {
        OpenApiRouter::with_openapi(ExternalApiDoc::openapi())
            .routes(routes!(upload::upload_with_key))
    },
    render_error: errors::render_external_error,
    openapi_style: OpenApiStyle {
        body_errors: &[400, 408, 413, 422],
        credential_errors: &[401, 403, 429],
        error_bodies: |status| match status {
            "401" => vec![(errors::MEDIA_TYPE, schema_ref("slink.NoKey"))],
            _ => vec![(errors::MEDIA_TYPE, schema_ref("slink.Refusal"))],
        },
    },
};

const PATH_PREFIXES: [&str; 8] = [
    "/api/image",
    "/api/images",
    "/api/upload",
    "/api/guest",
    "/api/auth",
    "/api/user",
    "/api/admin/image",
    "/api/health",
];

/// Everything under these, and the pictures; what else is under `/image` belongs to Chevereto.
fn claims(_: &Method, path: &str) -> bool {
    let file = path.strip_prefix("/image/");
    PATH_PREFIXES.iter().any(|ours| is_under(ours, path)) || file.is_some_and(image::is_image_file)
}

fn is_under(place: &str, path: &str) -> bool {
    let rest = path.strip_prefix(place);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(image::show), modifiers(&ImagePaths),
    components(schemas(errors::Refusal, schemas::NoToken)),
    tags((name = "slink", description = "The API of Slink (docs.slinkapp.io): accounts with tokens, images by UUID, sizes and formats by URL, lists, uploads with a token and by guests."))
)]
struct ApiDoc;

#[derive(utoipa::OpenApi)]
#[openapi(
    components(schemas(errors::Refusal, schemas::NoKey)),
    tags((name = "slink external", description = "Slink's upload for programs, with a key."))
)]
struct ExternalApiDoc;

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(ApiDoc::openapi())
        .route("/image/{file}", get(image::show))
        .routes(routes!(edit::edit, edit::delete))
        .route("/api/image/{id}", get(image::show))
        .routes(routes!(responses::show_detail))
        .routes(routes!(listing::list_selected_or_public))
        .routes(routes!(listing::list_public))
        .routes(routes!(listing::list_by_id))
        .routes(routes!(listing::list_newest_own))
        .routes(routes!(listing::list_own))
        .routes(routes!(upload::upload_with_token))
        .routes(routes!(upload::upload_as_guest))
        .routes(routes!(accounts::sign_up))
        .routes(routes!(accounts::log_in))
        .routes(routes!(accounts::refresh_tokens))
        .routes(routes!(accounts::log_out))
        .routes(routes!(accounts::show_user))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
        .routes(routes!(
            keys::sharex_config_by_query,
            keys::sharex_config_by_body
        ))
        .routes(routes!(edit::edit_any, edit::delete_any))
        .routes(routes!(health))
}

/// Whether the server is there
#[utoipa::path(get, path = "/api/health", responses((status = 200, body = String, content_type = "text/plain; charset=utf-8", description = "OK.")))]
async fn health() -> Response {
    text(StatusCode::OK, "OK")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slink_claims_its_own_prefixes_and_pictures_named_by_their_id() {
        let id = "123e4567-e89b-12d3-a456-426614174000";
        for path in [
            "/api/image",
            "/api/image/x/y/z",
            "/api/images",
            "/api/images/1",
            "/api/upload",
            "/api/guest/upload",
            "/api/auth/login",
            "/api/user/api-keys",
            "/api/admin/image/x",
            "/api/health",
            &format!("/image/{id}.jpg"),
            &format!("/image/{id}_thumbnail.webp"),
            &format!("/image/{}.JPG", id.to_uppercase()),
        ] {
            assert!(claims(&Method::GET, path), "{path}");
        }
        for path in [
            "/api",
            "/api/imagesque",
            "/api/uploads",
            "/api/external/upload",
            "/api/admin",
            "/api/dashboard/images",
            "/api/v1/images",
            "/api/1/upload",
            "/image",
            "/image/",
            "/image/some-title.ZfGd",
            &format!("/image/{id}"),
            &format!("/image/{id}.ZfGd"),
            &format!("/image/t-{id}.jpg"),
            &format!("/image/{id}_small.jpg"),
            &format!("/image/{id}.jpg/delete"),
            &format!("/images/{id}.jpg"),
        ] {
            assert!(!claims(&Method::GET, path), "{path}");
        }
        assert!((EXTERNAL.claims)(&Method::POST, "/api/external/anything"));
    }
}
