//! Commands for this computer's server: on or off, LAN sharing, links for other devices.

use crate::error::CommandError;
use crate::managed::Managed;
use crate::network::device_link::{QrLink, create_sign_in_link};
use crate::network::lan_sharing::LanSharing;
use crate::network::link_base::LinkBase;
use crate::server::embedded_server::EmbeddedServer;

#[tauri::command]
pub async fn set_server_enabled(
    server: Managed<'_, EmbeddedServer>,
    on: bool,
) -> Result<(), CommandError> {
    server.set_enabled(on).await
}

/// Shares on the home network, or on this computer only. The owner needs a password first.
#[tauri::command]
pub async fn set_lan_sharing(
    lan: Managed<'_, LanSharing>,
    home_network: bool,
) -> Result<(), CommandError> {
    lan.set_sharing(home_network).await
}

/// Allows sharing on the current network as well.
#[tauri::command]
pub async fn allow_network(lan: Managed<'_, LanSharing>) -> Result<(), CommandError> {
    lan.allow_current_network().await
}

/// A link for another device, which can sign it in, once.
#[tauri::command]
pub async fn create_device_link(
    server: Managed<'_, EmbeddedServer>,
    link_base: Managed<'_, LinkBase>,
    sign_in: bool,
) -> Result<QrLink, CommandError> {
    let base = link_base.get();
    match sign_in {
        true => create_sign_in_link(&base, server.require_library()?).await,
        false => QrLink::new(format!("{base}/"), None),
    }
}
