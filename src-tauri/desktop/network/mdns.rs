//! The server's name on the network, by multicast DNS: `vitrine.local`, or `vitrine-2.local` where that is another's. The
//! computer's own name is left to the system, which may say it already.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use mdns_sd::{DaemonEvent, Error, Receiver, ServiceDaemon, ServiceInfo};

const HOST: &str = "vitrine.local.";
/// What it is listed as by those who look for web pages on the network.
const KIND: &str = "_http._tcp.local.";
const INSTANCE: &str = "Vitrine";

/// Said for as long as this lives.
pub struct Name {
    daemon: ServiceDaemon,
    port: u16,
    now: Arc<Mutex<String>>,
}

impl Name {
    pub fn announce(port: u16) -> Result<Name, Error> {
        Name::announce_by(ServiceDaemon::new()?, port)
    }

    fn announce_by(daemon: ServiceDaemon, port: u16) -> Result<Name, Error> {
        let now = Arc::new(Mutex::new(HOST.to_owned()));
        let events = daemon.monitor()?;
        let service = ServiceInfo::new(KIND, INSTANCE, HOST, "", port, &[("path", "/")][..])?;
        daemon.register(service.enable_addr_auto())?;
        let told = Arc::clone(&now);
        let listening = thread::Builder::new().name("name".to_owned());
        if let Err(error) = listening.spawn(move || keep_true(&told, &events)) {
            tracing::warn!(%error, "another name on the network would not be noticed");
        }
        Ok(Name { daemon, port, now })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Without the dot at the end.
    pub fn now(&self) -> String {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.trim_end_matches('.').to_owned()
    }
}

/// Who had the name first keeps it, and we are told ours. Ends with the daemon.
fn keep_true(now: &Mutex<String>, events: &Receiver<DaemonEvent>) {
    while let Ok(event) = events.recv() {
        match event {
            DaemonEvent::NameChange(change) if change.original == HOST => {
                tracing::info!(name = change.new_name, "the name on the network was taken");
                *now.lock().unwrap_or_else(PoisonError::into_inner) = change.new_name;
            }
            DaemonEvent::Error(error) => tracing::warn!(%error, "the name on the network"),
            _ => {}
        }
    }
}

impl Drop for Name {
    /// Takes the name back, so that nobody goes on asking for it.
    fn drop(&mut self) {
        if let Err(error) = self.daemon.shutdown() {
            tracing::debug!(%error, "the name on the network was not taken back");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use mdns_sd::{HostnameResolutionEvent, IfKind};

    use super::*;

    /// On the loopback only, and at a port where the system's own does not listen.
    fn daemon() -> Result<ServiceDaemon, Error> {
        let daemon = ServiceDaemon::new_with_port(15353)?;
        daemon.disable_interface(IfKind::All)?;
        daemon.enable_interface(IfKind::LoopbackV4)?;
        Ok(daemon)
    }

    #[test]
    fn another_device_finds_the_server_by_its_name() -> Result<(), Box<dyn std::error::Error>> {
        let name = Name::announce_by(daemon()?, 4870)?;
        assert_eq!(name.now(), "vitrine.local");
        let other = daemon()?;
        let answers = other.resolve_hostname(HOST, Some(20_000))?;
        loop {
            match answers.recv_timeout(Duration::from_secs(30))? {
                HostnameResolutionEvent::AddressesFound(host, addresses) => {
                    assert_eq!(host, HOST);
                    assert!(!addresses.is_empty());
                    return Ok(());
                }
                HostnameResolutionEvent::SearchTimeout(_) => return Err("not found".into()),
                _ => {}
            }
        }
    }
}
