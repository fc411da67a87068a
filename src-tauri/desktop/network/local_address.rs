//! The address by which other devices on the network reach this computer.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use if_addrs::{IfAddr, get_if_addrs};

/// An address outside of the network, from a range for documentation. Connecting a UDP socket sends nothing; it only
/// selects the route.
const PROBE_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1)), 9);

/// The address of the default route, else a private one; `None` without a network.
pub fn find_local_address() -> Option<IpAddr> {
    let own = list_own_addresses();
    default_route_address()
        .filter(|ip| own.contains(ip))
        .or_else(|| own.iter().copied().find(|ip| !is_public_address(*ip)))
}

fn default_route_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(PROBE_ADDRESS).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// IPv4 only, because people enter these addresses.
fn list_own_addresses() -> Vec<IpAddr> {
    let found = get_if_addrs()
        .inspect_err(|error| tracing::warn!(%error, "could not list the network addresses"));
    let ips = found
        .into_iter()
        .flatten()
        .filter_map(|one| match one.addr {
            IfAddr::V4(v4) => Some(v4.ip),
            IfAddr::V6(_) => None,
        });
    ips.filter(|ip| !ip.is_loopback() && !ip.is_link_local())
        .map(IpAddr::V4)
        .collect()
}

/// Whether it is reachable from the internet: neither private, nor behind carrier-grade NAT, nor for documentation.
pub fn is_public_address(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            let shared = first == 100 && (64..128).contains(&second);
            let here = ip.is_loopback() || ip.is_unspecified() || ip.is_link_local();
            !(here || ip.is_private() || shared || ip.is_documentation())
        }
        IpAddr::V6(ip) => {
            let here = ip.is_loopback() || ip.is_unspecified();
            !(here || ip.is_unique_local() || ip.is_unicast_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_are_distinguished_from_private_ones() -> Result<(), std::net::AddrParseError>
    {
        for home in [
            "192.168.1.5",
            "10.0.0.7",
            "172.20.1.1",
            "100.64.3.2",
            "127.0.0.2",
            "fd00::2",
        ] {
            assert!(!is_public_address(home.parse()?), "{home}");
        }
        for outside in ["8.8.8.8", "172.32.0.1", "2606:4700::1111"] {
            assert!(is_public_address(outside.parse()?), "{outside}");
        }
        Ok(())
    }

    #[test]
    fn the_local_address_is_one_of_this_computers_own() {
        if let Some(ip) = find_local_address() {
            assert!(list_own_addresses().contains(&ip));
            assert!(!ip.is_loopback());
        }
    }
}
