//! Signing in, being signed in, signing out.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use library::{Account, Library};

use super::account::Myself;
use super::auth::{CurrentUser, SameOrigin, cookie_value, session_cookie_name};
use crate::dialects::json;
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

/// A link for one's own account: for another device, or a browser that has no password yet.
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

/// What the browser is to keep of a session that has begun.
pub fn session_cookie(library: &Library, token: &str) -> Result<String> {
    let name = session_cookie_name(&library.instance_id()?);
    Ok(format_cookie(
        &name,
        token,
        library.session_lifetime().as_secs(),
    ))
}

/// The account, and the cookie that signs in to it.
pub fn signed_in_response(
    client: &ClientInfo,
    status: StatusCode,
    account: Account,
    cookie: String,
) -> Result<Response> {
    let mut response = json(status, &Myself::new(account));
    set_cookie(&mut response, client, cookie)?;
    Ok(response)
}

/// No script reads it, and pages of other sites send it along only when a link of theirs is followed.
fn format_cookie(name: &str, token: &str, seconds: u64) -> String {
    format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax")
}

fn set_cookie(response: &mut Response, client: &ClientInfo, mut cookie: String) -> Result<()> {
    if client.base_url.starts_with("https:") {
        cookie.push_str("; Secure");
    }
    let mut cookie = HeaderValue::try_from(cookie).map_err(Error::internal)?;
    cookie.set_sensitive(true);
    let headers = response.headers_mut();
    headers.insert(header::SET_COOKIE, cookie);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(())
}
