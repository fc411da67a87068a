//! Which process serves a data folder, and at which address.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::{Deserialize, Serialize};

/// The process that serves a data folder. It has no address between taking the lock and listening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerInfo {
    pub program: String,
    pub pid: u32,
    pub address: Option<SocketAddr>,
}

impl ServerInfo {
    /// The address at which this computer reaches the server: loopback if it listens on every address.
    pub fn local_address(&self) -> Option<SocketAddr> {
        let mut address = self.address?;
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        Some(address)
    }
}

impl fmt::Display for ServerInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` (process {})", self.program, self.pid)?;
        match self.address {
            Some(address) => write!(f, " at http://{address}"),
            None => write!(f, ", which is still starting"),
        }
    }
}
