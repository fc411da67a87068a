//! The custom scheme `app:`, the page's way to bytes that are no message: thumbnails, by the id of
//! their row and never by a path, and whatever the server has for the dashboard (`passing`).

use std::borrow::Cow;
use std::sync::Arc;

use tauri::http::{Method, Request, Response, StatusCode, header};
use tauri::{UriSchemeContext, UriSchemeResponder, Wry};
use tokio::task::spawn_blocking;
use uploader::JobId;

use crate::context::AppContext;
use crate::server::api_proxy;
use crate::shell::window;

pub const SCHEME: &str = "app";

/// Enough to tell the formats that thumbnails are written in apart.
const SNIFF_BYTES: usize = 4096;

pub type SchemeResponse = Response<Cow<'static, [u8]>>;

/// Answers off the main thread: the webview waits on none of ours.
pub fn respond(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let ours = context.webview_label() == window::LABEL;
    let app = AppContext::from_handle(context.app_handle()).filter(|_| ours);
    tauri::async_runtime::spawn(async move {
        let answer = match app {
            Some(app) => route_request(app, request).await,
            None => not_found(),
        };
        responder.respond(answer);
    });
}

async fn route_request(app: Arc<AppContext>, request: Request<Vec<u8>>) -> SchemeResponse {
    match parse_row_id(request.uri().path()) {
        Some(id) if request.method() == Method::GET => {
            let thumbnail = spawn_blocking(move || thumbnail_response(&app, id)).await;
            thumbnail.ok().flatten().unwrap_or_else(not_found)
        }
        Some(_) => not_found(),
        None => match api_proxy::is_permitted(&request) {
            true => api_proxy::forward(&app, request).await,
            false => not_found(),
        },
    }
}

fn thumbnail_response(app: &AppContext, id: JobId) -> Option<SchemeResponse> {
    let bytes = std::fs::read(app.uploader.thumbnail(id)?).ok()?;
    let format = imaging::Format::sniff(&bytes[..bytes.len().min(SNIFF_BYTES)])?;
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
fn parse_row_id(path: &str) -> Option<JobId> {
    let digits = path.strip_prefix("/thumbnails/")?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<i64>().ok().map(JobId)
}

fn not_found() -> SchemeResponse {
    let mut answer = Response::new(Cow::Borrowed(&b""[..]));
    *answer.status_mut() = StatusCode::NOT_FOUND;
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbnail_path_has_only_a_row_number() {
        assert_eq!(parse_row_id("/thumbnails/17"), Some(JobId(17)));
        for other in [
            "/thumbnails/",
            "/thumbnails/+1",
            "/thumbnails/1/..",
            "/../uploads.db",
        ] {
            assert_eq!(parse_row_id(other), None, "{other}");
        }
    }
}
