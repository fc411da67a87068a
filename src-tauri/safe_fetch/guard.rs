//! SSRF guard: which URLs and addresses may be fetched. A stranger can make us ask any address, so nothing that
//! only this computer or its network can reach is asked: the answer would end up behind a public link.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::Url;

use crate::{Error, host};

/// No address that anybody shares is longer.
const MAX_URL_LEN: usize = 8 << 10;

/// The rule, and the hosts for which it is lifted.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    allowed_hosts: Vec<AllowedHost>,
}

/// A host that may be on a private network, at one port or at all those of the web.
#[derive(Clone, Debug)]
struct AllowedHost {
    host: String,
    port: Option<u16>,
}

impl Guard {
    /// Lifts the rule for hosts written as `host` or `host:port`; what is neither lifts nothing.
    pub fn with_allowed_hosts(hosts: &[String]) -> Guard {
        Guard {
            allowed_hosts: hosts
                .iter()
                .filter_map(|host| parse_allowed_host(host))
                .collect(),
        }
    }

    /// Reads an address and judges what can be judged without asking anybody.
    pub fn parse_url(&self, address: &str) -> Result<Url, Error> {
        if address.len() > MAX_URL_LEN {
            return Err(Error::InvalidUrl);
        }
        let mut url = Url::parse(address.trim()).map_err(|_| Error::InvalidUrl)?;
        url.set_fragment(None);
        self.check_url(&url)?;
        Ok(url)
    }

    /// Only http and https, at the ports where the web lives.
    pub(crate) fn check_url(&self, url: &Url) -> Result<(), Error> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::UnsupportedScheme {
                scheme: url.scheme().to_owned(),
            });
        }
        let port = url.port_or_known_default().ok_or(Error::InvalidUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::CredentialsInUrl { host: host(url) });
        }
        if matches!(port, 80 | 443 | 1024..) || self.is_allowed_port(url, port) {
            Ok(())
        } else {
            Err(Error::ForbiddenPort {
                host: host(url),
                port,
            })
        }
    }

    /// Everything that the host's name stands for has to be public: one private address among them is enough to
    /// refuse, whichever would have been tried.
    pub(crate) fn check_addresses(&self, url: &Url, addresses: &[SocketAddr]) -> Result<(), Error> {
        if self.is_allowed_host(url) || addresses.iter().all(|address| is_public(address.ip())) {
            return Ok(());
        }
        Err(Error::PrivateAddress { host: host(url) })
    }

    fn is_allowed_host(&self, url: &Url) -> bool {
        let port = url.port_or_known_default();
        self.allowed_hosts.iter().any(|allowed| {
            Some(allowed.host.as_str()) == url.host_str()
                && (allowed.port.is_none() || allowed.port == port)
        })
    }

    fn is_allowed_port(&self, url: &Url, port: u16) -> bool {
        self.allowed_hosts.iter().any(|allowed| {
            Some(allowed.host.as_str()) == url.host_str() && allowed.port == Some(port)
        })
    }
}

/// Read as addresses are, so that a host is the same however it is spelled.
fn parse_allowed_host(text: &str) -> Option<AllowedHost> {
    let [http, https] = ["http", "https"].map(|scheme| Url::parse(&format!("{scheme}://{text}/")));
    let (http, https) = (http.ok()?, https.ok()?);
    // With anything around it, the host is not the whole of what was written.
    let has_nothing_else =
        http.path() == "/" && http.query().is_none() && http.fragment().is_none();
    (has_nothing_else && http.username().is_empty()).then_some(())?;
    Some(AllowedHost {
        host: http.host_str()?.to_owned(),
        // Each leaves out the port that goes without saying, and those are two.
        port: http.port().or(https.port()),
    })
}

/// Whether an address belongs to the public internet: everything not set aside by IANA for something else.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_reserved = match (a, b, c) {
        (0 | 10 | 127, _, _) => true, // this network, private, loopback
        (100, 64..=127, _) => true,   // carrier-grade NAT
        (169, 254, _) => true,        // link-local, the clouds' metadata
        (172, 16..=31, _) | (192, 168, _) => true, // private
        (192, 0, 0 | 2) | (192, 88, 99) => true, // protocol assignments, documentation, 6to4 relays
        (198, 18 | 19, _) => true,    // benchmarks
        (198, 51, 100) | (203, 0, 113) => true, // documentation
        (224..=255, _, _) => true,    // multicast, reserved, broadcast
        _ => false,
    };
    !is_reserved
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    // Only 2000::/3 is given out for the public internet. That leaves out loopback, unspecified, unique local,
    // link-local, multicast, and v4 that is mapped, compatible, or behind NAT64 (64:ff9b::/96 and 64:ff9b:1::/48).
    let global = parts[0] & 0xe000 == 0x2000;
    let is_reserved = match (parts[0], parts[1]) {
        (0x2001, 0..=0x1ff) => true, // protocol assignments, Teredo and ORCHID among them
        (0x2001, 0xdb8) => true,     // documentation
        (0x2002, _) => true,         // 6to4: a v4 address in disguise
        (0x3fff, 0..=0xfff) => true, // documentation
        _ => false,
    };
    global && !is_reserved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_pass() {
        for public in [
            "8.8.8.8",
            "1.1.1.1",
            "100.63.255.255",
            "172.32.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "2a00::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "127.8.8.8",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.170",
            "192.0.2.1",
            "192.168.1.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "5f00::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn only_web_addresses_are_accepted() {
        let cases = [
            ("https://example.com/a.png", None),
            (" HTTP://Example.com:8080/a.png\n", None),
            ("http://example.com:443/a.png", None),
            ("http://example.com:1023/a.png", Some("port 1023")),
            ("http://example.com:22/a.png", Some("port 22")),
            ("https://example.com:0/a.png", Some("port 0")),
            ("ftp://example.com/a.png", Some("not by ftp")),
            ("file:///etc/passwd", Some("not by file")),
            ("gopher://example.com:70/", Some("not by gopher")),
            ("data:image/png;base64,AAAA", Some("not by data")),
            ("http://me@example.com/a.png", Some("a user name")),
            ("http://:secret@example.com/a.png", Some("a user name")),
            ("example.com/a.png", Some("not a web address")),
            ("http://", Some("not a web address")),
            ("http://a b/", Some("not a web address")),
            ("http://256.1.1.1/", Some("not a web address")),
            ("http://example.com:65536/", Some("not a web address")),
            ("", Some("not a web address")),
        ];
        for (address, refusal) in cases {
            let read = Guard::default().parse_url(address);
            match (&read, refusal) {
                (Ok(_), None) => {}
                (Err(error), Some(words)) => {
                    assert!(error.to_string().contains(words), "{address}: {error}");
                }
                _ => panic!("{address}: {read:?}"),
            }
        }
        let long = format!("http://example.com/{}", "a".repeat(MAX_URL_LEN));
        assert_eq!(Guard::default().parse_url(&long), Err(Error::InvalidUrl));
    }

    #[test]
    fn an_error_never_contains_a_secret_of_the_url() {
        let refused = Guard::default().parse_url("http://me:secret@example.com/?token=secret");
        assert!(!format!("{refused:?}").contains("secret"), "{refused:?}");
    }

    #[test]
    fn the_fragment_is_removed() {
        let url = Guard::default()
            .parse_url("http://example.com/a?b#c")
            .unwrap();
        assert_eq!(url.as_str(), "http://example.com/a?b");
    }

    #[test]
    fn one_private_address_among_public_ones_is_enough_to_refuse() {
        let url = Url::parse("https://rebound.example/a.png").unwrap();
        let addresses = ["8.8.8.8:443", "10.0.0.1:443"].map(|address| address.parse().unwrap());
        let guard = Guard::default();
        assert_eq!(guard.check_addresses(&url, &addresses[..1]), Ok(()));
        assert_eq!(
            guard.check_addresses(&url, &addresses),
            Err(Error::PrivateAddress {
                host: "rebound.example".into()
            })
        );
    }

    #[test]
    fn an_allowed_host_is_reachable_at_its_own_port_only() {
        let guard =
            Guard::with_allowed_hosts(&["127.0.0.1:81".into(), "Nas".into(), "[0:0::1]:80".into()]);
        let loopback = ["127.0.0.1:81".parse().unwrap()];
        let passes = |address| {
            guard
                .parse_url(address)
                .and_then(|url| guard.check_addresses(&url, &loopback))
                .is_ok()
        };
        assert!(passes("http://127.0.0.1:81/a.png"));
        assert!(passes("http://0x7f.1:81/a.png"));
        assert!(!passes("http://127.0.0.1:82/a.png"));
        assert!(!passes("http://127.0.0.1:8080/a.png"));
        assert!(passes("http://[::1]/a.png"));
        assert!(!passes("http://[::1]:8080/a.png"));
        // A bare host lifts the rule of addresses, not that of ports.
        assert!(passes("http://nas:8080/a.png"));
        assert!(!passes("http://nas:22/a.png"));
        assert!(!passes("http://nas.example/a.png"));
    }

    #[test]
    fn an_allowed_host_is_reachable_by_http_only() {
        let guard = Guard::with_allowed_hosts(&["nas:21".into()]);
        assert!(guard.parse_url("http://nas:21/a.png").is_ok());
        assert!(guard.parse_url("ftp://nas:21/a.png").is_err());
    }

    #[test]
    fn an_invalid_host_entry_allows_nothing() {
        let written = [
            "",
            "a b",
            "*",
            "http://nas/",
            "nas/pictures",
            "me@nas",
            "nas?a",
            "nas#a",
        ];
        let guard = Guard::with_allowed_hosts(&written.map(String::from));
        let url = Url::parse("http://nas/").unwrap();
        let private = ["10.0.0.1:80".parse().unwrap()];
        assert!(guard.check_addresses(&url, &private).is_err());
    }
}
