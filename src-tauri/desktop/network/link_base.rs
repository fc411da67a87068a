//! The base URL of links to this computer's server: the configured public URL, else this computer's address in the
//! home network, else its loopback address.

use tokio::sync::watch;

use crate::view::app_state::{Reach, ServerState};

/// The embedded server's state, and where it can be reached from this computer.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerStatus {
    pub state: ServerState,
    /// The current base URL, or the last known one.
    pub local_base: String,
}

/// Who can reach the server, and the public URL of its configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LanStatus {
    pub reach: Reach,
    pub public_url: Option<String>,
}

/// Reads the current base URL.
#[derive(Clone)]
pub struct LinkBase {
    server: watch::Receiver<ServerStatus>,
    lan: watch::Receiver<LanStatus>,
}

impl LinkBase {
    pub fn new(server: watch::Receiver<ServerStatus>, lan: watch::Receiver<LanStatus>) -> LinkBase {
        LinkBase { server, lan }
    }

    /// Without a slash at the end; also while no server runs.
    pub fn get(&self) -> String {
        let lan = self.lan.borrow().clone();
        let LanStatus { reach, public_url } = lan;
        let home_address = match reach {
            Reach::HomeNetwork { address, .. } => address,
            Reach::ThisComputer => None,
        };
        public_url
            .or(home_address)
            .unwrap_or_else(|| self.server.borrow().local_base.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::replace_if_changed;

    #[test]
    fn links_start_with_the_most_public_address() {
        let (_server, server) = watch::channel(ServerStatus {
            state: ServerState::Starting,
            local_base: "http://127.0.0.1:4870".to_owned(),
        });
        let (lan, receiver) = watch::channel(LanStatus::default());
        let base = LinkBase::new(server, receiver);
        assert_eq!(base.get(), "http://127.0.0.1:4870");
        let status = |address: Option<&str>, public_url: Option<&str>| LanStatus {
            reach: Reach::HomeNetwork {
                address: address.map(str::to_owned),
                name: None,
                warning: None,
            },
            public_url: public_url.map(str::to_owned),
        };
        let home = "http://192.168.1.5:4870";
        assert!(replace_if_changed(&lan, status(Some(home), None)));
        assert_eq!(base.get(), home);
        let public = || status(Some(home), Some("https://pictures.example"));
        assert!(replace_if_changed(&lan, public()));
        assert!(!replace_if_changed(&lan, public()));
        assert_eq!(base.get(), "https://pictures.example");
        assert!(replace_if_changed(&lan, status(None, None)));
        assert_eq!(base.get(), "http://127.0.0.1:4870");
    }
}
