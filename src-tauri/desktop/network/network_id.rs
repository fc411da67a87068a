//! Identifies the network that this computer is connected to, if the system supports that: by NetworkManager on Linux.
//! Windows classifies networks; those that are not public are trusted by the user and are not reported.

#![allow(unsafe_code, reason = "calls COM on Windows and libc elsewhere")]

/// A network, as the system identifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkIdentity {
    /// The same at each connection.
    pub id: String,
    /// The name for display.
    pub name: String,
}

/// Blocks until the system has answered; `None` if the network is unknown.
pub fn detect_network() -> Option<NetworkIdentity> {
    system::detect_network()
        .inspect_err(|error| tracing::debug!(%error, "could not identify the network"))
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
        // Not connected.
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
        // SAFETY: COM is initialised on this thread until all of its objects are dropped.
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

    /// COM is initialised on this thread until this is dropped.
    struct Com;

    impl Com {
        fn enter() -> Result<Com> {
            // SAFETY: `drop` uninitialises it on the same thread.
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
