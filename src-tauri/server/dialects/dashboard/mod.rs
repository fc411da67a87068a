//! The dashboard's API: what people do with their pictures, keys and folders in a browser.
//!
//! The one dialect that reads the sign-in cookie, and the app's key in the window; so it is closed to pages of
//! other sites (`visitor.rs`). It is our own language: everything that the library knows can be done here.

mod account;
mod accounts;
mod auth;
mod bulk;
mod cookie;
mod errors;
mod folders;
mod images;
mod keys;
mod listing;
mod presets;
mod responses;
mod schemas;
mod session;
mod settings;
mod signup;
mod usage;

use axum::http::Method;

use crate::dialects::dialect::Dialect;
use crate::dialects::openapi::{OpenApiStyle, schema_ref};
use crate::state::App;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub const DASHBOARD: Dialect = Dialect {
    name: "dashboard",
    claims,
    routes,
    render_error: errors::render_error,
    openapi_style: OpenApiStyle {
        body_errors: &[400, 403, 408, 413],
        credential_errors: &[401, 403, 429],
        error_bodies: |_| vec![("application/json", schema_ref("dashboard.Refused"))],
    },
};

fn claims(_: &Method, path: &str) -> bool {
    path.strip_prefix("/api/dashboard")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[derive(utoipa::OpenApi)]
#[openapi(
    components(schemas(errors::Refused)),
    tags((name = "dashboard", description = "This server's own API: images, keys and folders. It is closed to pages of other sites; programs authenticate with a key."))
)]
struct ApiDoc;

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(ApiDoc::openapi())
        .routes(routes!(
            session::show_account,
            session::sign_in,
            session::sign_out
        ))
        .routes(routes!(session::make_link))
        .routes(routes!(account::edit))
        .routes(routes!(account::rotate_signing, account::revoke_signatures))
        .routes(routes!(listing::list, images::upload))
        .routes(routes!(listing::list_days))
        .routes(routes!(bulk::apply_to_selection))
        .routes(routes!(
            images::show,
            images::edit,
            images::replace,
            images::delete
        ))
        .routes(routes!(images::show_thumbnail))
        .routes(routes!(images::show_preview))
        .routes(routes!(folders::list, folders::add))
        .routes(routes!(folders::edit, folders::delete))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
        .routes(routes!(presets::list, presets::add))
        .routes(routes!(presets::delete))
        .routes(routes!(accounts::list, accounts::add))
        .routes(routes!(settings::list, settings::change_settings))
        .routes(routes!(usage::show_usage))
        .routes(routes!(usage::list_requests))
        .routes(routes!(signup::list, signup::invite))
        .routes(routes!(signup::accept))
        .routes(routes!(signup::revoke))
        .routes(routes!(signup::sign_up))
        .routes(routes!(signup::show_signup_status))
        .routes(routes!(accounts::remove))
        .routes(routes!(accounts::set_password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_paths_are_claimed() {
        for path in ["/api/dashboard", "/api/dashboard/session"] {
            assert!(claims(&Method::GET, path), "{path}");
        }
        for path in ["/api/dashboards", "/dashboard", "/api/image"] {
            assert!(!claims(&Method::GET, path), "{path}");
        }
    }
}
