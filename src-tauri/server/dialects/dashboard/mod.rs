//! The dashboard's API: what people do with their pictures, keys and folders in a browser.
//!
//! The one dialect that reads the sign-in cookie, and the app's key in the window; so it is closed to pages of
//! other sites (`visitor.rs`). It is our own language: everything that the library knows can be done here.

mod account;
mod accounts;
mod auth;
mod bulk;
mod errors;
mod folders;
mod image_response;
mod images;
mod keys;
mod listing;
mod openapi;
mod presets;
mod session;
mod settings;
mod signup;
mod usage;

use axum::Router;
use axum::http::Method;
use axum::routing::{delete, get, patch, post, put};

use super::Dialect;
use crate::state::App;

pub const DASHBOARD: Dialect = Dialect {
    name: "dashboard",
    claims,
    routes,
    render_error: errors::render_error,
    describe: openapi::describe,
};

fn claims(_: &Method, path: &str) -> bool {
    path.strip_prefix("/api/dashboard")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn routes() -> Router<App> {
    let routes = Router::new()
        .route(
            "/session",
            get(session::show_account)
                .post(session::sign_in)
                .delete(session::sign_out),
        )
        .route("/session/links", post(session::make_link))
        .route("/account", patch(account::edit))
        .route(
            "/account/signing",
            post(account::rotate_signing).delete(account::revoke_signatures),
        )
        .route("/images", get(listing::list).post(images::upload))
        .route("/images/days", get(listing::list_days))
        .route("/images/bulk", post(bulk::apply_to_selection))
        .route(
            "/images/{id}",
            get(images::show)
                .patch(images::edit)
                .put(images::replace)
                .delete(images::delete),
        )
        .route("/images/{id}/thumbnail", get(images::show_thumbnail))
        .route("/images/{id}/preview", get(images::show_preview))
        .route("/folders", get(folders::list).post(folders::add))
        .route(
            "/folders/{id}",
            patch(folders::edit).delete(folders::delete),
        )
        .route("/keys", get(keys::list).post(keys::create))
        .route("/keys/{id}", delete(keys::revoke))
        .route("/presets", get(presets::list).post(presets::add))
        .route("/presets/{id}", delete(presets::delete))
        .route("/accounts", get(accounts::list).post(accounts::add))
        .route(
            "/settings",
            get(settings::list).patch(settings::change_settings),
        )
        .route("/usage", get(usage::show_usage))
        .route("/log", get(usage::list_requests))
        .route("/invites", get(signup::list).post(signup::invite))
        .route("/invites/accept", post(signup::accept))
        .route("/invites/{id}", delete(signup::revoke))
        .route("/sign-up", post(signup::sign_up))
        .route("/door", get(signup::show_signup_status))
        .route("/accounts/{name}", delete(accounts::remove))
        .route("/accounts/{name}/password", put(accounts::set_password));
    Router::new().nest("/api/dashboard", routes)
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
