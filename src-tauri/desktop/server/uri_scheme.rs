//! The custom scheme `app:`, the page's way to bytes that are no message: thumbnails, by the id of
//! their row and never by a path, and whatever the server has for the dashboard (`passing`).

use std::borrow::Cow;
use std::sync::Arc;

use tauri::http::{Method, Request, Response, StatusCode, header};
use tauri::{UriSchemeContext, UriSchemeResponder, Wry};
use tokio::task::spawn_blocking;
use uploader::JobId;

use crate::context::Vitrine;
use crate::server::api_proxy;
use crate::shell::window;

pub const NAME: &str = "app";

/// Enough to tell the formats that thumbnails are written in apart.
const HEAD: usize = 4096;

pub type Answer = Response<Cow<'static, [u8]>>;

/// Answers off the main thread: the webview waits on none of ours.
pub fn answer(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let ours = context.webview_label() == window::LABEL;
    let app = Vitrine::of(context.app_handle()).filter(|_| ours);
    tauri::async_runtime::spawn(async move {
        let answer = match app {
            Some(app) => found(app, request).await,
            None => missing(),
        };
        responder.respond(answer);
    });
}

async fn found(app: Arc<Vitrine>, request: Request<Vec<u8>>) -> Answer {
    match row_id(request.uri().path()) {
        Some(id) if request.method() == Method::GET => {
            let thumbnail = spawn_blocking(move || thumbnail(&app, id)).await;
            thumbnail.ok().flatten().unwrap_or_else(missing)
        }
        Some(_) => missing(),
        None => match api_proxy::permitted(&request) {
            true => api_proxy::pass(&app, request).await,
            false => missing(),
        },
    }
}

fn thumbnail(app: &Vitrine, id: JobId) -> Option<Answer> {
    let bytes = std::fs::read(app.uploader.thumbnail(id)?).ok()?;
    let format = imaging::Format::sniff(&bytes[..bytes.len().min(HEAD)])?;
    Response::builder()
        .header(header::CONTENT_TYPE, format.media_type())
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN)
        // An id is never given out again, and a thumbnail never changes.
        .header(
            header::CACHE_CONTROL,
            "private, max-age=31536000, immutable",
        )
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(Cow::Owned(bytes))
        .ok()
}

/// The page's own, which alone may read the answers.
pub const ORIGIN: &str = if cfg!(windows) {
    "http://tauri.localhost"
} else {
    "tauri://localhost"
};

/// `/thumbnails/17`, and nothing else.
fn row_id(path: &str) -> Option<JobId> {
    let digits = path.strip_prefix("/thumbnails/")?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<i64>().ok().map(JobId)
}

fn missing() -> Answer {
    let mut answer = Response::new(Cow::Borrowed(&b""[..]));
    *answer.status_mut() = StatusCode::NOT_FOUND;
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_named_by_its_number_alone() {
        assert_eq!(row_id("/thumbnails/17"), Some(JobId(17)));
        for other in [
            "/thumbnails/",
            "/thumbnails/+1",
            "/thumbnails/1/..",
            "/../uploads.db",
        ] {
            assert_eq!(row_id(other), None, "{other}");
        }
    }
}
