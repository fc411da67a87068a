//! This computer's server: whether it runs, who may reach it, and how others find it.

use super::{App, Refusal};
use crate::network::lan_sharing;
use crate::network::lan_sharing::Invitation;
use crate::server::embedded_server;

#[tauri::command]
pub async fn set_serving(app: App<'_>, on: bool) -> Result<(), Refusal> {
    embedded_server::switch(&app, on).await
}

/// The home network too, or this computer only. The first needs an owner with a password.
#[tauri::command]
pub async fn set_reach(app: App<'_>, home_network: bool) -> Result<(), Refusal> {
    lan_sharing::set(&app, home_network).await
}

/// It is meant on this network, too.
#[tauri::command]
pub async fn allow_network(app: App<'_>) -> Result<(), Refusal> {
    lan_sharing::allow(&app).await
}

/// For another device: an address to open, or one that signs in there, once.
#[tauri::command]
pub async fn invite(app: App<'_>, sign_in: bool) -> Result<Invitation, Refusal> {
    lan_sharing::invite(&app, sign_in).await
}
