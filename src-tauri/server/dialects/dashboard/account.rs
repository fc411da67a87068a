//! One's own account: how it is called, its password, and what signs its links.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{Account, Actor};

use super::auth::CurrentUser;
use super::session::{session_cookie, signed_in_response};
use crate::dialects::{json, no_content};
use crate::error::{CredentialError, Error, Result};
use crate::http::extract;
use crate::http::extract::Json;
use crate::http::middleware::real_ip::ClientInfo;
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
    pub fn new(account: Account) -> Myself {
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
    client: ClientInfo,
    visitor: CurrentUser,
    Json(edit): Json<Edit>,
) -> Result<Response> {
    let actor = visitor.require_session()?;
    let id = *actor
        .account()
        .ok_or(Error::Unauthorised(CredentialError::Missing))?;
    let account = app
        .run_blocking(move |library, _| Ok(library.account(&id)?))
        .await?;
    if edit.password.is_some() && account.has_password {
        let old = edit.old_password.unwrap_or_default();
        extract::sign_in(&app, &client, account.name.clone(), old)
            .await?
            .ok_or(Error::Unauthorised(CredentialError::Wrong))?;
    }
    let (account, cookie) = app
        .run_blocking(move |library, _| {
            if let Some(shown) = &edit.display_name {
                library.set_display_name(&account.name, shown)?;
            }
            if let Some(password) = &edit.password {
                library.set_password(&account.name, password)?;
            }
            // A new password ends every sign-in, but who gave it stays where they are.
            let cookie = match (&edit.password, &actor) {
                (Some(_), Actor::Account { .. }) => {
                    Some(session_cookie(library, &library.start_session(&id)?)?)
                }
                _ => None,
            };
            Ok((library.account(&id)?, cookie))
        })
        .await?;
    match cookie {
        Some(cookie) => signed_in_response(&client, StatusCode::OK, account, cookie),
        None => Ok(json(StatusCode::OK, &Myself::new(account))),
    }
}

/// A new secret signs links from now on; links that were signed before stay good.
pub async fn rotate_signing(State(app): State<App>, visitor: CurrentUser) -> Result<Response> {
    let actor = visitor.require_session()?;
    app.run_blocking(move |library, _| Ok(library.rotate_signing_secret(&actor)?))
        .await?;
    Ok(no_content())
}

/// Ends the links that were signed before the newest secret was made.
pub async fn revoke_signatures(State(app): State<App>, visitor: CurrentUser) -> Result<Response> {
    let actor = visitor.require_session()?;
    app.run_blocking(move |library, _| Ok(library.revoke_old_signatures(&actor)?))
        .await?;
    Ok(no_content())
}
