//! LAN sharing: the on/off switch, this computer's address and mDNS name, and whether the current network is one where
//! the user allowed sharing.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use library::OWNER;
use tokio::sync::watch;
use tokio::task::spawn_blocking;

use crate::context::AppContext;
use crate::error::CommandError;
use crate::events::replace_if_changed;
use crate::i18n::t;
use crate::network::link_base::LanStatus;
use crate::network::local_address;
use crate::network::mdns::MdnsName;
use crate::network::network_id::{self, NetworkIdentity};
use crate::server::embedded_server::EmbeddedServer;
use crate::settings::LanSettings;
use crate::view::app_state::{LanWarning, Reach, ServerState};
use crate::view::notice::Notice;

/// How often to check for another address, as after a new lease, a change of network, or sleep.
const REFRESH_INTERVAL: Duration = Duration::from_secs(5);

pub struct LanSharing {
    context: Arc<AppContext>,
    server: Arc<EmbeddedServer>,
    mdns_name: Mutex<Option<MdnsName>>,
    /// One refresh at a time, so that the last one to begin is the last one to publish.
    refresh_lock: tokio::sync::Mutex<()>,
    status: watch::Sender<LanStatus>,
}

impl LanSharing {
    pub fn new(context: Arc<AppContext>, server: Arc<EmbeddedServer>) -> LanSharing {
        LanSharing {
            context,
            server,
            mdns_name: Mutex::default(),
            refresh_lock: tokio::sync::Mutex::default(),
            status: watch::Sender::default(),
        }
    }

    pub fn watch_status(&self) -> watch::Receiver<LanStatus> {
        self.status.subscribe()
    }

    /// Refreshes when the server's state changes, and regularly.
    pub async fn run(self: Arc<Self>) {
        let mut server = self.server.watch_status();
        loop {
            server.mark_unchanged();
            self.refresh().await;
            if let Ok(Err(_)) = tokio::time::timeout(REFRESH_INTERVAL, server.changed()).await {
                return;
            }
        }
    }

    /// Switches sharing on or off. The owner needs a password first.
    pub async fn set_sharing(&self, on: bool) -> Result<(), CommandError> {
        if on && !self.owner_has_password().await? {
            return Err(CommandError::new("no_password", t("reach.no_password")));
        }
        let lan = self.context.settings.get().lan.clone();
        self.server.rebind(&LanSettings { on, ..lan }).await?;
        let network = current_network().await;
        self.context.settings.update(|settings| {
            settings.lan.on = on;
            add_network(&mut settings.lan, network.filter(|_| on));
        })?;
        self.refresh().await;
        Ok(())
    }

    /// Allows sharing on the current network, too.
    pub async fn allow_current_network(&self) -> Result<(), CommandError> {
        let network = current_network().await;
        self.context
            .settings
            .update(|settings| add_network(&mut settings.lan, network))?;
        self.refresh().await;
        Ok(())
    }

    /// Determines the addresses and the network again, and publishes changes. Links are rendered when they are shown,
    /// so they follow.
    pub async fn refresh(&self) {
        let _guard = self.refresh_lock.lock().await;
        let lan = self.context.settings.get().lan.clone();
        let reach = match self.own_port() {
            Some(port) if lan.on => self.determine_reach(&lan, port).await,
            _ => {
                self.lock_mdns_name().take();
                Reach::ThisComputer
            }
        };
        let public_url = self.server.public_url().await;
        let previous_warning = warning_of(&self.status.borrow().reach).cloned();
        let warning = warning_of(&reach).cloned();
        replace_if_changed(&self.status, LanStatus { reach, public_url });
        if let Some(warning) = warning
            && previous_warning.as_ref() != Some(&warning)
        {
            self.context.events.notify(to_notice(warning));
        }
    }

    /// The port of our own server. Another program that serves the folder decides who can reach it.
    fn own_port(&self) -> Option<u16> {
        match self.server.state() {
            ServerState::Running {
                port,
                adopted: None,
                ..
            } => Some(port),
            _ => None,
        }
    }

    async fn determine_reach(&self, lan: &LanSettings, port: u16) -> Reach {
        let network = current_network().await;
        let ip = match lan.listen {
            Some(ip) => Some(ip),
            None => spawn_blocking(local_address::find_local_address)
                .await
                .ok()
                .flatten(),
        };
        // The name resolves to all addresses, so it is not announced for a single one.
        let name = match lan.listen {
            Some(_) => None,
            None => self.announce_name(port),
        };
        let unknown_network = network.filter(|network| !lan.networks.contains(&network.id));
        Reach::HomeNetwork {
            address: ip.map(|ip| format!("http://{}", SocketAddr::new(ip, port))),
            name: name.map(|name| format!("http://{name}:{port}")),
            warning: match (ip, unknown_network) {
                (Some(ip), _) if local_address::is_public_address(ip) => Some(LanWarning::Internet),
                (_, Some(network)) => Some(LanWarning::Stranger {
                    network: network.name,
                }),
                _ => None,
            },
        }
    }

    /// Announces the mDNS name until it is dropped.
    fn announce_name(&self, port: u16) -> Option<String> {
        let mut name = self.lock_mdns_name();
        if name.as_ref().is_none_or(|name| name.port() != port) {
            *name = MdnsName::announce(port)
                .inspect_err(|error| tracing::warn!(%error, "could not announce the mDNS name"))
                .ok();
        }
        name.as_ref().map(MdnsName::host_name)
    }

    async fn owner_has_password(&self) -> Result<bool, CommandError> {
        let library = self.server.require_library()?;
        let account = spawn_blocking(move || library.account_by_name(OWNER)).await;
        account
            .map_err(|error| error.to_string())
            .and_then(|account| account.map_err(|error| error.to_string()))
            .map(|account| account.has_password)
            .map_err(|message| CommandError::new("library", message))
    }

    fn lock_mdns_name(&self) -> MutexGuard<'_, Option<MdnsName>> {
        self.mdns_name
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn warning_of(reach: &Reach) -> Option<&LanWarning> {
    match reach {
        Reach::HomeNetwork { warning, .. } => warning.as_ref(),
        Reach::ThisComputer => None,
    }
}

/// The user may not be looking at the server screen when the computer joins another network.
fn to_notice(warning: LanWarning) -> Notice {
    match warning {
        LanWarning::Stranger { network } => {
            Notice::new("strange_network").with_field("network", network)
        }
        LanWarning::Internet => Notice::new("open_to_internet"),
    }
}

fn add_network(lan: &mut LanSettings, network: Option<NetworkIdentity>) {
    if let Some(NetworkIdentity { id, .. }) = network
        && !lan.networks.contains(&id)
    {
        lan.networks.push(id);
    }
}

async fn current_network() -> Option<NetworkIdentity> {
    spawn_blocking(network_id::detect_network)
        .await
        .ok()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowed_network_is_stored_once() {
        let home = || {
            Some(NetworkIdentity {
                id: "1".to_owned(),
                name: "Home".to_owned(),
            })
        };
        let mut lan = LanSettings::default();
        add_network(&mut lan, home());
        add_network(&mut lan, home());
        add_network(&mut lan, None);
        assert_eq!(lan.networks, ["1"]);
    }
}
