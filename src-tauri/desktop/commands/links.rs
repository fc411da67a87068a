//! Commands for links: copy, open, QR code. The page names them by row and label, never by URL.

use uploader::JobId;

use crate::context::AppContext;
use crate::error::CommandError;
use crate::managed::Managed;
use crate::network::device_link::QrLink;
use crate::network::link_base::LinkBase;
use crate::settings::CopyFormat;
use crate::shell::clipboard::ClipboardText;
use crate::uploads::copy_links::CopyLinks;
use crate::uploads::link_choice::LinkChoice;
use crate::view::notice::Notice;
use crate::view::row;

/// Copies links in this format, or in that of the settings. False if they were not copied; a notice says why.
#[tauri::command]
pub async fn copy_link(
    links: Managed<'_, CopyLinks>,
    id: JobId,
    label: String,
    how: Option<CopyFormat>,
) -> Result<bool, CommandError> {
    let choice = LinkChoice::parse(&label).ok_or_else(CommandError::unknown_label)?;
    Ok(links.copy_job(id, choice, how).await)
}

/// Copies the last copied links again, whatever is on the clipboard.
#[tauri::command]
pub async fn recopy_links(links: Managed<'_, CopyLinks>) -> Result<(), CommandError> {
    links.recopy_last().await;
    Ok(())
}

/// Copies text of the page, such as a link from the server.
#[tauri::command]
pub async fn copy_text(
    links: Managed<'_, CopyLinks>,
    text: String,
    html: Option<String>,
) -> Result<bool, CommandError> {
    Ok(links.copy_text(ClipboardText { text, html }).await)
}

#[tauri::command]
pub async fn open_link(
    context: Managed<'_, AppContext>,
    link_base: Managed<'_, LinkBase>,
    id: JobId,
    label: String,
) -> Result<(), CommandError> {
    let link = find_link(&context, &link_base, id, &label)?;
    open_in_browser(&context, &link.url);
    Ok(())
}

/// Opens an image of this computer's server by its id.
#[tauri::command]
pub async fn open_image(
    context: Managed<'_, AppContext>,
    link_base: Managed<'_, LinkBase>,
    id: String,
) -> Result<(), CommandError> {
    if !is_image_id(&id) {
        return Err(CommandError::unknown_label());
    }
    open_in_browser(&context, &format!("{}/{id}", link_base.get()));
    Ok(())
}

/// A link as a QR code.
#[tauri::command]
pub async fn link_qr_code(
    context: Managed<'_, AppContext>,
    link_base: Managed<'_, LinkBase>,
    id: JobId,
    label: String,
) -> Result<QrLink, CommandError> {
    QrLink::new(find_link(&context, &link_base, id, &label)?.url, None)
}

fn is_image_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn open_in_browser(context: &AppContext, address: &str) {
    if let Err(error) = open_web_address(address) {
        tracing::warn!(%error, "could not open the browser");
        context.events.notify(Notice::new("open_failed"));
    }
}

fn find_link(
    context: &AppContext,
    link_base: &LinkBase,
    id: JobId,
    label: &str,
) -> Result<row::Link, CommandError> {
    let choice = LinkChoice::parse(label).ok_or_else(CommandError::unknown_label)?;
    let job = context.uploader.job(id)?;
    let uploaded = job.as_ref().and_then(|job| job.state.upload_result());
    let links = uploaded.map(|uploaded| row::absolute_links(uploaded, &link_base.get()));
    let link = links.and_then(|links| choice.find_link(links));
    link.ok_or_else(CommandError::unknown_label)
}

/// Opens web addresses only, whatever a server answered.
fn open_web_address(address: &str) -> std::io::Result<()> {
    let web = url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !web {
        return Err(std::io::Error::other("not a web address"));
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
