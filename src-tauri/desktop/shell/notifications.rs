//! The system's notifications: what the page would say in a toast, while nobody looks at the page.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;
use uploader::Event;

use crate::context::Vitrine;
use crate::events::Notice;
use crate::i18n::{counted, said, word};
use crate::shell::window;
use crate::uploads::copy_links;

/// What a press on a notification does.
const OPEN: &str = "default";
const COPY: &str = "copy";

/// Without its picture a notification is better than later.
const THUMBNAIL_WITHIN: Duration = Duration::from_secs(1);

/// Says it by the system, if it is worth that; the picture is the first of those that it is about.
pub fn say(app: &Arc<Vitrine>, notice: &Notice) {
    let Some(words) = Words::of(notice) else {
        return;
    };
    tauri::async_runtime::spawn(show_soon(Arc::clone(app), words));
}

async fn show_soon(app: Arc<Vitrine>, words: Words) {
    let picture = picture(&app).await;
    let shown = std::thread::Builder::new()
        .name("notification".to_owned())
        .spawn(move || show(&app, &words, picture));
    if let Err(error) = shown {
        tracing::warn!(%error, "a notification could not be shown");
    }
}

/// How the first picture looks; a small one is up before anybody has looked at it, so that is waited for a little.
async fn picture(app: &Vitrine) -> Option<PathBuf> {
    let id = copy_links::first_copied(app)?;
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
    tokio::time::timeout(THUMBNAIL_WITHIN, made).await.ok()?;
    app.uploader.thumbnail(id)
}

/// Waits until it is pressed or gone, so on a thread of its own.
fn show(app: &Arc<Vitrine>, words: &Words, picture: Option<PathBuf>) {
    let mut notification = notify_rust::Notification::new();
    notification
        .appname(word("window.title"))
        .summary(&words.title)
        .body(&words.body)
        .icon("vitrine-desktop");
    if let Some(picture) = picture.as_ref().and_then(|picture| picture.to_str()) {
        notification.image_path(picture);
    }
    notification.action(OPEN, word("tray.open"));
    if words.copies {
        notification.action(COPY, word("notification.copy"));
    }
    match notification.show() {
        #[cfg(target_os = "linux")]
        Ok(shown) => shown.wait_for_action(|pressed| match pressed {
            OPEN => {
                let handle = app.handle.clone();
                let _ = app.handle.run_on_main_thread(move || window::show(&handle));
            }
            COPY => {
                let app = Arc::clone(app);
                tauri::async_runtime::spawn(async move { copy_links::once_more(&app).await });
            }
            _ => {}
        }),
        #[cfg(not(target_os = "linux"))]
        Ok(_) => {}
        Err(error) => tracing::info!(%error, "the system shows no notifications"),
    }
}

struct Words {
    title: String,
    body: String,
    /// Whether the links can be copied once more.
    copies: bool,
}

impl Words {
    /// `None` for what is only of interest to whoever is looking at the page.
    fn of(notice: &Notice) -> Option<Words> {
        let number = |field| {
            notice
                .fields
                .get(field)
                .and_then(Value::as_u64)
                .unwrap_or(0)
        };
        let failed = match number("failed") {
            0 => String::new(),
            failed => counted("notice.and_failed", failed),
        };
        let (title, body, copies) = match notice.code {
            "copied" => {
                let how = notice.fields.get("how").and_then(Value::as_str);
                let how = how.map_or("URL", way);
                let pictures = number("pictures");
                let title = match pictures {
                    0 | 1 => said("notification.copied", &[("how", how)]),
                    _ => said(
                        "notification.copied_pictures",
                        &[("count", &pictures.to_string()), ("how", how)],
                    ),
                };
                (title, failed, true)
            }
            "clipboard_kept" => (
                counted("notification.uploaded", number("count")),
                word("notification.kept").to_owned(),
                true,
            ),
            "strange_network" => {
                let network = notice.fields.get("network").and_then(Value::as_str);
                let network = [("network", network.unwrap_or_default())];
                let title = word("notification.network").to_owned();
                (title, said("notice.strange_network", &network), false)
            }
            "open_to_internet" => (
                word("notification.network").to_owned(),
                word("notice.open_to_internet").to_owned(),
                false,
            ),
            "failed" => (word("notification.failed").to_owned(), failed, false),
            "clipboard_failed" => (
                word("notification.not_copied").to_owned(),
                String::new(),
                true,
            ),
            _ => return None,
        };
        Some(Words {
            title,
            body,
            copies,
        })
    }
}

/// How links are written, as the switch calls it.
fn way(how: &str) -> &'static str {
    match how {
        "markdown" => word("copying.how.markdown"),
        "html" => word("copying.how.html"),
        "bbcode" => word("copying.how.bbcode"),
        "srcset" => word("copying.how.srcset"),
        _ => word("copying.how.url"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_told_as_the_page_would_tell_it() {
        let notice = Notice::of("copied")
            .with("pictures", 3)
            .with("how", "markdown")
            .with("failed", 1);
        let Some(words) = Words::of(&notice) else {
            panic!("it is worth a notification");
        };
        assert!(words.title.contains('3') && words.title.contains("Markdown"));
        assert!(words.body.contains('1') && words.copies);
    }

    #[test]
    fn what_concerns_the_page_alone_is_no_notification() {
        assert!(Words::of(&Notice::of("nothing_to_copy")).is_none());
    }
}
