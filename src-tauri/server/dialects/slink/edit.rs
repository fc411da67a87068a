//! Changing what is known of an image, and deleting it: one's own, or as an administrator anybody's.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use library::{Act, Actor, Edit};
use serde_json::Value;

use super::auth;
use super::auth::{Admin, SignedIn};
use super::params::{Given, LONGEST_DESCRIPTION};
use crate::error::Result;
use crate::http::extract::{Json, Segments};
use crate::state::App;

pub async fn edit(
    State(app): State<App>,
    SignedIn(actor): SignedIn,
    Segments(id): Segments<String>,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    edit_as(&app, actor, &id, body).await
}

pub async fn edit_any(
    State(app): State<App>,
    Admin(actor): Admin,
    Segments(id): Segments<String>,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    edit_as(&app, actor, &id, body).await
}

pub async fn delete(
    State(app): State<App>,
    SignedIn(actor): SignedIn,
    Segments(id): Segments<String>,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    delete_as(&app, actor, &id, body).await
}

pub async fn delete_any(
    State(app): State<App>,
    Admin(actor): Admin,
    Segments(id): Segments<String>,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    delete_as(&app, actor, &id, body).await
}

async fn edit_as(app: &App, actor: Actor, id: &str, body: Option<Value>) -> Result<Response> {
    let name = auth::by_id(id)?;
    let mut given = Given::of(body)?;
    let description = given
        .text("description")
        .map(|text| given.at_most("description", text, LONGEST_DESCRIPTION));
    let public = given.switch("isPublic");
    given.done()?;
    let only_public = app.config().allow_only_public_images;
    app.ask(move |library, _| {
        let image = library.find_for(&actor, Act::Edit, &name)?;
        let edit = Edit {
            description,
            public: public.map(|public| public || only_public),
            ..Edit::default()
        };
        Ok(library.edit(&actor, &image, edit)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn delete_as(app: &App, actor: Actor, id: &str, body: Option<Value>) -> Result<Response> {
    let name = auth::by_id(id)?;
    let mut given = Given::of(body)?;
    let keep_bytes = given.switch("preserveOnDisk").unwrap_or(false);
    given.done()?;
    app.ask(move |library, _| {
        let image = library.find_for(&actor, Act::Delete, &name)?;
        if keep_bytes {
            library.delete_and_retain(&actor, &image)?;
        } else {
            library.delete(&actor, &image)?;
        }
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
