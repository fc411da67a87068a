//! Which network this computer is on, where the system can tell: by NetworkManager on Linux. Windows says of each network
//! whether it is a public one; all others are ones that its user trusts, and nothing to warn of.

#![allow(unsafe_code, reason = "calls COM on Windows and libc elsewhere")]

/// A network, as the system knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkIdentity {
    /// Stays the same whenever this computer is on it.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// Blocks for as long as the system takes to answer; `None` where nobody knows.
pub fn detect_network() -> Option<NetworkIdentity> {
    system::detect_network()
        .inspect_err(
            |error| tracing::debug!(%error, "the system did not say which network this is"),
        )
        .ok()
        .flatten()
}

#[cfg(target_os = "linux")]
mod system {
    use zbus::blocking::{Connection, Proxy, connection};
    use zbus::zvariant::OwnedObjectPath;

    use super::NetworkIdentity;

    const MANAGER: &str = "org.freedesktop.NetworkManager";

    pub fn detect_network() -> zbus::Result<Option<NetworkIdentity>> {
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
        Ok(Some(NetworkIdentity {
            id: active.get_property("Uuid")?,
            name: active.get_property("Id")?,
        }))
    }
}

#[cfg(windows)]
mod system {
    use windows::Win32::Networking::NetworkListManager::{
        INetworkListManager, NLM_ENUM_NETWORK_CONNECTED, NLM_NETWORK_CATEGORY_PUBLIC,
        NetworkListManager,
    };
    use windows::Win32::System::Com::{
        CLSCTX_ALL, COINIT_MULTITHREADED, CoCreateInstance, CoInitializeEx, CoUninitialize,
    };
    use windows::core::Result;

    use super::NetworkIdentity;

    /// The public one, if this computer is on such a network.
    pub fn detect_network() -> Result<Option<NetworkIdentity>> {
        let _com = Com::enter()?;
        // SAFETY: COM is entered on this thread, and left after everything of it was let go.
        unsafe {
            let manager: INetworkListManager =
                CoCreateInstance(&NetworkListManager, None, CLSCTX_ALL)?;
            let networks = manager.GetNetworks(NLM_ENUM_NETWORK_CONNECTED)?;
            loop {
                let (mut next, mut count) = ([None], 0);
                networks.Next(&mut next, Some(&mut count))?;
                let [Some(network)] = next else {
                    return Ok(None);
                };
                if network.GetCategory()? == NLM_NETWORK_CATEGORY_PUBLIC {
                    return Ok(Some(NetworkIdentity {
                        id: format!("{:?}", network.GetNetworkId()?),
                        name: network.GetName()?.to_string(),
                    }));
                }
            }
        }
    }

    /// This thread may use COM for as long as this lives.
    struct Com;

    impl Com {
        fn enter() -> Result<Com> {
            // SAFETY: `drop` leaves it again, on the same thread.
            unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) }.ok()?;
            Ok(Com)
        }
    }

    impl Drop for Com {
        fn drop(&mut self) {
            // SAFETY: `enter` succeeded.
            unsafe { CoUninitialize() };
        }
    }
}

#[cfg(not(any(target_os = "linux", windows)))]
mod system {
    use std::convert::Infallible;

    use super::NetworkIdentity;

    pub fn detect_network() -> Result<Option<NetworkIdentity>, Infallible> {
        Ok(None)
    }
}
