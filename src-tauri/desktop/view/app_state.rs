//! What the page knows about its surroundings: the server, the keychain, the tray, the switches.
//! Told whole whenever a part of it changes; the twin of `AppState` in `ui/src/host/host.ts`.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use crate::network::lan_sharing::Reach;
use crate::secrets::keychain::KeychainStatus;
use crate::settings::CopySettings;
use crate::targets;
use crate::watch::watched_folders;
use crate::watch::watched_folders::WatchPause;

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppState {
    pub server: ServerState,
    pub keychain: KeychainStatus,
    pub copy: CopySettings,
    /// Whether this desktop shows tray icons.
    pub tray: bool,
    pub version: &'static str,
    /// Who can open the links.
    pub reach: Reach,
    /// Nothing new is sent.
    pub paused: bool,
    pub watching: WatchPause,
    pub targets: Vec<targets::TargetView>,
    /// The id of the target that pictures go to.
    pub usual: String,
    pub folders: Vec<watched_folders::WatchedFolderView>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "is", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum ServerState {
    /// The user wants none.
    Off,
    Starting,
    Running {
        /// Where it listens, as seen from this computer.
        address: SocketAddr,
        /// What links start with; no slash at the end.
        base: String,
        port: u16,
        /// The port that was taken, when this run had to move.
        moved_from: Option<u16>,
        /// The other program that serves the folder, when its server is used.
        adopted: Option<String>,
    },
    Failed {
        message: String,
    },
}

impl AppState {
    pub fn has_watched_folders(&self) -> bool {
        self.folders
            .iter()
            .any(watched_folders::WatchedFolderView::is_on)
    }

    pub fn target_names(&self) -> impl Iterator<Item = (&String, &String)> {
        self.targets.iter().map(targets::TargetView::id_and_name)
    }
}

/// The parts of the state that change by themselves; the switches live in the settings.
pub struct AppStatus {
    parts: Mutex<StatusParts>,
}

struct StatusParts {
    server: ServerState,
    keychain: KeychainStatus,
    tray: bool,
    reach: Reach,
    /// Where this computer itself finds the server, or did last.
    local_base: String,
    /// What links are to start with, whoever asks for them: a domain, a tunnel.
    public_url: Option<String>,
}

impl StatusParts {
    /// What links start with, also while no server runs.
    fn link_base(&self) -> String {
        let on_the_network = match &self.reach {
            Reach::HomeNetwork { address, .. } => address.as_ref(),
            Reach::ThisComputer => None,
        };
        self.public_url
            .as_ref()
            .or(on_the_network)
            .unwrap_or(&self.local_base)
            .clone()
    }
}

impl AppStatus {
    /// `port`: the one that links carried when the app last ran.
    pub fn new(port: u16) -> AppStatus {
        AppStatus {
            parts: Mutex::new(StatusParts {
                server: ServerState::Starting,
                keychain: KeychainStatus::Waiting,
                // Until the desktop was asked: closing must not make the window vanish.
                tray: false,
                reach: Reach::default(),
                local_base: format!("http://127.0.0.1:{port}"),
                public_url: None,
            }),
        }
    }

    pub fn server(&self) -> ServerState {
        let parts = self.lock_parts();
        let mut server = parts.server.clone();
        if let ServerState::Running { base, .. } = &mut server {
            *base = parts.link_base();
        }
        server
    }

    pub fn keychain(&self) -> KeychainStatus {
        self.lock_parts().keychain
    }

    pub fn set_server(&self, server: ServerState) {
        let mut parts = self.lock_parts();
        if let ServerState::Running { address, .. } = &server {
            parts.local_base = format!("http://{address}");
        }
        parts.server = server;
    }

    pub fn set_keychain(&self, keychain: KeychainStatus) {
        self.lock_parts().keychain = keychain;
    }

    pub fn set_tray(&self, tray: bool) {
        self.lock_parts().tray = tray;
    }

    pub fn tray(&self) -> bool {
        self.lock_parts().tray
    }

    pub fn link_base(&self) -> String {
        self.lock_parts().link_base()
    }

    pub fn reach(&self) -> Reach {
        self.lock_parts().reach.clone()
    }

    /// Whether that is news.
    pub fn set_reach(&self, reach: Reach, own: Option<String>) -> bool {
        let mut parts = self.lock_parts();
        let news = parts.reach != reach || parts.public_url != own;
        (parts.reach, parts.public_url) = (reach, own);
        news
    }

    fn lock_parts(&self) -> MutexGuard<'_, StatusParts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_state_is_serialised_as_the_page_expects() -> Result<(), serde_json::Error> {
        let running = ServerState::Running {
            address: SocketAddr::from(([127, 0, 0, 1], 4871)),
            base: "http://127.0.0.1:4871".to_owned(),
            port: 4871,
            moved_from: Some(4870),
            adopted: None,
        };
        let told = serde_json::to_value(&running)?;
        assert_eq!(told["is"], "running");
        assert_eq!(told["address"], "127.0.0.1:4871");
        assert_eq!(told["movedFrom"], 4870);
        assert_eq!(told["adopted"], serde_json::Value::Null);
        assert_eq!(serde_json::to_value(KeychainStatus::Missing)?, "missing");
        Ok(())
    }

    #[test]
    fn links_start_with_the_most_public_address() {
        let status = AppStatus::new(4870);
        assert_eq!(status.link_base(), "http://127.0.0.1:4870");
        let on_the_network = |address: Option<&str>| Reach::HomeNetwork {
            address: address.map(str::to_owned),
            name: None,
            warning: None,
        };
        let home = "http://192.168.1.5:4870";
        assert!(status.set_reach(on_the_network(Some(home)), None));
        assert_eq!(status.link_base(), home);
        let own = || Some("https://pictures.example".to_owned());
        assert!(status.set_reach(on_the_network(Some(home)), own()));
        assert!(!status.set_reach(on_the_network(Some(home)), own()));
        assert_eq!(status.link_base(), "https://pictures.example");
        status.set_reach(on_the_network(None), None);
        assert_eq!(status.link_base(), "http://127.0.0.1:4870");
    }
}
