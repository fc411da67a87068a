//! Signing in, being signed in, signing out.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use library::Account;

use super::account::Myself;
use super::visitor::{FromOurPages, Visitor, cookie, cookie_name};
use crate::dialects::json;
use crate::error::{Credentials, Error, Result};
use crate::extract::{self, Json};
use crate::layers::client::Client;
use crate::state::App;

/// What somebody signs in with.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = dashboard::SignIn)]
pub struct SignIn {
    /// The account's name, or its e-mail address.
    name: String,
    password: String,
}

pub async fn begin(
    State(app): State<App>,
    client: Client,
    _: FromOurPages,
    Json(given): Json<SignIn>,
) -> Result<Response> {
    let account = extract::sign_in(&app, &client, given.name, given.password)
        .await?
        .ok_or(Error::Unauthorised(Credentials::Wrong))?;
    let (account, cookie) = app
        .ask(move |library, _| {
            let token = library.start_session(&account.id)?;
            let name = cookie_name(&library.mark()?);
            let life = library.session_life().as_secs();
            Ok((account, written(&name, &token, life)))
        })
        .await?;
    signed(&client, account, cookie)
}

pub async fn show(State(app): State<App>, Visitor(actor): Visitor) -> Result<Response> {
    let account = app
        .ask(move |library, _| {
            let id = actor
                .account()
                .ok_or(Error::Unauthorised(Credentials::Missing))?;
            Ok(library.account(id)?)
        })
        .await?;
    Ok(json(StatusCode::OK, &Myself::of(account)))
}

pub async fn end(
    State(app): State<App>,
    client: Client,
    _: FromOurPages,
    headers: HeaderMap,
) -> Result<Response> {
    let name = app
        .ask(move |library, _| {
            let name = cookie_name(&library.mark()?);
            if let Some(token) = cookie(&headers, &name) {
                library.end_session(&token)?;
            }
            Ok(name)
        })
        .await?;
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    put(&mut response, &client, written(&name, "", 0))?;
    Ok(response)
}

fn signed(client: &Client, account: Account, cookie: String) -> Result<Response> {
    let mut response = json(StatusCode::OK, &Myself::of(account));
    put(&mut response, client, cookie)?;
    Ok(response)
}

/// No script reads it, and pages of other sites send it along only when a link of theirs is followed.
fn written(name: &str, token: &str, seconds: u64) -> String {
    format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax")
}

fn put(response: &mut Response, client: &Client, mut cookie: String) -> Result<()> {
    if client.base.starts_with("https:") {
        cookie.push_str("; Secure");
    }
    let mut cookie = HeaderValue::try_from(cookie).map_err(Error::internal)?;
    cookie.set_sensitive(true);
    let headers = response.headers_mut();
    headers.insert(header::SET_COOKIE, cookie);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(())
}
