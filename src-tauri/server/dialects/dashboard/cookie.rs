//! The session cookie: made, and set in a response.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use library::{Account, Library};

use super::auth::session_cookie_name;
use super::responses::Myself;
use crate::dialects::reply::json;
use crate::error::{Error, Result};
use crate::http::middleware::real_ip::ClientInfo;

/// The cookie of a new session.
pub fn session_cookie(library: &Library, token: &str) -> Result<String> {
    let name = session_cookie_name(&library.instance_id()?);
    Ok(format_cookie(
        &name,
        token,
        library.session_lifetime().as_secs(),
    ))
}

/// A response with the account and its session cookie.
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

/// Scripts cannot read it, and pages of other sites send it only when a link is followed.
pub fn format_cookie(name: &str, token: &str, seconds: u64) -> String {
    format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax")
}

pub fn set_cookie(response: &mut Response, client: &ClientInfo, mut cookie: String) -> Result<()> {
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
