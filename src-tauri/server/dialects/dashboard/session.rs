//! Signing in, being signed in, signing out.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use library::Account;

use super::auth::{CurrentUser, SameOrigin, cookie_value, session_cookie_name};
use super::cookie::{format_cookie, session_cookie, set_cookie, signed_in_response};
use super::responses::Myself;
use crate::dialects::reply::json;
use crate::error::{CredentialError, Error, Result};
use crate::http::extract;
use crate::http::extract::Json;
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;

/// What somebody signs in with: a name and a password, or a link's token.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = dashboard::SignIn)]
pub struct SignIn {
    /// The account's name, or its e-mail address.
    name: Option<String>,
    password: Option<String>,
    /// Good once, within ten minutes.
    link: Option<String>,
}

/// What signs in once. It goes after the `#` of an address, so that it reaches no log.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::SignInLink)]
pub struct Link {
    token: String,
    expires_at: String,
}

/// Sign in
#[utoipa::path(post, path = "/api/dashboard/session", operation_id = "begin_session", request_body = SignIn,
    responses((status = 200, body = super::responses::Myself, description = "Signed in; the cookie is set."), (status = 401), (status = 429)))]
pub async fn sign_in(
    State(app): State<App>,
    client: ClientInfo,
    _: SameOrigin,
    Json(given): Json<SignIn>,
) -> Result<Response> {
    let (account, cookie) = match given {
        SignIn {
            link: Some(link), ..
        } => sign_in_by_link(&app, &client, link).await?,
        SignIn {
            name: Some(name),
            password: Some(password),
            ..
        } => sign_in_by_password(&app, &client, name, password).await?,
        _ => {
            return Err(Error::bad_body(
                "it needs a name and a password, or a link's token",
            ));
        }
    };
    signed_in_response(&client, StatusCode::OK, account, cookie)
}

async fn sign_in_by_password(
    app: &App,
    client: &ClientInfo,
    name: String,
    password: String,
) -> Result<(Account, String)> {
    let account = extract::sign_in(app, client, name, password)
        .await?
        .ok_or(Error::Unauthorised(CredentialError::Wrong))?;
    app.run_blocking(move |library, _| {
        let token = library.start_session(&account.id)?;
        Ok((account, session_cookie(library, &token)?))
    })
    .await
}

/// Guesses count as those of passwords do.
async fn sign_in_by_link(
    app: &App,
    client: &ClientInfo,
    link: String,
) -> Result<(Account, String)> {
    app.auth_failure_limit.consume(client.address)?;
    let found = app
        .run_blocking(move |library, _| {
            let Some((id, token)) = library.start_session_from_link(link.trim())? else {
                return Ok(None);
            };
            Ok(Some((
                library.account(&id)?,
                session_cookie(library, &token)?,
            )))
        })
        .await;
    if !matches!(found, Ok(None)) {
        app.auth_failure_limit.refund(client.address);
    }
    found?.ok_or(Error::Unauthorised(CredentialError::Expired))
}

// A link for one's own account: for another device, or a browser that has no password yet.
/// Make a link that signs in to one's own account once
#[utoipa::path(post, path = "/api/dashboard/session/links", security(("session" = [])),
    responses((status = 201, body = Link, description = "Good for ten minutes, behind `/#/sign-in/`.")))]
pub async fn make_link(State(app): State<App>, visitor: CurrentUser) -> Result<Response> {
    let actor = visitor.require_session()?;
    let (token, end) = app
        .run_blocking(move |library, _| {
            let id = actor
                .account()
                .ok_or(Error::Unauthorised(CredentialError::Missing))?;
            Ok(library.create_sign_in_link(id)?)
        })
        .await?;
    let link = Link {
        token,
        expires_at: end.to_string(),
    };
    Ok(json(StatusCode::CREATED, &link))
}

/// Who is signed in
#[utoipa::path(get, path = "/api/dashboard/session", operation_id = "session", security(("session" = []), ("key" = [])), responses((status = 200, body = super::responses::Myself, description = "The account.")))]
pub async fn show_account(
    State(app): State<App>,
    CurrentUser(actor): CurrentUser,
) -> Result<Response> {
    let account = app
        .run_blocking(move |library, _| {
            let id = actor
                .account()
                .ok_or(Error::Unauthorised(CredentialError::Missing))?;
            Ok(library.account(id)?)
        })
        .await?;
    Ok(json(StatusCode::OK, &Myself::new(account)))
}

/// Sign out
#[utoipa::path(delete, path = "/api/dashboard/session", operation_id = "end_session", responses((status = 204), (status = 403)))]
pub async fn sign_out(
    State(app): State<App>,
    client: ClientInfo,
    _: SameOrigin,
    headers: HeaderMap,
) -> Result<Response> {
    let name = app
        .run_blocking(move |library, _| {
            let name = session_cookie_name(&library.instance_id()?);
            if let Some(token) = cookie_value(&headers, &name) {
                library.end_session(&token)?;
            }
            Ok(name)
        })
        .await?;
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    set_cookie(&mut response, &client, format_cookie(&name, "", 0))?;
    Ok(response)
}
