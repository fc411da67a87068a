//! Whether other devices on the network may open the links: the switch, the address by which they would, the name that
//! stands for it, and whether this is a network that was meant.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use library::OWNER;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use crate::commands::Refusal;
use crate::context::Vitrine;
use crate::events::Notice;
use crate::i18n::word;
use crate::network::local_address;
use crate::network::mdns::Name;
use crate::network::network_id;
pub use crate::network::network_id::Network;
use crate::network::qr_code;
use crate::server::embedded_server;
use crate::view::app_state::ServerState;

/// How often it is looked whether this computer has another address: a lease, another network, sleep.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Lan {
    pub on: bool,
    /// The one of this computer's addresses that is listened at; all of them without one.
    pub listen: Option<IpAddr>,
    /// The networks on which the user wanted it, as the system knows them.
    pub networks: Vec<String>,
}

impl Lan {
    /// Where to listen. Switched off, this computer alone is let in, whatever `listen` says in the configuration for
    /// the server without a window.
    pub fn ip(&self, configured: IpAddr) -> IpAddr {
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
        warning: Option<Warning>,
    },
}

impl Reach {
    fn warning(&self) -> Option<&Warning> {
        match self {
            Reach::HomeNetwork { warning, .. } => warning.as_ref(),
            Reach::ThisComputer => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Warning {
    /// A network on which the switch was never turned on.
    Stranger { network: String },
    /// The address is one of the internet's: there is no home network around it.
    Internet,
}

impl Warning {
    /// Nobody may be looking at the server's screen when the computer comes to another network.
    fn notice(&self) -> Notice {
        match self {
            Warning::Stranger { network } => {
                Notice::of("strange_network").with("network", network.clone())
            }
            Warning::Internet => Notice::of("open_to_internet"),
        }
    }
}

/// What is running for it.
#[derive(Default)]
pub struct Neighbourhood {
    name: Mutex<Option<Name>>,
    /// One look after the other, so that the last one to begin is the last one to tell.
    looking: tokio::sync::Mutex<()>,
}

/// As soon as there is time.
pub async fn look_again(app: Arc<Vitrine>) {
    look(&app).await;
}

/// Keeps what the page is told true for as long as the app runs.
pub async fn follow(app: Arc<Vitrine>) {
    loop {
        look(&app).await;
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Turns the switch.
pub async fn set(app: &Arc<Vitrine>, on: bool) -> Result<(), Refusal> {
    let lan = app.settings.get().lan;
    if on && !owner_has_password(app).await? {
        return Err(Refusal::of("no_password", word("reach.no_password")));
    }
    let wanted = Lan { on, ..lan };
    embedded_server::listen(app, &wanted).await?;
    let network = network_now().await;
    app.change(|settings| {
        settings.lan.on = on;
        allow_in(&mut settings.lan, network.filter(|_| on));
    })?;
    look(app).await;
    Ok(())
}

/// This network is one on which it was meant.
pub async fn allow(app: &Arc<Vitrine>) -> Result<(), Refusal> {
    let network = network_now().await;
    app.change(|settings| allow_in(&mut settings.lan, network))?;
    look(app).await;
    Ok(())
}

fn allow_in(lan: &mut Lan, network: Option<Network>) {
    if let Some(Network { id, .. }) = network
        && !lan.networks.contains(&id)
    {
        lan.networks.push(id);
    }
}

/// Looks where this computer stands now, and tells it where that is news. Links are made when they are shown, so
/// they follow.
pub async fn look(app: &Arc<Vitrine>) {
    let _one = app.neighbourhood.looking.lock().await;
    let reach = match serving(app) {
        Some((port, lan)) if lan.on => {
            let network = network_now().await;
            reach(app, &lan, port, network).await
        }
        _ => {
            lock(&app.neighbourhood.name).take();
            Reach::ThisComputer
        }
    };
    let own = app.embedded.public_address().await;
    let before = app.status.reach();
    if app.status.set_reach(reach.clone(), own) {
        app.tell_state();
    }
    if let Some(warning) = reach.warning()
        && before.warning() != Some(warning)
    {
        app.notice(warning.notice());
    }
}

/// The port of our own server, while it runs; who serves instead of us decides about it alone.
fn serving(app: &Vitrine) -> Option<(u16, Lan)> {
    match app.status.server() {
        ServerState::Running {
            port,
            adopted: None,
            ..
        } => Some((port, app.settings.get().lan)),
        _ => None,
    }
}

async fn reach(app: &Arc<Vitrine>, lan: &Lan, port: u16, network: Option<Network>) -> Reach {
    let found = match lan.listen {
        Some(ip) => Some(ip),
        None => spawn_blocking(local_address::of_this_computer)
            .await
            .ok()
            .flatten(),
    };
    // Who listens at one address only is asked at that one.
    let name = match lan.listen {
        Some(_) => None,
        None => announced(app, port),
    };
    let stranger = network.filter(|network| !lan.networks.contains(&network.id));
    Reach::HomeNetwork {
        address: found.map(|ip| format!("http://{}", std::net::SocketAddr::new(ip, port))),
        name: name.map(|name| format!("http://{name}:{port}")),
        warning: match (found, stranger) {
            (Some(ip), _) if local_address::is_of_the_internet(ip) => Some(Warning::Internet),
            (_, Some(network)) => Some(Warning::Stranger {
                network: network.name,
            }),
            _ => None,
        },
    }
}

/// Says the name on the network, for as long as it is kept.
fn announced(app: &Arc<Vitrine>, port: u16) -> Option<String> {
    let mut name = lock(&app.neighbourhood.name);
    if name.as_ref().is_none_or(|name| name.port() != port) {
        *name = Name::announce(port)
            .inspect_err(|error| tracing::warn!(%error, "no name on the network"))
            .ok();
    }
    name.as_ref().map(Name::now)
}

async fn network_now() -> Option<Network> {
    spawn_blocking(network_id::now).await.ok().flatten()
}

async fn owner_has_password(app: &Vitrine) -> Result<bool, Refusal> {
    let library = app.embedded.opened()?;
    let asked = spawn_blocking(move || library.account_named(OWNER)).await;
    let account = asked
        .map_err(|error| error.to_string())
        .and_then(|account| account.map_err(|error| error.to_string()));
    account
        .map(|account| account.has_password)
        .map_err(|sentence| Refusal::of("library", sentence))
}

/// What a phone's camera reads.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    url: String,
    /// Row by row, a `1` for each dark square.
    squares: Vec<String>,
    /// Until when it signs in, if it does.
    expires_at: Option<String>,
}

/// An address for another device: of the page, or one that signs in there, once, within ten minutes.
pub async fn invite(app: &Vitrine, sign_in: bool) -> Result<Invitation, Refusal> {
    let base = app.status.base();
    if !sign_in {
        return invitation(format!("{base}/"), None);
    }
    let library = app.embedded.opened()?;
    let made = spawn_blocking(move || {
        let owner = library.account_named(OWNER)?;
        library.make_sign_in_link(&owner.id)
    });
    let (token, end) = made
        .await
        .map_err(|error| error.to_string())
        .and_then(|made| made.map_err(|error| error.to_string()))
        .map_err(|sentence| Refusal::of("library", sentence))?;
    // Behind the `#`: a browser sends that to nobody, so it stands in no log.
    invitation(format!("{base}/#/sign-in/{token}"), Some(end.to_string()))
}

pub fn invitation(url: String, expires_at: Option<String>) -> Result<Invitation, Refusal> {
    let squares =
        qr_code::squares(&url).ok_or_else(|| Refusal::of("too_long", word("reach.too_long")))?;
    Ok(Invitation {
        url,
        squares,
        expires_at,
    })
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switched_off_this_computer_alone_is_let_in_whatever_is_configured() {
        let everywhere = Ipv4Addr::UNSPECIFIED.into();
        let off = Lan::default();
        assert_eq!(off.ip(everywhere), IpAddr::V4(Ipv4Addr::LOCALHOST));
        let another = Ipv4Addr::new(127, 0, 0, 9).into();
        assert_eq!(off.ip(another), another);
        let on = Lan {
            on: true,
            ..Lan::default()
        };
        assert_eq!(on.ip(another), everywhere);
    }

    #[test]
    fn a_network_is_remembered_once() {
        let home = || {
            Some(Network {
                id: "1".to_owned(),
                name: "Home".to_owned(),
            })
        };
        let mut lan = Lan::default();
        allow_in(&mut lan, home());
        allow_in(&mut lan, home());
        allow_in(&mut lan, None);
        assert_eq!(lan.networks, ["1"]);
    }

    #[test]
    fn the_page_reads_the_words_it_knows() -> Result<(), serde_json::Error> {
        let told = serde_json::to_value(Reach::ThisComputer)?;
        assert_eq!(told["is"], "this_computer");
        let told = serde_json::to_value(Reach::HomeNetwork {
            address: None,
            name: None,
            warning: Some(Warning::Internet),
        })?;
        assert_eq!(told["is"], "home_network");
        assert_eq!(told["warning"]["is"], "internet");
        Ok(())
    }
}
