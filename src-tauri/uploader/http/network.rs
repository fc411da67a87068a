//! Network settings (proxy, trusted certificates) and the check for being back online.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use serde::{Deserialize, Serialize};

/// How targets are reached. The default asks the system for a proxy and trusts whom the system trusts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Network {
    pub proxy: Proxy,
    /// Authorities that are trusted besides the system's, as PEM: of a server of one's own, or of the office.
    pub certificates: Vec<String>,
}

/// What stands between this computer and others. Nothing ever stands between it and itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proxy {
    /// As the system, or the environment, says.
    #[default]
    System,
    None,
    /// `http(s)://[user:password@]host:port`.
    At(String),
}

/// From which address this computer would speak to the world: it changes when a network goes, comes, or is another.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Route(Vec<IpAddr>);

impl Route {
    pub fn current() -> Route {
        // Addresses of documentation, where nobody is: a datagram socket looks for its way and sends nothing.
        let destinations: [IpAddr; 2] = [
            Ipv4Addr::new(192, 0, 2, 1).into(),
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
        ];
        Route(
            destinations
                .into_iter()
                .filter_map(local_address_towards)
                .collect(),
        )
    }

    /// Whether what failed before may go through now.
    pub fn is_new_since(&self, previous: &Route) -> bool {
        !self.0.is_empty() && self != previous
    }
}

fn local_address_towards(destination: IpAddr) -> Option<IpAddr> {
    let any: SocketAddr = match destination {
        IpAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        IpAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect((destination, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losing_the_network_is_not_a_new_route() {
        let at = |last| Route(vec![Ipv4Addr::new(10, 0, 0, last).into()]);
        let none = Route::default();
        assert!(at(1).is_new_since(&none));
        assert!(at(2).is_new_since(&at(1)));
        assert!(!at(1).is_new_since(&at(1)));
        assert!(!none.is_new_since(&at(1)), "it has gone");
    }

    #[test]
    fn the_current_route_is_stable() {
        assert_eq!(Route::current(), Route::current());
    }
}
