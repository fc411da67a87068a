//! All accounts, for administrators.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::NewAccount;

use super::auth::CurrentUser;
use super::responses::Myself;
use crate::dialects::reply::{json, no_content};
use crate::error::Result;
use crate::http::extract::{Json, PathParams, Query};
use crate::state::App;

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = dashboard::NewAccount)]
pub struct New {
    name: String,
    email: Option<String>,
    #[serde(default)]
    admin: bool,
    password: Option<String>,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = dashboard::Password)]
pub struct Password {
    password: String,
}

/// All accounts, for administrators
#[utoipa::path(get, path = "/api/dashboard/accounts", operation_id = "list_accounts", security(("session" = [])), responses((status = 200, body = Vec<super::responses::Myself>, description = "All of them.")))]
pub async fn list(State(app): State<App>, visitor: CurrentUser) -> Result<Response> {
    let accounts = app
        .run_blocking(move |library, _| {
            visitor.require_admin(library)?;
            Ok(library.accounts()?)
        })
        .await?;
    let accounts: Vec<Myself> = accounts.into_iter().map(Myself::new).collect();
    Ok(json(StatusCode::OK, &accounts))
}

/// Make an account, as an administrator
#[utoipa::path(post, path = "/api/dashboard/accounts", operation_id = "add_account", security(("session" = [])), request_body = New,
    responses((status = 201, body = super::responses::Myself, description = "It is made."), (status = 409)))]
pub async fn add(
    State(app): State<App>,
    visitor: CurrentUser,
    Json(new): Json<New>,
) -> Result<Response> {
    let account = app
        .run_blocking(move |library, _| {
            visitor.require_admin(library)?;
            let New {
                name,
                email,
                admin,
                password,
            } = new;
            Ok(library.add_account(NewAccount {
                name,
                email,
                admin,
                password,
            })?)
        })
        .await?;
    Ok(json(StatusCode::CREATED, &Myself::new(account)))
}

// With `?withImages=1` its images go too; without, an account that owns some stays.
/// Remove an account, as an administrator
#[utoipa::path(delete, path = "/api/dashboard/accounts/{name}", operation_id = "remove_account", security(("session" = [])),
    params(("name" = String, Path), ("withImages" = Option<String>, Query, description = "`1` deletes its pictures, too; an account that has some stays otherwise.")),
    responses((status = 204), (status = 404), (status = 409)))]
pub async fn remove(
    State(app): State<App>,
    visitor: CurrentUser,
    PathParams(name): PathParams<String>,
    Query(query): Query,
) -> Result<Response> {
    let with_images = matches!(query.get("withImages"), Some("1" | "true"));
    app.run_blocking(move |library, _| {
        visitor.require_admin(library)?;
        Ok(library.remove_account(&name, with_images)?)
    })
    .await?;
    Ok(no_content())
}

/// Give an account a new password, as an administrator
#[utoipa::path(put, path = "/api/dashboard/accounts/{name}/password", params(("name" = String, Path)), security(("session" = [])), request_body = Password,
    responses((status = 204), (status = 404)))]
pub async fn set_password(
    State(app): State<App>,
    visitor: CurrentUser,
    PathParams(name): PathParams<String>,
    Json(given): Json<Password>,
) -> Result<Response> {
    app.run_blocking(move |library, _| {
        visitor.require_admin(library)?;
        Ok(library.set_password(&name, &given.password)?)
    })
    .await?;
    Ok(no_content())
}
