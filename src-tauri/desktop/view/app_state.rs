//! `AppState`: what the page shows apart from uploads. It is sent whole whenever a part of it changes.

use std::net::SocketAddr;

use serde::Serialize;

use crate::settings::CopySettings;
use crate::view::folder::WatchedFolderView;
use crate::view::target::TargetView;

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
    /// Uploads are paused.
    pub paused: bool,
    pub watching: WatchPause,
    pub targets: Vec<TargetView>,
    /// The id of the default target.
    pub usual: String,
    pub folders: Vec<WatchedFolderView>,
}

/// The state of the embedded server.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum ServerState {
    /// Switched off by the user.
    Off,
    Starting,
    Running {
        /// The address on this computer.
        address: SocketAddr,
        /// The base URL of links, without a slash at the end. Only set for the page.
        base: String,
        port: u16,
        /// The port that was in use, if this run had to choose another.
        moved_from: Option<u16>,
        /// The other program that serves the data folder, if the app uses its server.
        adopted: Option<String>,
    },
    Failed {
        message: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum KeychainStatus {
    Ready,
    /// It is locked, or has not answered yet.
    Waiting,
    /// There is none: the app's key is valid for this run only.
    Missing,
}

/// Who can open the links.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Reach {
    #[default]
    ThisComputer,
    HomeNetwork {
        /// The URL for other devices; none without a network.
        address: Option<String>,
        /// The same with the mDNS name.
        name: Option<String>,
        warning: Option<LanWarning>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum LanWarning {
    /// The user has not allowed sharing on this network.
    Stranger { network: String },
    /// This computer has a public address.
    Internet,
}

/// Whether folder watching is paused, and until when (RFC 3339).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WatchPause {
    pub paused: bool,
    pub until: Option<String>,
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
        let json = serde_json::to_value(&running)?;
        assert_eq!(json["is"], "running");
        assert_eq!(json["address"], "127.0.0.1:4871");
        assert_eq!(json["movedFrom"], 4870);
        assert_eq!(json["adopted"], serde_json::Value::Null);
        assert_eq!(serde_json::to_value(KeychainStatus::Missing)?, "missing");
        Ok(())
    }

    #[test]
    fn the_reach_is_serialised_as_the_page_expects() -> Result<(), serde_json::Error> {
        let json = serde_json::to_value(Reach::ThisComputer)?;
        assert_eq!(json["is"], "this_computer");
        let json = serde_json::to_value(Reach::HomeNetwork {
            address: None,
            name: None,
            warning: Some(LanWarning::Internet),
        })?;
        assert_eq!(json["is"], "home_network");
        assert_eq!(json["warning"]["is"], "internet");
        Ok(())
    }
}
