//! Who a request is from: API keys in headers, and passwords.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use library::Actor;

use crate::error::{CredentialError, Error, Result};
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;

/// Who has this secret.
///
/// # Errors
/// [`Error::Unauthorised`] if nobody has, and [`Error::RateLimited`] once that came too often from one
/// address. A right key is never held up by its neighbours' wrong ones: keys are too long to guess.
pub async fn authenticate(app: &App, client: &ClientInfo, secret: String) -> Result<Actor> {
    let found = app
        .run_blocking(move |library, _| Ok(library.actor_for_secret(&secret)?))
        .await?;
    match found {
        Some(actor) => Ok(actor),
        None => {
            app.auth_failure_limit.consume(client.address)?;
            Err(Error::Unauthorised(CredentialError::Wrong))
        }
    }
}

/// The account of that name or e-mail address, if the password is its; `None` if not.
///
/// # Errors
/// [`Error::RateLimited`] once that came too often from one address, whether the password would be right:
/// passwords are short enough to guess.
pub async fn sign_in(
    app: &App,
    client: &ClientInfo,
    name: String,
    password: String,
) -> Result<Option<library::Account>> {
    // Taken beforehand and given back: else many guesses at one time would all still be let in.
    app.auth_failure_limit.consume(client.address)?;
    let found = app
        .run_blocking(move |library, _| Ok(library.account_for_password(name.trim(), &password)?))
        .await;
    // What was ours to answer for was no wrong password.
    if !matches!(found, Ok(None)) {
        app.auth_failure_limit.refund(client.address);
    }
    found
}

/// What stands in `X-Api-Key`.
pub fn api_key_secret(headers: &HeaderMap) -> Option<&str> {
    let secret = headers.get("x-api-key")?.to_str().ok()?.trim();
    (!secret.is_empty()).then_some(secret)
}

/// The secret of a `Bearer` header; the scheme's case does not matter.
pub fn bearer_secret(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .trim()
        .split_once(' ')?;
    let secret = secret.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty()).then_some(secret)
}
