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
    refuse: errors::refuse,
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
            get(session::show).post(session::begin).delete(session::end),
        )
        .route("/session/links", post(session::make_link))
        .route("/account", patch(account::edit))
        .route(
            "/account/signing",
            post(account::rotate_signing).delete(account::revoke_signatures),
        )
        .route("/images", get(listing::list).post(images::upload))
        .route("/images/days", get(listing::days))
        .route("/images/bulk", post(bulk::change))
        .route(
            "/images/{id}",
            get(images::show)
                .patch(images::edit)
                .put(images::replace)
                .delete(images::delete),
        )
        .route("/images/{id}/thumbnail", get(images::thumbnail))
        .route("/images/{id}/preview", get(images::preview))
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
        .route("/settings", get(settings::list).patch(settings::change))
        .route("/usage", get(usage::show))
        .route("/log", get(usage::log))
        .route("/invites", get(signup::list).post(signup::invite))
        .route("/invites/accept", post(signup::accept))
        .route("/invites/{id}", delete(signup::revoke))
        .route("/sign-up", post(signup::sign_up))
        .route("/door", get(signup::door))
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
