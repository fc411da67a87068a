//! Settings of LAN sharing.

use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LanSettings {
    pub on: bool,
    /// The local address to listen on; all of them without one.
    pub listen: Option<IpAddr>,
    /// The ids of the networks on which the user allowed sharing.
    pub networks: Vec<String>,
}

impl LanSettings {
    /// The address to listen on. Switched off, that is the loopback address, whatever the configuration of the
    /// headless server says.
    pub fn listen_ip(&self, configured: IpAddr) -> IpAddr {
        match self.on {
            true => self.listen.unwrap_or(Ipv4Addr::UNSPECIFIED.into()),
            false if configured.is_loopback() => configured,
            false => Ipv4Addr::LOCALHOST.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switched_off_the_server_listens_on_this_computer_only() {
        let everywhere = Ipv4Addr::UNSPECIFIED.into();
        let off = LanSettings::default();
        assert_eq!(off.listen_ip(everywhere), IpAddr::V4(Ipv4Addr::LOCALHOST));
        let another = Ipv4Addr::new(127, 0, 0, 9).into();
        assert_eq!(off.listen_ip(another), another);
        let on = LanSettings {
            on: true,
            ..LanSettings::default()
        };
        assert_eq!(on.listen_ip(another), everywhere);
    }
}
