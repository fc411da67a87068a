//! One's own account: how it is called, its password, and what signs its links.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{Account, Actor};

use super::auth::Visitor;
use super::session::{cookie_of, signed};
use crate::dialects::{json, nothing};
use crate::error::{Credentials, Error, Result};
use crate::http::extract;
use crate::http::extract::Json;
use crate::http::middleware::real_ip::Client;
use crate::state::App;

/// An account, as it is shown to whom it belongs, and to administrators.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::Account)]
pub struct Myself {
    id: String,
    name: String,
    display_name: String,
    email: Option<String>,
    admin: bool,
    has_password: bool,
    created_at: String,
}

impl Myself {
    pub fn of(account: Account) -> Myself {
        Myself {
            id: account.id.to_string(),
            name: account.name,
            display_name: account.display_name,
            email: account.email,
            admin: account.admin,
            has_password: account.has_password,
            created_at: account.created_at.to_string(),
        }
    }
}

/// What is to become different; what is missing stays.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::EditAccount)]
pub struct Edit {
    display_name: Option<String>,
    /// Needs `old_password`, unless there is none yet.
    password: Option<String>,
    old_password: Option<String>,
}

pub async fn edit(
    State(app): State<App>,
    client: Client,
    visitor: Visitor,
    Json(edit): Json<Edit>,
) -> Result<Response> {
    let actor = visitor.in_person()?;
    let id = *actor
        .account()
        .ok_or(Error::Unauthorised(Credentials::Missing))?;
    let account = app.ask(move |library, _| Ok(library.account(&id)?)).await?;
    if edit.password.is_some() && account.has_password {
        let old = edit.old_password.unwrap_or_default();
        extract::sign_in(&app, &client, account.name.clone(), old)
            .await?
            .ok_or(Error::Unauthorised(Credentials::Wrong))?;
    }
    let (account, cookie) = app
        .ask(move |library, _| {
            if let Some(shown) = &edit.display_name {
                library.set_display_name(&account.name, shown)?;
            }
            if let Some(password) = &edit.password {
                library.set_password(&account.name, password)?;
            }
            // A new password ends every sign-in, but who gave it stays where they are.
            let cookie = match (&edit.password, &actor) {
                (Some(_), Actor::Account { .. }) => {
                    Some(cookie_of(library, &library.start_session(&id)?)?)
                }
                _ => None,
            };
            Ok((library.account(&id)?, cookie))
        })
        .await?;
    match cookie {
        Some(cookie) => signed(&client, StatusCode::OK, account, cookie),
        None => Ok(json(StatusCode::OK, &Myself::of(account))),
    }
}

/// A new secret signs links from now on; links that were signed before stay good.
pub async fn rotate_signing(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    let actor = visitor.in_person()?;
    app.ask(move |library, _| Ok(library.rotate_signing_secret(&actor)?))
        .await?;
    Ok(nothing())
}

/// Ends the links that were signed before the newest secret was made.
pub async fn revoke_signatures(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    let actor = visitor.in_person()?;
    app.ask(move |library, _| Ok(library.revoke_old_signatures(&actor)?))
        .await?;
    Ok(nothing())
}
