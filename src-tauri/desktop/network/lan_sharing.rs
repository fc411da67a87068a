//! Whether other devices on the network may open the links: the switch, the address by which they would, the name that
//! stands for it, and whether this is a network that was meant.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use library::OWNER;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use crate::commands::CommandError;
use crate::context::AppContext;
use crate::events::Notice;
use crate::i18n::t;
use crate::network::local_address;
use crate::network::mdns::MdnsName;
use crate::network::network_id;
pub use crate::network::network_id::NetworkIdentity;
use crate::network::qr_code;
use crate::server::embedded_server;
use crate::view::app_state::ServerState;

/// How often it is looked whether this computer has another address: a lease, another network, sleep.
const REFRESH_INTERVAL: Duration = Duration::from_secs(5);

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LanSettings {
    pub on: bool,
    /// The one of this computer's addresses that is listened at; all of them without one.
    pub listen: Option<IpAddr>,
    /// The networks on which the user wanted it, as the system knows them.
    pub networks: Vec<String>,
}

impl LanSettings {
    /// Where to listen. Switched off, this computer alone is let in, whatever `listen` says in the configuration for
    /// the server without a window.
    pub fn listen_ip(&self, configured: IpAddr) -> IpAddr {
        match self.on {
            true => self.listen.unwrap_or(Ipv4Addr::UNSPECIFIED.into()),
            false if configured.is_loopback() => configured,
            false => Ipv4Addr::LOCALHOST.into(),
        }
    }
}

/// Who can open the links, as the page is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Reach {
    #[default]
    ThisComputer,
    HomeNetwork {
        /// What other devices write into their browser; none while there is no network.
        address: Option<String>,
        /// The same by a name, once it has turned out to be nobody else's.
        name: Option<String>,
        warning: Option<LanWarning>,
    },
}

impl Reach {
    fn warning(&self) -> Option<&LanWarning> {
        match self {
            Reach::HomeNetwork { warning, .. } => warning.as_ref(),
            Reach::ThisComputer => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum LanWarning {
    /// A network on which the switch was never turned on.
    Stranger { network: String },
    /// The address is one of the internet's: there is no home network around it.
    Internet,
}

impl LanWarning {
    /// Nobody may be looking at the server's screen when the computer comes to another network.
    fn to_notice(&self) -> Notice {
        match self {
            LanWarning::Stranger { network } => {
                Notice::new("strange_network").with_field("network", network.clone())
            }
            LanWarning::Internet => Notice::new("open_to_internet"),
        }
    }
}

/// What is running for it.
#[derive(Default)]
pub struct LanState {
    mdns_name: Mutex<Option<MdnsName>>,
    /// One look after the other, so that the last one to begin is the last one to tell.
    refresh_lock: tokio::sync::Mutex<()>,
}

/// As soon as there is time.
pub async fn refresh_in_background(app: Arc<AppContext>) {
    refresh(&app).await;
}

/// Keeps what the page is told true for as long as the app runs.
pub async fn refresh_periodically(app: Arc<AppContext>) {
    loop {
        refresh(&app).await;
        tokio::time::sleep(REFRESH_INTERVAL).await;
    }
}

/// Turns the switch.
pub async fn set_sharing(app: &Arc<AppContext>, on: bool) -> Result<(), CommandError> {
    let lan = app.settings.get().lan;
    if on && !owner_has_password(app).await? {
        return Err(CommandError::new("no_password", t("reach.no_password")));
    }
    let wanted = LanSettings { on, ..lan };
    embedded_server::rebind(app, &wanted).await?;
    let network = current_network().await;
    app.change_settings(|settings| {
        settings.lan.on = on;
        add_network(&mut settings.lan, network.filter(|_| on));
    })?;
    refresh(app).await;
    Ok(())
}

/// This network is one on which it was meant.
pub async fn allow_current_network(app: &Arc<AppContext>) -> Result<(), CommandError> {
    let network = current_network().await;
    app.change_settings(|settings| add_network(&mut settings.lan, network))?;
    refresh(app).await;
    Ok(())
}

fn add_network(lan: &mut LanSettings, network: Option<NetworkIdentity>) {
    if let Some(NetworkIdentity { id, .. }) = network
        && !lan.networks.contains(&id)
    {
        lan.networks.push(id);
    }
}

/// Looks where this computer stands now, and tells it where that is news. Links are made when they are shown, so
/// they follow.
pub async fn refresh(app: &Arc<AppContext>) {
    let _one = app.lan.refresh_lock.lock().await;
    let reach = match own_server(app) {
        Some((port, lan)) if lan.on => {
            let network = current_network().await;
            determine_reach(app, &lan, port, network).await
        }
        _ => {
            lock_mutex(&app.lan.mdns_name).take();
            Reach::ThisComputer
        }
    };
    let own = app.embedded_server.public_url().await;
    let before = app.status.reach();
    if app.status.set_reach(reach.clone(), own) {
        app.emit_state();
    }
    if let Some(warning) = reach.warning()
        && before.warning() != Some(warning)
    {
        app.show_notice(warning.to_notice());
    }
}

/// The port of our own server, while it runs; who serves instead of us decides about it alone.
fn own_server(app: &AppContext) -> Option<(u16, LanSettings)> {
    match app.status.server() {
        ServerState::Running {
            port,
            adopted: None,
            ..
        } => Some((port, app.settings.get().lan)),
        _ => None,
    }
}

async fn determine_reach(
    app: &Arc<AppContext>,
    lan: &LanSettings,
    port: u16,
    network: Option<NetworkIdentity>,
) -> Reach {
    let found = match lan.listen {
        Some(ip) => Some(ip),
        None => spawn_blocking(local_address::find_local_address)
            .await
            .ok()
            .flatten(),
    };
    // Who listens at one address only is asked at that one.
    let name = match lan.listen {
        Some(_) => None,
        None => announce_name(app, port),
    };
    let stranger = network.filter(|network| !lan.networks.contains(&network.id));
    Reach::HomeNetwork {
        address: found.map(|ip| format!("http://{}", std::net::SocketAddr::new(ip, port))),
        name: name.map(|name| format!("http://{name}:{port}")),
        warning: match (found, stranger) {
            (Some(ip), _) if local_address::is_public_address(ip) => Some(LanWarning::Internet),
            (_, Some(network)) => Some(LanWarning::Stranger {
                network: network.name,
            }),
            _ => None,
        },
    }
}

/// Says the name on the network, for as long as it is kept.
fn announce_name(app: &Arc<AppContext>, port: u16) -> Option<String> {
    let mut name = lock_mutex(&app.lan.mdns_name);
    if name.as_ref().is_none_or(|name| name.port() != port) {
        *name = MdnsName::announce(port)
            .inspect_err(|error| tracing::warn!(%error, "no name on the network"))
            .ok();
    }
    name.as_ref().map(MdnsName::host_name)
}

async fn current_network() -> Option<NetworkIdentity> {
    spawn_blocking(network_id::detect_network)
        .await
        .ok()
        .flatten()
}

async fn owner_has_password(app: &AppContext) -> Result<bool, CommandError> {
    let library = app.embedded_server.require_library()?;
    let asked = spawn_blocking(move || library.account_by_name(OWNER)).await;
    let account = asked
        .map_err(|error| error.to_string())
        .and_then(|account| account.map_err(|error| error.to_string()));
    account
        .map(|account| account.has_password)
        .map_err(|sentence| CommandError::new("library", sentence))
}

/// What a phone's camera reads.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QrLink {
    url: String,
    /// Row by row, a `1` for each dark square.
    squares: Vec<String>,
    /// Until when it signs in, if it does.
    expires_at: Option<String>,
}

/// An address for another device: of the page, or one that signs in there, once, within ten minutes.
pub async fn create_device_link(app: &AppContext, sign_in: bool) -> Result<QrLink, CommandError> {
    let base = app.status.link_base();
    if !sign_in {
        return create_qr_link(format!("{base}/"), None);
    }
    let library = app.embedded_server.require_library()?;
    let made = spawn_blocking(move || {
        let owner = library.account_by_name(OWNER)?;
        library.create_sign_in_link(&owner.id)
    });
    let (token, end) = made
        .await
        .map_err(|error| error.to_string())
        .and_then(|made| made.map_err(|error| error.to_string()))
        .map_err(|sentence| CommandError::new("library", sentence))?;
    // Behind the `#`: a browser sends that to nobody, so it stands in no log.
    create_qr_link(format!("{base}/#/sign-in/{token}"), Some(end.to_string()))
}

pub fn create_qr_link(url: String, expires_at: Option<String>) -> Result<QrLink, CommandError> {
    let squares = qr_code::encode_squares(&url)
        .ok_or_else(|| CommandError::new("too_long", t("reach.too_long")))?;
    Ok(QrLink {
        url,
        squares,
        expires_at,
    })
}

fn lock_mutex<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

    #[test]
    fn the_reach_is_serialised_as_the_page_expects() -> Result<(), serde_json::Error> {
        let told = serde_json::to_value(Reach::ThisComputer)?;
        assert_eq!(told["is"], "this_computer");
        let told = serde_json::to_value(Reach::HomeNetwork {
            address: None,
            name: None,
            warning: Some(LanWarning::Internet),
        })?;
        assert_eq!(told["is"], "home_network");
        assert_eq!(told["warning"]["is"], "internet");
        Ok(())
    }
}
