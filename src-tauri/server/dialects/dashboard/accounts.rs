//! All accounts, for administrators.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::NewAccount;

use super::account::Myself;
use super::auth::CurrentUser;
use crate::dialects::{json, no_content};
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

/// With `?withImages=1` its images go too; without, an account that owns some stays.
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
