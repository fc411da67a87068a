//! One's own account: how it is called, its password, and what signs its links.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::Actor;

use super::auth::CurrentUser;
use super::cookie::{session_cookie, signed_in_response};
use super::responses::Myself;
use crate::dialects::reply::{json, no_content};
use crate::error::{CredentialError, Error, Result};
use crate::http::extract;
use crate::http::extract::Json;
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;

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

/// Change one's own name and password
#[utoipa::path(patch, path = "/api/dashboard/account", operation_id = "edit_account", security(("session" = [])), request_body = Edit,
    responses((status = 200, body = super::responses::Myself, description = "The account.")))]
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

// A new secret signs links from now on; links that were signed before stay good.
/// Make a new secret that signs links
#[utoipa::path(post, path = "/api/dashboard/account/signing", security(("session" = [])), responses((status = 204)))]
pub async fn rotate_signing(State(app): State<App>, visitor: CurrentUser) -> Result<Response> {
    let actor = visitor.require_session()?;
    app.run_blocking(move |library, _| Ok(library.rotate_signing_secret(&actor)?))
        .await?;
    Ok(no_content())
}

// Ends the links that were signed before the newest secret was made.
/// End the links that were signed before
#[utoipa::path(delete, path = "/api/dashboard/account/signing", security(("session" = [])), responses((status = 204)))]
pub async fn revoke_signatures(State(app): State<App>, visitor: CurrentUser) -> Result<Response> {
    let actor = visitor.require_session()?;
    app.run_blocking(move |library, _| Ok(library.revoke_old_signatures(&actor)?))
        .await?;
    Ok(no_content())
}
