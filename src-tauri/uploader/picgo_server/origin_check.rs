//! Who may ask. A browser carries questions of any page to any address of this computer, so what a page cannot pretend
//! decides: where the browser says that it comes from, and by which name it believes to call us.

use hyper::header::{AUTHORIZATION, HOST, HeaderMap, ORIGIN};
use hyper::{Method, Uri};
use subtle::ConstantTimeEq;

pub(super) struct Gate {
    origins: Vec<String>,
}

/// Why somebody is not let in; the sentence is for whoever reads the editor's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A name that leads here but is not ours: a page whose address was made to mean this computer.
    Host,
    Origin,
}

impl Refusal {
    pub fn sentence(self) -> &'static str {
        match self {
            Refusal::Host => {
                "This door is only open under the name of this computer: 127.0.0.1 or localhost."
            }
            Refusal::Origin => {
                "Pages of this origin may not upload. Allow it in the settings for editors."
            }
        }
    }
}

impl Gate {
    pub fn of(origins: &[String]) -> Gate {
        Gate {
            origins: origins.to_vec(),
        }
    }

    /// Gives the origin that is allowed, if the question has one.
    pub fn admit(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Option<String>, Refusal> {
        let hosts: Vec<_> = headers.get_all(HOST).iter().collect();
        let [host] = hosts.as_slice() else {
            return Err(Refusal::Host);
        };
        if !host.to_str().is_ok_and(is_here)
            || uri.authority().is_some_and(|at| !is_here(at.as_str()))
        {
            return Err(Refusal::Host);
        }
        let origins: Vec<_> = headers.get_all(ORIGIN).iter().collect();
        match origins.as_slice() {
            [] => {
                // Browsers leave the origin out of some questions, and say so in another way.
                let site = headers
                    .get("sec-fetch-site")
                    .and_then(|site| site.to_str().ok());
                let foreign = matches!(site, Some("cross-site" | "same-site"));
                let harmless = matches!(*method, Method::GET | Method::HEAD);
                match foreign && !harmless {
                    true => Err(Refusal::Origin),
                    false => Ok(None),
                }
            }
            [origin] => match origin.to_str() {
                Ok(origin) if self.allows(origin) => Ok(Some(origin.to_owned())),
                _ => Err(Refusal::Origin),
            },
            _ => Err(Refusal::Origin),
        }
    }

    fn allows(&self, origin: &str) -> bool {
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
fn is_here(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    name == "127.0.0.1" || name == "[::1]" || name.eq_ignore_ascii_case("localhost")
}

/// Whether the question holds the token, in any of the ways that there are.
pub(super) fn knows(token: &str, uri: &Uri, headers: &HeaderMap) -> bool {
    let header = |value: &hyper::header::HeaderValue| value.to_str().ok().map(str::to_owned);
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(header)
        .and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            let bearer = scheme.eq_ignore_ascii_case("bearer");
            bearer.then(|| token.trim().to_owned())
        });
    let given = [
        bearer,
        headers.get("x-picgo-secret").and_then(header),
        query(uri, "secret"),
        query(uri, "key"),
    ];
    given
        .into_iter()
        .flatten()
        .any(|given| bool::from(given.as_bytes().ct_eq(token.as_bytes())))
}

pub(super) fn query(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query()?.as_bytes();
    url::form_urlencoded::parse(query)
        .find(|(given, _)| given == name)
        .map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(headers: &[(&'static str, &'static str)]) -> Result<Option<String>, Refusal> {
        let gate = Gate::of(&[
            "app://obsidian.md".into(),
            "vscode-webview://*".into(),
            "*".into(),
        ]);
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        gate.admit(&Method::POST, &Uri::from_static("/upload"), &map)
    }

    #[test]
    fn only_names_of_this_computer_are_answered_to() {
        let here = [
            "127.0.0.1",
            "127.0.0.1:36677",
            "localhost:36677",
            "LOCALHOST",
            "[::1]:36677",
        ];
        for host in here {
            assert_eq!(admitted(&[("host", host)]), Ok(None), "{host}");
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
            assert_eq!(admitted(&[("host", host)]), Err(Refusal::Host), "{host}");
        }
        assert_eq!(admitted(&[]), Err(Refusal::Host));
        let two = [("host", "localhost"), ("host", "evil.example")];
        assert_eq!(admitted(&two), Err(Refusal::Host));
    }

    #[test]
    fn pages_may_only_ask_if_they_are_allowed_to() {
        let from = |origin| admitted(&[("host", "localhost"), ("origin", origin)]);
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
            assert_eq!(from(origin), Err(Refusal::Origin), "{origin}");
        }
        let unsaid = [("host", "localhost"), ("sec-fetch-site", "cross-site")];
        assert_eq!(admitted(&unsaid), Err(Refusal::Origin));
    }

    #[test]
    fn the_token_is_known_in_every_way_that_clients_have() {
        let at = |uri: &'static str, headers: &[(&'static str, &'static str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(*name, value.parse().unwrap());
            }
            knows("se cret", &Uri::from_static(uri), &map)
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
