//! Who may ask. A browser carries questions of any page to any address of this computer, so what a page cannot pretend
//! decides: where the browser says that it comes from, and by which name it believes to call us.

use hyper::header::{AUTHORIZATION, HOST, HeaderMap, ORIGIN};
use hyper::{Method, Uri};
use subtle::ConstantTimeEq;

pub(super) struct OriginPolicy {
    origins: Vec<String>,
}

/// Why somebody is not let in; the sentence is for whoever reads the editor's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OriginError {
    /// A name that leads here but is not ours: a page whose address was made to mean this computer.
    ForeignHost,
    ForeignOrigin,
}

impl OriginError {
    pub fn sentence(self) -> &'static str {
        match self {
            OriginError::ForeignHost => {
                "This door is only open under the name of this computer: 127.0.0.1 or localhost."
            }
            OriginError::ForeignOrigin => {
                "Pages of this origin may not upload. Allow it in the settings for editors."
            }
        }
    }
}

impl OriginPolicy {
    pub fn new(origins: &[String]) -> OriginPolicy {
        OriginPolicy {
            origins: origins.to_vec(),
        }
    }

    /// Gives the origin that is allowed, if the question has one.
    pub fn check(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Option<String>, OriginError> {
        let hosts: Vec<_> = headers.get_all(HOST).iter().collect();
        let [host] = hosts.as_slice() else {
            return Err(OriginError::ForeignHost);
        };
        if !host.to_str().is_ok_and(is_local_host)
            || uri
                .authority()
                .is_some_and(|at| !is_local_host(at.as_str()))
        {
            return Err(OriginError::ForeignHost);
        }
        let origins: Vec<_> = headers.get_all(ORIGIN).iter().collect();
        match origins.as_slice() {
            [] => {
                // Browsers leave the origin out of some questions, and say so in another way.
                let site = headers
                    .get("sec-fetch-site")
                    .and_then(|site| site.to_str().ok());
                let is_cross_site = matches!(site, Some("cross-site" | "same-site"));
                let is_read_only = matches!(*method, Method::GET | Method::HEAD);
                match is_cross_site && !is_read_only {
                    true => Err(OriginError::ForeignOrigin),
                    false => Ok(None),
                }
            }
            [origin] => match origin.to_str() {
                Ok(origin) if self.allows_origin(origin) => Ok(Some(origin.to_owned())),
                _ => Err(OriginError::ForeignOrigin),
            },
            _ => Err(OriginError::ForeignOrigin),
        }
    }

    fn allows_origin(&self, origin: &str) -> bool {
        self.origins
            .iter()
            .any(|allowed| match allowed.strip_suffix('*') {
                Some(start) if !start.is_empty() => {
                    origin.len() > start.len() && origin.starts_with(start)
                }
                Some(_) => false,
                None => origin == allowed,
            })
    }
}

/// `127.0.0.1`, `localhost` or `[::1]`, with any port.
fn is_local_host(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    name == "127.0.0.1" || name == "[::1]" || name.eq_ignore_ascii_case("localhost")
}

/// Whether the question holds the token, in any of the ways that there are.
pub(super) fn has_token(token: &str, uri: &Uri, headers: &HeaderMap) -> bool {
    let header = |value: &hyper::header::HeaderValue| value.to_str().ok().map(str::to_owned);
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(header)
        .and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            let bearer = scheme.eq_ignore_ascii_case("bearer");
            bearer.then(|| token.trim().to_owned())
        });
    let candidates = [
        bearer,
        headers.get("x-picgo-secret").and_then(header),
        query_param(uri, "secret"),
        query_param(uri, "key"),
    ];
    candidates
        .into_iter()
        .flatten()
        .any(|given| bool::from(given.as_bytes().ct_eq(token.as_bytes())))
}

pub(super) fn query_param(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query()?.as_bytes();
    url::form_urlencoded::parse(query)
        .find(|(given, _)| given == name)
        .map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_headers(
        headers: &[(&'static str, &'static str)],
    ) -> Result<Option<String>, OriginError> {
        let policy = OriginPolicy::new(&[
            "app://obsidian.md".into(),
            "vscode-webview://*".into(),
            "*".into(),
        ]);
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        policy.check(&Method::POST, &Uri::from_static("/upload"), &map)
    }

    #[test]
    fn only_host_names_of_this_computer_are_accepted() {
        let here = [
            "127.0.0.1",
            "127.0.0.1:36677",
            "localhost:36677",
            "LOCALHOST",
            "[::1]:36677",
        ];
        for host in here {
            assert_eq!(check_headers(&[("host", host)]), Ok(None), "{host}");
        }
        let elsewhere = [
            "evil.example",
            "evil.example:36677",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "192.168.0.2",
            "127.0.0.1@evil.example",
            "",
        ];
        for host in elsewhere {
            assert_eq!(
                check_headers(&[("host", host)]),
                Err(OriginError::ForeignHost),
                "{host}"
            );
        }
        assert_eq!(check_headers(&[]), Err(OriginError::ForeignHost));
        let two = [("host", "localhost"), ("host", "evil.example")];
        assert_eq!(check_headers(&two), Err(OriginError::ForeignHost));
    }

    #[test]
    fn only_allowed_origins_may_send_requests() {
        let from = |origin| check_headers(&[("host", "localhost"), ("origin", origin)]);
        for allowed in ["app://obsidian.md", "vscode-webview://0abc"] {
            assert_eq!(from(allowed), Ok(Some(allowed.into())));
        }
        let foreign = [
            "https://evil.example",
            "null",
            "http://localhost:3000",
            "app://obsidian.md.evil",
            "vscode-webview://",
            "",
        ];
        for origin in foreign {
            assert_eq!(from(origin), Err(OriginError::ForeignOrigin), "{origin}");
        }
        let unsaid = [("host", "localhost"), ("sec-fetch-site", "cross-site")];
        assert_eq!(check_headers(&unsaid), Err(OriginError::ForeignOrigin));
    }

    #[test]
    fn the_token_is_found_wherever_clients_put_it() {
        let at = |uri: &'static str, headers: &[(&'static str, &'static str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(*name, value.parse().unwrap());
            }
            has_token("se cret", &Uri::from_static(uri), &map)
        };
        assert!(at("/upload?secret=se%20cret", &[]));
        assert!(at("/upload?key=se+cret", &[]));
        assert!(at("/upload", &[("authorization", "bearer se cret")]));
        assert!(at("/upload", &[("x-picgo-secret", "se cret")]));
        assert!(!at("/upload", &[]));
        assert!(!at(
            "/upload?secret=",
            &[("authorization", "Basic se cret")]
        ));
        assert!(!at("/upload?secret=se", &[("x-picgo-secret", "other")]));
    }
}
