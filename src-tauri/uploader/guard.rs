//! Which addresses a picture may be fetched from. A page can make a browser drop any address it likes, so nothing that
//! only this computer or its network can reach is asked: the answer would end up behind a public link.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

use crate::Failure;

/// The rule, and the hosts (or `host:port`) for which it is lifted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guard {
    allowed: Vec<String>,
}

impl Guard {
    pub fn allowing(hosts: &[String]) -> Guard {
        Guard {
            allowed: hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        }
    }

    /// Only http and https, at the ports where the web lives.
    pub fn check_url(&self, url: &Url) -> Result<(), Failure> {
        let port = url.port_or_known_default().unwrap_or_default();
        let web =
            matches!(url.scheme(), "http" | "https") && (matches!(port, 80 | 443) || port >= 1024);
        match url.host_str() {
            Some(host) if !host.is_empty() && (web || self.allows(url)) => Ok(()),
            _ => Err(Failure::WebAddress),
        }
    }

    /// Everything that the host's name stands for has to be public: one private address among them is enough to
    /// refuse, whichever would have been tried.
    pub fn check_addresses(&self, url: &Url, addresses: &[SocketAddr]) -> Result<(), Failure> {
        if self.allows(url) || addresses.iter().all(|address| is_public(address.ip())) {
            return Ok(());
        }
        Err(Failure::WebPrivate {
            host: host_name(url),
        })
    }

    fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else {
            return false;
        };
        let with_port = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
        self.allowed
            .iter()
            .any(|allowed| allowed == host || *allowed == with_port)
    }
}

/// The host as people read it.
pub(crate) fn host_name(url: &Url) -> String {
    match url.host() {
        Some(Host::Ipv6(address)) => address.to_string(),
        _ => url.host_str().unwrap_or_default().to_owned(),
    }
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
    let set_aside = match (a, b, c) {
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
    !set_aside
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    // Only 2000::/3 is given out for the public internet. That leaves out loopback, unspecified, unique local,
    // link-local, multicast, and v4 that is mapped, compatible, or behind NAT64 (64:ff9b::/96 and 64:ff9b:1::/48).
    let global = parts[0] & 0xe000 == 0x2000;
    let set_aside = match (parts[0], parts[1]) {
        (0x2001, 0..=0x1ff) => true, // protocol assignments, Teredo and ORCHID among them
        (0x2001, 0xdb8) => true,     // documentation
        (0x2002, _) => true,         // 6to4: a v4 address in disguise
        (0x3fff, 0..=0xfff) => true, // documentation
        _ => false,
    };
    global && !set_aside
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
    fn only_web_addresses_are_asked() {
        let guard = Guard::default();
        let cases = [
            ("https://example.com/a.png", true),
            ("http://example.com:8080/a.png", true),
            ("http://example.com:22/a.png", false),
            ("http://example.com:25/a.png", false),
            ("ftp://example.com/a.png", false),
            ("file:///etc/passwd", false),
        ];
        for (url, expected) in cases {
            assert_eq!(
                guard.check_url(&Url::parse(url).unwrap()).is_ok(),
                expected,
                "{url}"
            );
        }
    }

    #[test]
    fn one_private_address_among_public_ones_is_enough_to_refuse() {
        let url = Url::parse("https://rebound.example/a.png").unwrap();
        let addresses = ["8.8.8.8:443", "10.0.0.1:443"].map(|address| address.parse().unwrap());
        assert!(
            Guard::default()
                .check_addresses(&url, &addresses[..1])
                .is_ok()
        );
        let refused = Guard::default().check_addresses(&url, &addresses);
        assert_eq!(
            refused,
            Err(Failure::WebPrivate {
                host: "rebound.example".into()
            })
        );
    }

    #[test]
    fn an_allowed_host_is_asked_at_its_own_port_only() {
        let guard = Guard::allowing(&["127.0.0.1:81".into()]);
        let loopback = ["127.0.0.1:81".parse().unwrap()];
        let url = |text| Url::parse(text).unwrap();
        assert!(guard.check_url(&url("http://127.0.0.1:81/a.png")).is_ok());
        assert!(
            guard
                .check_addresses(&url("http://127.0.0.1:81/a.png"), &loopback)
                .is_ok()
        );
        assert!(guard.check_url(&url("http://127.0.0.1:82/a.png")).is_err());
        assert!(
            guard
                .check_addresses(&url("http://127.0.0.1:8080/a.png"), &loopback)
                .is_err()
        );
    }
}
