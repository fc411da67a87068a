//! The server's mDNS name: `vitrine.local`, or `vitrine-2.local` if that is in use. The computer's own name is announced by
//! the system.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use mdns_sd::{DaemonEvent, Error, Receiver, ServiceDaemon, ServiceInfo};

const HOST_NAME: &str = "vitrine.local.";
/// The service type under which browsers of the network list it.
const SERVICE_TYPE: &str = "_http._tcp.local.";
const INSTANCE: &str = "Vitrine";

/// The name is announced until this is dropped.
pub struct MdnsName {
    daemon: ServiceDaemon,
    port: u16,
    current_name: Arc<Mutex<String>>,
}

impl MdnsName {
    pub fn announce(port: u16) -> Result<MdnsName, Error> {
        MdnsName::announce_with(ServiceDaemon::new()?, port)
    }

    fn announce_with(daemon: ServiceDaemon, port: u16) -> Result<MdnsName, Error> {
        let now = Arc::new(Mutex::new(HOST_NAME.to_owned()));
        let events = daemon.monitor()?;
        let service = ServiceInfo::new(
            SERVICE_TYPE,
            INSTANCE,
            HOST_NAME,
            "",
            port,
            &[("path", "/")][..],
        )?;
        daemon.register(service.enable_addr_auto())?;
        let renamed = Arc::clone(&now);
        let listening = thread::Builder::new().name("name".to_owned());
        if let Err(error) = listening.spawn(move || follow_name_changes(&renamed, &events)) {
            tracing::warn!(%error, "could not watch for changes of the mDNS name");
        }
        Ok(MdnsName {
            daemon,
            port,
            current_name: now,
        })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Without the trailing dot.
    pub fn host_name(&self) -> String {
        let now = self
            .current_name
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        now.trim_end_matches('.').to_owned()
    }
}

/// Follows renames, which happen if another device has the name. Returns when the daemon ends.
fn follow_name_changes(now: &Mutex<String>, events: &Receiver<DaemonEvent>) {
    while let Ok(event) = events.recv() {
        match event {
            DaemonEvent::NameChange(change) if change.original == HOST_NAME => {
                tracing::info!(
                    name = change.new_name,
                    "the mDNS name was in use, so it was changed"
                );
                *now.lock().unwrap_or_else(PoisonError::into_inner) = change.new_name;
            }
            DaemonEvent::Error(error) => tracing::warn!(%error, "the mDNS daemon failed"),
            _ => {}
        }
    }
}

impl Drop for MdnsName {
    /// Withdraws the name.
    fn drop(&mut self) {
        if let Err(error) = self.daemon.shutdown() {
            tracing::debug!(%error, "could not withdraw the mDNS name");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use mdns_sd::{HostnameResolutionEvent, IfKind};

    use super::*;

    /// On the loopback interface only, and on another port than the system's mDNS daemon.
    fn daemon() -> Result<ServiceDaemon, Error> {
        let daemon = ServiceDaemon::new_with_port(15353)?;
        daemon.disable_interface(IfKind::All)?;
        daemon.enable_interface(IfKind::LoopbackV4)?;
        Ok(daemon)
    }

    #[test]
    fn another_device_finds_the_server_by_its_name() -> Result<(), Box<dyn std::error::Error>> {
        let name = MdnsName::announce_with(daemon()?, 4870)?;
        assert_eq!(name.host_name(), "vitrine.local");
        let other = daemon()?;
        let answers = other.resolve_hostname(HOST_NAME, Some(20_000))?;
        loop {
            match answers.recv_timeout(Duration::from_secs(30))? {
                HostnameResolutionEvent::AddressesFound(host, addresses) => {
                    assert_eq!(host, HOST_NAME);
                    assert!(!addresses.is_empty());
                    return Ok(());
                }
                HostnameResolutionEvent::SearchTimeout(_) => return Err("not found".into()),
                _ => {}
            }
        }
    }
}
