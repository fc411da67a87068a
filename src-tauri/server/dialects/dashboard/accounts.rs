//! All accounts, for administrators.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::NewAccount;

use super::account::Myself;
use super::auth::Visitor;
use crate::dialects::{json, nothing};
use crate::error::Result;
use crate::http::extract::{Json, Query, Segments};
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

pub async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    let accounts = app
        .ask(move |library, _| {
            visitor.administrates(library)?;
            Ok(library.accounts()?)
        })
        .await?;
    let accounts: Vec<Myself> = accounts.into_iter().map(Myself::of).collect();
    Ok(json(StatusCode::OK, &accounts))
}

pub async fn add(
    State(app): State<App>,
    visitor: Visitor,
    Json(new): Json<New>,
) -> Result<Response> {
    let account = app
        .ask(move |library, _| {
            visitor.administrates(library)?;
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
    Ok(json(StatusCode::CREATED, &Myself::of(account)))
}

/// With `?withImages=1` its images go too; without, an account that owns some stays.
pub async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    Segments(name): Segments<String>,
    Query(query): Query,
) -> Result<Response> {
    let with_images = matches!(query.get("withImages"), Some("1" | "true"));
    app.ask(move |library, _| {
        visitor.administrates(library)?;
        Ok(library.remove_account(&name, with_images)?)
    })
    .await?;
    Ok(nothing())
}

pub async fn set_password(
    State(app): State<App>,
    visitor: Visitor,
    Segments(name): Segments<String>,
    Json(given): Json<Password>,
) -> Result<Response> {
    app.ask(move |library, _| {
        visitor.administrates(library)?;
        Ok(library.set_password(&name, &given.password)?)
    })
    .await?;
    Ok(nothing())
}
