//! Who uses the dashboard, and from where: its own pages, or a program with a key.
//!
//! A browser sends the cookie along whoever's page asks, so what changes something has to come from a page of
//! ours. A page that gave its own name our address (DNS rebinding) is told apart by the name that it asks for.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Uri};
use library::{Actor, Library};

use crate::error::{CredentialError, Error, Result};
use crate::http::extract;
use crate::http::extract::bearer_secret;
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Somebody signed in, or a program with a key.
pub struct CurrentUser(pub Actor);

/// A request that came from one of our own pages, or from a program; who sends it may still be anybody.
pub struct SameOrigin;

impl FromRequestParts<App> for SameOrigin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<SameOrigin> {
        let client = ClientInfo::from_request_parts(parts, app).await?;
        // Where others reach this server, they do so by whatever name.
        let config = app.config();
        let alone = config.listen.ip().is_loopback() && !client.is_behind_proxy;
        let public = config.public_url.as_deref();
        if alone && !host_header(&parts.headers).is_some_and(|host| is_own_host(host, public)) {
            return Err(Error::CrossSite);
        }
        if parts.method.is_safe() || is_same_origin(&parts.headers, &client.base_url) {
            Ok(SameOrigin)
        } else {
            Err(Error::CrossSite)
        }
    }
}

impl FromRequestParts<App> for CurrentUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<CurrentUser> {
        let client = ClientInfo::from_request_parts(parts, app).await?;
        // No page of another site can put a key into a header of its request.
        if let Some(secret) = bearer_secret(&parts.headers) {
            let secret = secret.to_owned();
            return extract::authenticate(app, &client, secret)
                .await
                .map(CurrentUser);
        }
        SameOrigin::from_request_parts(parts, app).await?;
        let name = app
            .run_blocking(|library, _| Ok(session_cookie_name(&library.instance_id()?)))
            .await?;
        let token = cookie_value(&parts.headers, &name)
            .ok_or(Error::Unauthorised(CredentialError::Missing))?;
        let found = app
            .run_blocking(move |library, _| Ok(library.actor_for_session(&token)?))
            .await?;
        found
            .map(CurrentUser)
            .ok_or(Error::Unauthorised(CredentialError::Missing))
    }
}

impl CurrentUser {
    /// For what concerns the account itself: its keys and password are no business of a key.
    pub fn require_session(self) -> Result<Actor> {
        if self.is_session_or_app() {
            Ok(self.0)
        } else {
            Err(Error::Forbidden)
        }
    }

    /// For what concerns the whole server: administrators only, in person.
    pub fn require_admin(&self, library: &Library) -> Result<()> {
        let id = self.0.account().filter(|_| self.is_session_or_app());
        let id = *id.ok_or(Error::Forbidden)?;
        match library.as_admin(&Actor::Account { id, admin: false }) {
            Ok(_) => Ok(()),
            Err(library::Error::NotOwner) => Err(Error::Forbidden),
            Err(error) => Err(error.into()),
        }
    }

    /// Signed in, or in the app of the folder's owner.
    fn is_session_or_app(&self) -> bool {
        matches!(self.0, Actor::Account { .. }) || self.0.is_app()
    }
}

/// Browsers keep cookies by host, whatever the port: each folder's has a name of its own.
pub fn session_cookie_name(mark: &str) -> String {
    format!("vitrine_{mark}")
}

/// The value of a cookie of that name.
pub fn cookie_value(headers: &HeaderMap, name: &str) -> Option<String> {
    let given = headers.get_all(COOKIE).iter();
    given
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

/// Whether a page of ours sent it, by what its browser says of that page.
fn is_same_origin(headers: &HeaderMap, base: &str) -> bool {
    let says = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match (says(FETCH_SITE), says(ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => is_own_origin(origin, headers, base),
        (None, None) => false,
    }
}

/// Whether an origin is the one that this server has for its client.
fn is_own_origin(origin: &str, headers: &HeaderMap, base: &str) -> bool {
    let Ok(origin) = origin.parse::<Uri>() else {
        return false;
    };
    let Some(authority) = origin.authority() else {
        return false;
    };
    let own = base.parse::<Uri>().ok();
    let own = own.as_ref().and_then(|base| base.authority());
    own == Some(authority) || host_header(headers) == Some(authority.as_str())
}

fn host_header(headers: &HeaderMap) -> Option<&str> {
    headers.get(HOST)?.to_str().ok()
}

/// Whether a host's name means this computer to everybody, or is the one of the public address.
fn is_own_host(host: &str, public: Option<&str>) -> bool {
    let Ok(asked) = host.parse::<Authority>() else {
        return false;
    };
    let name = asked.host().trim_matches(['[', ']']).to_ascii_lowercase();
    let address = name.parse::<IpAddr>();
    address.is_ok_and(|address| address.to_canonical().is_loopback())
        || name == "localhost"
        || name.ends_with(".localhost")
        || public
            .and_then(|url| url.parse::<Uri>().ok())
            .is_some_and(|url| url.host() == Some(asked.host()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(given: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = given.iter();
        pairs
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn only_names_of_this_computer_are_own_hosts() {
        for host in [
            "127.0.0.1:4870",
            "localhost",
            "LOCALHOST:1",
            "[::1]:4870",
            "a.localhost",
            "127.9.9.9",
        ] {
            assert!(is_own_host(host, None), "{host}");
        }
        for host in [
            "evil.example",
            "nas:4870",
            "192.168.1.2",
            "localhost.evil.example",
            "",
            "127.0.0.1.evil.example",
        ] {
            assert!(!is_own_host(host, None), "{host}");
        }
        assert!(is_own_host("pics.example", Some("https://pics.example/p")));
        assert!(!is_own_host("evil.example", Some("https://pics.example")));
    }

    #[test]
    fn a_same_origin_page_is_recognised_by_browser_headers() {
        let base = "http://nas:4870";
        let ours = |given: &[(&'static str, &str)]| is_same_origin(&headers(given), base);
        assert!(ours(&[("sec-fetch-site", "same-origin")]));
        assert!(ours(&[("origin", "http://nas:4870")]));
        assert!(ours(&[("origin", "http://other:1"), ("host", "other:1")]));
        assert!(!ours(&[
            ("sec-fetch-site", "same-site"),
            ("origin", "http://nas:4870")
        ]));
        assert!(!ours(&[("sec-fetch-site", "cross-site")]));
        assert!(!ours(&[("sec-fetch-site", "none")]));
        assert!(!ours(&[("origin", "http://evil.example")]));
        assert!(!ours(&[("origin", "null")]));
        assert!(!ours(&[]));
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let given = headers(&[("cookie", "a=1; vitrine_00ff=tok; b=2")]);
        assert_eq!(cookie_value(&given, "vitrine_00ff").as_deref(), Some("tok"));
        assert_eq!(cookie_value(&given, "vitrine_00"), None);
    }
}
