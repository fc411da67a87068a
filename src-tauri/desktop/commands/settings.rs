//! Settings that are shown and changed as one, and previews of them.

use serde::Serialize;
use tokio::task::block_in_place;
use uploader::prepare::file_names::{NameContext, Template};
use uploader::{JobId, Network, Preparation, SystemClock};

use super::{App, CommandError};
use crate::editors::editor_server;
use crate::i18n::t;
use crate::network::certificates::Certificate;
use crate::settings::preferences::Preferences;
use crate::shell::file_dialogs;

#[tauri::command]
pub async fn settings(app: App<'_>) -> Result<Preferences, CommandError> {
    Ok(Preferences::from_settings(&app.settings.get()))
}

/// Takes the whole, or refuses it and changes nothing.
#[tauri::command]
pub async fn save_settings(
    app: App<'_>,
    settings: Preferences,
) -> Result<Preferences, CommandError> {
    let before = app.settings.get();
    let mut after = before.clone();
    settings.apply_to(&mut after)?;
    apply_network(&app, &after.network, &before.network)?;
    let other_door = after.editors != before.editors;
    app.change_settings(|settings| *settings = after)?;
    if other_door {
        editor_server::apply_settings(&app).await;
    }
    Ok(Preferences::from_settings(&app.settings.get()))
}

/// Another way to targets from now on, if it is one.
fn apply_network(app: &App<'_>, network: &Network, before: &Network) -> Result<(), CommandError> {
    if network != before {
        app.uploader.set_network(network)?;
    }
    Ok(())
}

/// Asks for a file with a certificate that is trusted from now on; false where the user thinks better of it.
#[tauri::command]
pub async fn add_certificate(app: App<'_>) -> Result<bool, CommandError> {
    let filter = (t("dialog.certificates"), ["pem", "crt", "cer"].as_slice());
    let title = t("dialog.certificate_title");
    let Some(path) = file_dialogs::pick_file(&app.handle, title, filter).await else {
        return Ok(false);
    };
    let pem = String::from_utf8_lossy(&file_dialogs::read_small_file(&path)?).into_owned();
    let before = app.settings.get().network;
    let mut network = before.clone();
    network.certificates.push(pem);
    apply_network(&app, &network, &before)?;
    app.change_settings(|settings| settings.network = network)?;
    Ok(true)
}

#[tauri::command]
pub async fn remove_certificate(app: App<'_>, fingerprint: String) -> Result<(), CommandError> {
    let before = app.settings.get().network;
    let mut network = before.clone();
    network
        .certificates
        .retain(|pem| Certificate::from_pem(pem).fingerprint != fingerprint);
    apply_network(&app, &network, &before)?;
    app.change_settings(|settings| settings.network = network)
}

#[derive(Serialize)]
pub struct NamePreview {
    name: String,
}

/// What a picture would be called, or what is wrong with the template.
#[tauri::command]
pub async fn preview_name(template: String) -> Result<NamePreview, CommandError> {
    let template = Template::parse(&template)
        .map_err(|error| CommandError::new("bad_template", error.to_string()))?;
    let facts = NameContext::example("screenshot.png", &SystemClock);
    Ok(NamePreview {
        name: format!("{}.png", template.fill(&facts)),
    })
}

/// What would be sent of a row's picture.
#[tauri::command]
pub async fn preview_preparation(
    app: App<'_>,
    preparation: Preparation,
    row: JobId,
) -> Result<uploader::prepare::Preview, CommandError> {
    Ok(block_in_place(|| app.uploader.preview(row, &preparation))?)
}
