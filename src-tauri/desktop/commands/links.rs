//! A row's links: copied, or shown in the browser. The page names them by row and label; it never
//! hands over an address.

use uploader::JobId;

use super::{App, CommandError};
use crate::events::Notice;
use crate::network::lan_sharing;
use crate::network::lan_sharing::QrLink;
use crate::settings::CopyFormat;
use crate::shell::clipboard::ClipboardText;
use crate::uploads::copy_links;
use crate::uploads::copy_links::LinkChoice;
use crate::view::row;

/// Written as the switch says where `how` says nothing. False where the links were not copied; a notice says why.
#[tauri::command]
pub async fn copy(
    app: App<'_>,
    id: JobId,
    label: String,
    how: Option<CopyFormat>,
) -> Result<bool, CommandError> {
    let label = LinkChoice::parse(&label).ok_or_else(CommandError::unknown_label)?;
    Ok(copy_links::copy_job_links(&app, id, label, how).await)
}

/// What was copied last, whatever is on the clipboard now.
#[tauri::command]
pub async fn copy_again(app: App<'_>) -> Result<(), CommandError> {
    copy_links::recopy_last(&app).await;
    Ok(())
}

/// Text of the page's own: a link that the server told it.
#[tauri::command]
pub async fn copy_text(
    app: App<'_>,
    text: String,
    html: Option<String>,
) -> Result<bool, CommandError> {
    match app.clipboard.write(ClipboardText { text, html }).await {
        Ok(()) => Ok(true),
        Err(refused) => {
            copy_links::notify_clipboard_failure(&app, &refused);
            Ok(false)
        }
    }
}

#[tauri::command]
pub async fn open(app: App<'_>, id: JobId, label: String) -> Result<(), CommandError> {
    let link = find_link(&app, id, &label)?;
    open_in_browser(&app, &link.url);
    Ok(())
}

/// A picture of this computer's server, by what its address ends with.
#[tauri::command]
pub async fn open_picture(app: App<'_>, id: String) -> Result<(), CommandError> {
    if !is_image_id(&id) {
        return Err(CommandError::unknown_label());
    }
    open_in_browser(&app, &format!("{}/{id}", app.status.link_base()));
    Ok(())
}

fn is_image_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn open_in_browser(app: &App<'_>, address: &str) {
    if let Err(error) = open_web_address(address) {
        tracing::warn!(%error, "no browser opened");
        app.show_notice(Notice::new("open_failed"));
    }
}

/// A row's link for a phone's camera.
#[tauri::command]
pub async fn qr(app: App<'_>, id: JobId, label: String) -> Result<QrLink, CommandError> {
    lan_sharing::create_qr_link(find_link(&app, id, &label)?.url, None)
}

fn find_link(app: &App<'_>, id: JobId, label: &str) -> Result<row::Link, CommandError> {
    let label = LinkChoice::parse(label).ok_or_else(CommandError::unknown_label)?;
    let job = app.uploader.job(id)?;
    let uploaded = job.as_ref().and_then(|job| job.state.upload_result());
    let links = uploaded.map_or_else(Vec::new, |uploaded| {
        row::absolute_links(uploaded, &app.status.link_base())
    });
    label
        .find_link(links)
        .ok_or_else(CommandError::unknown_label)
}

/// Only ever the web: whatever a server answered, nothing else is opened.
fn open_web_address(address: &str) -> std::io::Result<()> {
    let web = url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !web {
        return Err(std::io::Error::other("this is no web address"));
    }
    open::that_detached(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_opened() {
        for address in ["file:///etc/passwd", "javascript:alert(1)", "/usr/bin/true"] {
            assert!(open_web_address(address).is_err(), "{address}");
        }
    }

    #[test]
    fn an_image_id_is_alphanumeric_only() {
        assert!(is_image_id("aB3dE5gH7j"));
        for other in ["", "../admin", "aB3?x", "@elsewhere.example"] {
            assert!(!is_image_id(other), "{other}");
        }
    }
}
