//! Commands for the settings that are saved together, and previews of them.

use serde::Serialize;
use tauri::AppHandle;
use tokio::task::block_in_place;
use uploader::prepare::file_names::{NameContext, Template};
use uploader::{JobId, Network, Preparation, SystemClock};

use crate::context::AppContext;
use crate::editors::editor_server::EditorUploads;
use crate::error::CommandError;
use crate::i18n::t;
use crate::managed::Managed;
use crate::network::certificates::Certificate;
use crate::settings::Settings;
use crate::shell::file_dialogs;
use crate::view::preferences::Preferences;

#[tauri::command]
pub async fn preferences(context: Managed<'_, AppContext>) -> Result<Preferences, CommandError> {
    Ok(Preferences::from_settings(&context.settings.get()))
}

/// Saves all of them, or none if one is invalid.
#[tauri::command]
pub async fn save_preferences(
    context: Managed<'_, AppContext>,
    editors: Managed<'_, EditorUploads>,
    settings: Preferences,
) -> Result<Preferences, CommandError> {
    let before = context.settings.get();
    let mut after = Settings::clone(&before);
    settings.apply_to(&mut after)?;
    if after.network != before.network {
        context.uploader.set_network(&after.network)?;
    }
    let editors_changed = after.editors != before.editors;
    context.settings.update(|settings| *settings = after)?;
    if editors_changed {
        editors.apply_settings().await;
    }
    Ok(Preferences::from_settings(&context.settings.get()))
}

/// Asks for a CA certificate to trust. False if the user cancels.
#[tauri::command]
pub async fn add_certificate(
    app: AppHandle,
    context: Managed<'_, AppContext>,
) -> Result<bool, CommandError> {
    let filter = (t("dialog.certificates"), ["pem", "crt", "cer"].as_slice());
    let title = t("dialog.certificate_title");
    let Some(path) = file_dialogs::pick_file(&app, title, filter).await else {
        return Ok(false);
    };
    let pem = String::from_utf8_lossy(&file_dialogs::read_small_file(&path)?).into_owned();
    change_network(&context, |network| network.certificates.push(pem))?;
    Ok(true)
}

#[tauri::command]
pub async fn remove_certificate(
    context: Managed<'_, AppContext>,
    fingerprint: String,
) -> Result<(), CommandError> {
    change_network(&context, |network| {
        network
            .certificates
            .retain(|pem| Certificate::from_pem(pem).fingerprint != fingerprint);
    })
}

/// Saves the network settings if the uploader accepts them.
fn change_network(
    context: &AppContext,
    change: impl FnOnce(&mut Network),
) -> Result<(), CommandError> {
    let before = context.settings.get();
    let mut network = before.network.clone();
    change(&mut network);
    if network != before.network {
        context.uploader.set_network(&network)?;
    }
    context
        .settings
        .update(|settings| settings.network = network)?;
    Ok(())
}

#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NamePreview {
    name: String,
}

/// The file name that a template results in.
#[tauri::command]
pub async fn preview_name(template: String) -> Result<NamePreview, CommandError> {
    let template = Template::parse(&template)
        .map_err(|error| CommandError::new("bad_template", error.to_string()))?;
    let facts = NameContext::example("screenshot.png", &SystemClock);
    Ok(NamePreview {
        name: format!("{}.png", template.fill(&facts)),
    })
}

/// What would be uploaded of a row's picture.
#[tauri::command]
pub async fn preview_preparation(
    context: Managed<'_, AppContext>,
    preparation: Preparation,
    row: JobId,
) -> Result<uploader::prepare::Preview, CommandError> {
    Ok(block_in_place(|| {
        context.uploader.preview(row, &preparation)
    })?)
}
