//! The client's real IP address, and the address under which it reached this server.
//!
//! A proxy in front says both in headers that anybody can write; only those of
//! `trusted_proxies` are believed.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Uri};

use crate::config::Config;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientInfo {
    /// Its address: the rightmost forwarded one that is no proxy of ours, else the peer's.
    pub address: IpAddr,
    /// What links made for it start with, without a trailing slash.
    pub base_url: String,
    /// Whether a proxy that is trusted speaks for it.
    pub is_behind_proxy: bool,
}

impl ClientInfo {
    pub fn from_request(
        config: &Config,
        peer: SocketAddr,
        headers: &HeaderMap,
        uri: &Uri,
    ) -> ClientInfo {
        let believed = config.is_trusted_proxy(peer.ip());
        let address = if believed {
            forwarded_for(config, headers).unwrap_or(peer.ip())
        } else {
            peer.ip()
        };
        let base = match &config.public_url {
            Some(url) => url.clone(),
            None => {
                let scheme = believed
                    .then(|| forwarded_proto(headers))
                    .flatten()
                    .unwrap_or("http");
                let forwarded = believed
                    .then(|| host_from_header(headers, FORWARDED_HOST))
                    .flatten();
                let host = forwarded
                    .or_else(|| host_from_header(headers, HOST))
                    .or_else(|| uri.authority().map(Authority::as_str).and_then(parse_host))
                    .unwrap_or_else(|| config.listen.to_string());
                format!("{scheme}://{host}")
            }
        };
        ClientInfo {
            address: address.to_canonical(),
            base_url: base,
            is_behind_proxy: believed,
        }
    }
}

/// The last entry that no trusted proxy stands for; with nothing but proxies, the first.
fn forwarded_for(config: &Config, headers: &HeaderMap) -> Option<IpAddr> {
    let entries: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut nearest = None;
    for entry in entries.into_iter().rev() {
        // Left of something unreadable nothing can be believed.
        let Some(address) = parse_address(entry.trim()) else {
            break;
        };
        nearest = Some(address);
        if !config.is_trusted_proxy(address) {
            break;
        }
    }
    nearest
}

/// An address, perhaps with a port, perhaps in brackets.
fn parse_address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let parsed = bare.parse::<IpAddr>().ok();
    parsed.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

fn forwarded_proto(headers: &HeaderMap) -> Option<&'static str> {
    let value = headers.get(FORWARDED_PROTO)?.to_str().ok()?;
    ["http", "https"]
        .into_iter()
        .find(|scheme| first_item(value).eq_ignore_ascii_case(scheme))
}

fn host_from_header(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    parse_host(first_item(headers.get(name)?.to_str().ok()?))
}

/// A host that can stand in a link: nothing but a name or address, and perhaps a port. A URI's
/// authority allows a good deal more, none of which names a host.
fn parse_host(text: &str) -> Option<String> {
    let authority: Authority = text.parse().ok()?;
    let host = authority.host();
    let bracketed = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let named = match bracketed {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(is_host_byte),
    };
    let whole = match authority.port_u16() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    (named && whole == authority.as_str()).then_some(whole)
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._".contains(&byte)
}

fn first_item(list: &str) -> &str {
    list.split(',').next().unwrap_or(list).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_info(config: &Config, peer: &str, headers: &[(&'static str, &str)]) -> ClientInfo {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        ClientInfo::from_request(
            config,
            SocketAddr::new(peer.parse().unwrap(), 5),
            &headers,
            &Uri::from_static("/"),
        )
    }

    fn config_with_proxies() -> Config {
        Config {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..Config::default()
        }
    }

    const FORWARDED_HEADERS: [(&str, &str); 4] = [
        ("host", "inner:4870"),
        ("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.0.0.7"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "pictures.example"),
    ];

    #[test]
    fn headers_of_an_untrusted_peer_are_ignored() {
        let client = client_info(&config_with_proxies(), "198.51.100.1", &FORWARDED_HEADERS);
        assert_eq!(client.address, "198.51.100.1".parse::<IpAddr>().unwrap());
        assert_eq!(client.base_url, "http://inner:4870");
    }

    #[test]
    fn behind_trusted_proxies_the_rightmost_untrusted_address_is_the_client() {
        let client = client_info(&config_with_proxies(), "10.0.0.1", &FORWARDED_HEADERS);
        assert_eq!(client.address, "203.0.113.9".parse::<IpAddr>().unwrap());
        assert_eq!(client.base_url, "https://pictures.example");
    }

    #[test]
    fn forwarded_addresses_may_have_ports_and_brackets() {
        let of = |entry| {
            client_info(
                &config_with_proxies(),
                "::ffff:10.0.0.1",
                &[("x-forwarded-for", entry)],
            )
            .address
        };
        assert_eq!(
            of("203.0.113.9:81"),
            "203.0.113.9".parse::<IpAddr>().unwrap()
        );
        assert_eq!(
            of("[2001:db8::1]:81"),
            "2001:db8::1".parse::<IpAddr>().unwrap()
        );
        assert_eq!(
            of("[2001:db8::1]"),
            "2001:db8::1".parse::<IpAddr>().unwrap()
        );
        assert_eq!(of("unknown"), "10.0.0.1".parse::<IpAddr>().unwrap());
        assert_eq!(
            of("203.0.113.9, unknown, 10.0.0.2"),
            "10.0.0.2".parse::<IpAddr>().unwrap()
        );
    }

    #[test]
    fn the_public_url_wins_over_all_headers() {
        let config = Config {
            public_url: Some("https://set.example/p".into()),
            ..config_with_proxies()
        };
        assert_eq!(
            client_info(&config, "10.0.0.1", &FORWARDED_HEADERS).base_url,
            "https://set.example/p"
        );
    }

    #[test]
    fn names_and_addresses_with_and_without_a_port_reach_links() {
        for host in ["nas", "my_nas.local:80", "192.0.2.1:4870", "[2001:db8::1]"] {
            let client = client_info(&Config::default(), "127.0.0.1", &[("host", host)]);
            assert_eq!(client.base_url, format!("http://{host}"));
        }
    }

    #[test]
    fn an_invalid_host_never_reaches_a_link() {
        for host in [
            "",
            "a b",
            "user:secret@nas",
            "nas/path",
            "\"><script>",
            "nas:",
            "nas:web",
            "nas:65536",
            "[nas]",
            "it's",
            "$(reboot)",
        ] {
            let client = client_info(&Config::default(), "127.0.0.1", &[("host", host)]);
            assert_eq!(client.base_url, "http://127.0.0.1:4870", "{host}");
        }
    }
}
