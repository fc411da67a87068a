//! Signing in, being signed in, signing out.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use library::{Account, Library};

use super::account::Myself;
use super::auth::{FromOurPages, Visitor, cookie, cookie_name};
use crate::dialects::json;
use crate::error::{Credentials, Error, Result};
use crate::http::extract;
use crate::http::extract::Json;
use crate::http::middleware::real_ip::Client;
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

pub async fn begin(
    State(app): State<App>,
    client: Client,
    _: FromOurPages,
    Json(given): Json<SignIn>,
) -> Result<Response> {
    let (account, cookie) = match given {
        SignIn {
            link: Some(link), ..
        } => by_link(&app, &client, link).await?,
        SignIn {
            name: Some(name),
            password: Some(password),
            ..
        } => by_password(&app, &client, name, password).await?,
        _ => {
            return Err(Error::bad_body(
                "it needs a name and a password, or a link's token",
            ));
        }
    };
    signed(&client, StatusCode::OK, account, cookie)
}

async fn by_password(
    app: &App,
    client: &Client,
    name: String,
    password: String,
) -> Result<(Account, String)> {
    let account = extract::sign_in(app, client, name, password)
        .await?
        .ok_or(Error::Unauthorised(Credentials::Wrong))?;
    app.ask(move |library, _| {
        let token = library.start_session(&account.id)?;
        Ok((account, cookie_of(library, &token)?))
    })
    .await
}

/// Guesses count as those of passwords do.
async fn by_link(app: &App, client: &Client, link: String) -> Result<(Account, String)> {
    app.failures.take(client.address)?;
    let found = app
        .ask(move |library, _| {
            let Some((id, token)) = library.start_session_by_link(link.trim())? else {
                return Ok(None);
            };
            Ok(Some((library.account(&id)?, cookie_of(library, &token)?)))
        })
        .await;
    if !matches!(found, Ok(None)) {
        app.failures.give_back(client.address);
    }
    found?.ok_or(Error::Unauthorised(Credentials::Expired))
}

/// A link for one's own account: for another device, or a browser that has no password yet.
pub async fn make_link(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    let actor = visitor.in_person()?;
    let (token, end) = app
        .ask(move |library, _| {
            let id = actor
                .account()
                .ok_or(Error::Unauthorised(Credentials::Missing))?;
            Ok(library.make_sign_in_link(id)?)
        })
        .await?;
    let link = Link {
        token,
        expires_at: end.to_string(),
    };
    Ok(json(StatusCode::CREATED, &link))
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

/// What the browser is to keep of a session that has begun.
pub fn cookie_of(library: &Library, token: &str) -> Result<String> {
    let name = cookie_name(&library.mark()?);
    Ok(written(&name, token, library.session_life().as_secs()))
}

/// The account, and the cookie that signs in to it.
pub fn signed(
    client: &Client,
    status: StatusCode,
    account: Account,
    cookie: String,
) -> Result<Response> {
    let mut response = json(status, &Myself::of(account));
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
