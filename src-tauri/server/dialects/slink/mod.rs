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
mod openapi;
mod params;
mod preprocess;
mod responses;
mod size_limit;
mod upload;

use axum::Router;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{delete, get, patch, post};

use super::{Dialect, text};
use crate::state::App;

pub const SLINK: Dialect = Dialect {
    name: "slink",
    claims,
    routes,
    render_error: errors::render_error,
    describe: openapi::describe,
};

/// For programs: its key is no token.
pub const EXTERNAL: Dialect = Dialect {
    name: "slink external",
    claims: |_, path| is_under("/api/external", path),
    routes: || {
        Router::new().route(
            "/api/external/upload",
            post(upload::upload_with_key).put(upload::upload_with_key),
        )
    },
    render_error: errors::render_external_error,
    describe: openapi::describe_external,
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

fn routes() -> Router<App> {
    Router::new()
        .route("/image/{file}", get(image::show))
        .route(
            "/api/image/{file}",
            get(image::show).patch(edit::edit).delete(edit::delete),
        )
        .route("/api/image/{id}/detail", get(responses::show_detail))
        .route("/api/images", get(listing::list_selected_or_public))
        .route("/api/images/{page}", get(listing::list_public))
        .route("/api/images/by-id", get(listing::list_by_id))
        .route("/api/images/history", get(listing::list_newest_own))
        .route("/api/images/history/{page}", get(listing::list_own))
        .route(
            "/api/upload",
            post(upload::upload_with_token).put(upload::upload_with_token),
        )
        .route(
            "/api/guest/upload",
            post(upload::upload_as_guest).put(upload::upload_as_guest),
        )
        .route("/api/auth/signup", post(accounts::sign_up))
        .route("/api/auth/login", post(accounts::log_in))
        .route("/api/auth/refresh", post(accounts::refresh_tokens))
        .route("/api/auth/logout", post(accounts::log_out))
        .route("/api/user", get(accounts::show_user))
        .route("/api/user/api-keys", get(keys::list).post(keys::create))
        .route("/api/user/api-keys/{id}", delete(keys::revoke))
        .route(
            "/api/user/sharex-config",
            get(keys::sharex_config_by_query).post(keys::sharex_config_by_body),
        )
        .route(
            "/api/admin/image/{id}",
            patch(edit::edit_any).delete(edit::delete_any),
        )
        .route("/api/health", get(health))
}

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
