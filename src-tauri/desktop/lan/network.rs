//! Which network this computer is on, where the system can tell: on Linux by NetworkManager.

/// A network, as the system knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Stays the same whenever this computer is on it.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// Blocks for as long as the system takes to answer; `None` where nobody knows.
#[cfg(not(target_os = "linux"))]
pub fn now() -> Option<Network> {
    None
}

#[cfg(target_os = "linux")]
pub fn now() -> Option<Network> {
    linux::now()
        .inspect_err(
            |error| tracing::debug!(%error, "NetworkManager did not say which network this is"),
        )
        .ok()
        .flatten()
}

#[cfg(target_os = "linux")]
mod linux {
    use zbus::blocking::{Connection, Proxy, connection};
    use zbus::zvariant::OwnedObjectPath;

    use super::Network;

    const MANAGER: &str = "org.freedesktop.NetworkManager";

    pub fn now() -> zbus::Result<Option<Network>> {
        let bus: Connection = connection::Builder::system()?
            .method_timeout(std::time::Duration::from_secs(2))
            .build()?;
        let manager = Proxy::new(&bus, MANAGER, "/org/freedesktop/NetworkManager", MANAGER)?;
        let primary: OwnedObjectPath = manager.get_property("PrimaryConnection")?;
        // There is none.
        if primary.as_str() == "/" {
            return Ok(None);
        }
        let kind = "org.freedesktop.NetworkManager.Connection.Active";
        let active = Proxy::new(&bus, MANAGER, primary, kind)?;
        Ok(Some(Network {
            id: active.get_property("Uuid")?,
            name: active.get_property("Id")?,
        }))
    }
}
