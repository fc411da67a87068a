//! A row's links: copied, or shown in the browser. The page names them by row and label; it never
//! hands over an address.

use uploader::JobId;

use super::{App, Refusal};
use crate::events::Notice;
use crate::network::lan_sharing;
use crate::network::lan_sharing::Invitation;
use crate::settings::CopyHow;
use crate::shell::clipboard::Content;
use crate::uploads::copy_links;
use crate::uploads::copy_links::Label;
use crate::view::row;

/// Written as the switch says where `how` says nothing. False where the links were not copied; a notice says why.
#[tauri::command]
pub async fn copy(
    app: App<'_>,
    id: JobId,
    label: String,
    how: Option<CopyHow>,
) -> Result<bool, Refusal> {
    let label = Label::parse(&label).ok_or_else(Refusal::unknown_label)?;
    Ok(copy_links::one(&app, id, label, how).await)
}

/// What was copied last, whatever is on the clipboard now.
#[tauri::command]
pub async fn copy_again(app: App<'_>) -> Result<(), Refusal> {
    copy_links::once_more(&app).await;
    Ok(())
}

/// Text of the page's own: a link that the server told it.
#[tauri::command]
pub async fn copy_text(app: App<'_>, text: String, html: Option<String>) -> Result<bool, Refusal> {
    match app.clipboard.write(Content { text, html }).await {
        Ok(()) => Ok(true),
        Err(refused) => {
            copy_links::clipboard_failed(&app, &refused);
            Ok(false)
        }
    }
}

#[tauri::command]
pub async fn open(app: App<'_>, id: JobId, label: String) -> Result<(), Refusal> {
    let link = link(&app, id, &label)?;
    show(&app, &link.url);
    Ok(())
}

/// A picture of this computer's server, by what its address ends with.
#[tauri::command]
pub async fn open_picture(app: App<'_>, id: String) -> Result<(), Refusal> {
    if !is_id(&id) {
        return Err(Refusal::unknown_label());
    }
    show(&app, &format!("{}/{id}", app.status.base()));
    Ok(())
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn show(app: &App<'_>, address: &str) {
    if let Err(error) = browse(address) {
        tracing::warn!(%error, "no browser opened");
        app.notice(Notice::of("open_failed"));
    }
}

/// A row's link for a phone's camera.
#[tauri::command]
pub async fn qr(app: App<'_>, id: JobId, label: String) -> Result<Invitation, Refusal> {
    lan_sharing::invitation(link(&app, id, &label)?.url, None)
}

fn link(app: &App<'_>, id: JobId, label: &str) -> Result<row::Link, Refusal> {
    let label = Label::parse(label).ok_or_else(Refusal::unknown_label)?;
    let job = app.uploader.job(id)?;
    let uploaded = job.as_ref().and_then(|job| job.state.uploaded());
    let links = uploaded.map_or_else(Vec::new, |uploaded| {
        row::links(uploaded, &app.status.base())
    });
    label.pick(links).ok_or_else(Refusal::unknown_label)
}

/// Only ever the web: whatever a server answered, nothing else is opened.
fn browse(address: &str) -> std::io::Result<()> {
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
            assert!(browse(address).is_err(), "{address}");
        }
    }

    #[test]
    fn a_picture_is_named_by_its_id_alone() {
        assert!(is_id("aB3dE5gH7j"));
        for other in ["", "../admin", "aB3?x", "@elsewhere.example"] {
            assert!(!is_id(other), "{other}");
        }
    }
}
