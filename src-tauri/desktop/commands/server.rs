//! This computer's server: whether it runs, who may reach it, and how others find it.

use super::{App, CommandError};
use crate::network::lan_sharing;
use crate::network::lan_sharing::QrLink;
use crate::server::embedded_server;

#[tauri::command]
pub async fn set_serving(app: App<'_>, on: bool) -> Result<(), CommandError> {
    embedded_server::set_enabled(&app, on).await
}

/// The home network too, or this computer only. The first needs an owner with a password.
#[tauri::command]
pub async fn set_reach(app: App<'_>, home_network: bool) -> Result<(), CommandError> {
    lan_sharing::set_sharing(&app, home_network).await
}

/// It is meant on this network, too.
#[tauri::command]
pub async fn allow_network(app: App<'_>) -> Result<(), CommandError> {
    lan_sharing::allow_current_network(&app).await
}

/// For another device: an address to open, or one that signs in there, once.
#[tauri::command]
pub async fn invite(app: App<'_>, sign_in: bool) -> Result<QrLink, CommandError> {
    lan_sharing::create_device_link(&app, sign_in).await
}
