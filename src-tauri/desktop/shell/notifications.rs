//! The system's notifications, which replace the page's toasts while the window is not focused.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tauri::AppHandle;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::context::AppContext;
use crate::events::Event;
use crate::i18n::{t, t_args, t_plural};
#[cfg(target_os = "linux")]
use crate::shell::app_action::{self, AppAction};
use crate::shell::main_window;
use crate::uploads::copy_links::CopyLinks;
use crate::view::notice::Notice;

const OPEN_ACTION: &str = "default";
const COPY_ACTION: &str = "copy";

/// How long to wait for the thumbnail; after that it is shown without one.
const THUMBNAIL_TIMEOUT: Duration = Duration::from_secs(1);

pub struct Notifications {
    pub app: AppHandle,
    pub context: Arc<AppContext>,
    pub copy_links: Arc<CopyLinks>,
}

impl Notifications {
    /// Shows notices of the event bus for as long as the app runs.
    pub async fn run(self: Arc<Self>, mut events: Receiver<Event>) {
        loop {
            match events.recv().await {
                Ok(Event::Notice(notice)) if !main_window::is_focused(&self.app) => {
                    if let Some(text) = NotificationText::from_notice(&notice) {
                        tokio::spawn(Arc::clone(&self).show_with_thumbnail(text));
                    }
                }
                Ok(_) => {}
                Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "missed notices"),
                Err(RecvError::Closed) => return,
            }
        }
    }

    async fn show_with_thumbnail(self: Arc<Self>, text: NotificationText) {
        let thumbnail = self.wait_for_thumbnail().await;
        let shown = std::thread::Builder::new()
            .name("notification".to_owned())
            .spawn(move || self.show_and_wait(&text, thumbnail));
        if let Err(error) = shown {
            tracing::warn!(%error, "could not show a notification");
        }
    }

    /// The thumbnail of the first copied picture. A small picture is uploaded before it has one.
    async fn wait_for_thumbnail(&self) -> Option<PathBuf> {
        let id = self.copy_links.first_copied_job()?;
        let uploader = &self.context.uploader;
        let mut events = uploader.events();
        if let Some(thumbnail) = uploader.thumbnail(id) {
            return Some(thumbnail);
        }
        let has_thumbnail = async {
            loop {
                match events.recv().await {
                    Ok(uploader::Event::Job(job)) if job.id == id && job.has_thumbnail => return,
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        };
        tokio::time::timeout(THUMBNAIL_TIMEOUT, has_thumbnail)
            .await
            .ok()?;
        uploader.thumbnail(id)
    }

    /// Blocks until the notification is clicked or gone.
    fn show_and_wait(&self, text: &NotificationText, thumbnail: Option<PathBuf>) {
        let mut notification = notify_rust::Notification::new();
        notification
            .appname(t("window.title"))
            .summary(&text.title)
            .body(&text.body)
            .icon("vitrine-desktop");
        if let Some(path) = thumbnail.as_ref().and_then(|path| path.to_str()) {
            notification.image_path(path);
        }
        notification.action(OPEN_ACTION, t("tray.open"));
        if text.can_copy {
            notification.action(COPY_ACTION, t("notification.copy"));
        }
        match notification.show() {
            #[cfg(target_os = "linux")]
            Ok(shown) => shown.wait_for_action(|clicked| match clicked {
                OPEN_ACTION => app_action::run_action(&self.app, AppAction::Show),
                COPY_ACTION => self.context.runtime.block_on(self.copy_links.recopy_last()),
                _ => {}
            }),
            #[cfg(not(target_os = "linux"))]
            Ok(_) => {}
            Err(error) => tracing::info!(%error, "could not show a notification"),
        }
    }
}

struct NotificationText {
    title: String,
    body: String,
    /// Whether it has a button that copies the links again.
    can_copy: bool,
}

impl NotificationText {
    /// `None` for notices that only matter to someone looking at the page.
    fn from_notice(notice: &Notice) -> Option<NotificationText> {
        let number = |field| {
            notice
                .fields
                .get(field)
                .and_then(Value::as_u64)
                .unwrap_or(0)
        };
        let failed = match number("failed") {
            0 => String::new(),
            failed => t_plural("notice.and_failed", failed),
        };
        let (title, body, can_copy) = match notice.code {
            "copied" => {
                let how = notice.fields.get("how").and_then(Value::as_str);
                let how = how.map_or("URL", format_label);
                let pictures = number("pictures");
                let title = match pictures {
                    0 | 1 => t_args("notification.copied", &[("how", how)]),
                    _ => t_args(
                        "notification.copied_pictures",
                        &[("count", &pictures.to_string()), ("how", how)],
                    ),
                };
                (title, failed, true)
            }
            "clipboard_kept" => (
                t_plural("notification.uploaded", number("count")),
                t("notification.kept").to_owned(),
                true,
            ),
            "strange_network" => {
                let network = notice.fields.get("network").and_then(Value::as_str);
                let network = [("network", network.unwrap_or_default())];
                let title = t("notification.network").to_owned();
                (title, t_args("notice.strange_network", &network), false)
            }
            "open_to_internet" => (
                t("notification.network").to_owned(),
                t("notice.open_to_internet").to_owned(),
                false,
            ),
            "failed" => (t("notification.failed").to_owned(), failed, false),
            "clipboard_failed" => (t("notification.not_copied").to_owned(), String::new(), true),
            _ => return None,
        };
        Some(NotificationText {
            title,
            body,
            can_copy,
        })
    }
}

/// The name of a link format in the settings.
fn format_label(how: &str) -> &'static str {
    match how {
        "markdown" => t("copying.how.markdown"),
        "html" => t("copying.how.html"),
        "bbcode" => t("copying.how.bbcode"),
        "srcset" => t("copying.how.srcset"),
        _ => t("copying.how.url"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_batch_has_a_title_and_a_failure_count() {
        let notice = Notice::new("copied")
            .with_field("pictures", 3)
            .with_field("how", "markdown")
            .with_field("failed", 1);
        let Some(text) = NotificationText::from_notice(&notice) else {
            panic!("it is worth a notification");
        };
        assert!(text.title.contains('3') && text.title.contains("Markdown"));
        assert!(text.body.contains('1') && text.can_copy);
    }

    #[test]
    fn a_notice_for_the_page_alone_is_no_notification() {
        assert!(NotificationText::from_notice(&Notice::new("nothing_to_copy")).is_none());
    }
}
