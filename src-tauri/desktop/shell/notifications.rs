//! The system's notifications: what the page would say in a toast, while nobody looks at the page.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;
use uploader::Event;

use crate::context::AppContext;
use crate::events::Notice;
use crate::i18n::{t, t_args, t_plural};
use crate::shell::window;
use crate::uploads::copy_links;

/// What a press on a notification does.
const OPEN_ACTION: &str = "default";
const COPY_ACTION: &str = "copy";

/// Without its picture a notification is better than later.
const THUMBNAIL_TIMEOUT: Duration = Duration::from_secs(1);

/// Says it by the system, if it is worth that; the picture is the first of those that it is about.
pub fn show(app: &Arc<AppContext>, notice: &Notice) {
    let Some(words) = NotificationText::from_notice(notice) else {
        return;
    };
    tauri::async_runtime::spawn(show_with_thumbnail(Arc::clone(app), words));
}

async fn show_with_thumbnail(app: Arc<AppContext>, words: NotificationText) {
    let picture = wait_for_thumbnail(&app).await;
    let shown = std::thread::Builder::new()
        .name("notification".to_owned())
        .spawn(move || show_and_wait(&app, &words, picture));
    if let Err(error) = shown {
        tracing::warn!(%error, "a notification could not be shown");
    }
}

/// How the first picture looks; a small one is up before anybody has looked at it, so that is waited for a little.
async fn wait_for_thumbnail(app: &AppContext) -> Option<PathBuf> {
    let id = copy_links::first_copied_job(app)?;
    let mut news = app.uploader.events();
    if let Some(there) = app.uploader.thumbnail(id) {
        return Some(there);
    }
    let made = async {
        loop {
            match news.recv().await {
                Ok(Event::Job(job)) if job.id == id && job.has_thumbnail => return,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    };
    tokio::time::timeout(THUMBNAIL_TIMEOUT, made).await.ok()?;
    app.uploader.thumbnail(id)
}

/// Waits until it is pressed or gone, so on a thread of its own.
fn show_and_wait(app: &Arc<AppContext>, words: &NotificationText, picture: Option<PathBuf>) {
    let mut notification = notify_rust::Notification::new();
    notification
        .appname(t("window.title"))
        .summary(&words.title)
        .body(&words.body)
        .icon("vitrine-desktop");
    if let Some(picture) = picture.as_ref().and_then(|picture| picture.to_str()) {
        notification.image_path(picture);
    }
    notification.action(OPEN_ACTION, t("tray.open"));
    if words.can_copy {
        notification.action(COPY_ACTION, t("notification.copy"));
    }
    match notification.show() {
        #[cfg(target_os = "linux")]
        Ok(shown) => shown.wait_for_action(|pressed| match pressed {
            OPEN_ACTION => {
                let handle = app.handle.clone();
                let _ = app.handle.run_on_main_thread(move || window::show(&handle));
            }
            COPY_ACTION => {
                let app = Arc::clone(app);
                tauri::async_runtime::spawn(async move { copy_links::recopy_last(&app).await });
            }
            _ => {}
        }),
        #[cfg(not(target_os = "linux"))]
        Ok(_) => {}
        Err(error) => tracing::info!(%error, "the system shows no notifications"),
    }
}

struct NotificationText {
    title: String,
    body: String,
    /// Whether the links can be copied once more.
    can_copy: bool,
}

impl NotificationText {
    /// `None` for what is only of interest to whoever is looking at the page.
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
        let (title, body, copies) = match notice.code {
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
            can_copy: copies,
        })
    }
}

/// How links are written, as the switch calls it.
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
        let Some(words) = NotificationText::from_notice(&notice) else {
            panic!("it is worth a notification");
        };
        assert!(words.title.contains('3') && words.title.contains("Markdown"));
        assert!(words.body.contains('1') && words.can_copy);
    }

    #[test]
    fn a_notice_for_the_page_alone_is_no_notification() {
        assert!(NotificationText::from_notice(&Notice::new("nothing_to_copy")).is_none());
    }
}
