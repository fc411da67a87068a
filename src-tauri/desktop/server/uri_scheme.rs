//! The custom scheme `app:`, by which the page loads thumbnails, by the id of their row and never by a path, and sends
//! requests to the server's dashboard API (`api_proxy`).

use std::borrow::Cow;
use std::sync::Arc;

use tauri::http::{Method, Request, Response, StatusCode, header};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry};
use tokio::task::spawn_blocking;
use uploader::{JobId, Uploader};

use crate::server::api_proxy::{self, ApiProxy};
use crate::server::scheme_response::{SchemeResponse, allow_page_origin};
use crate::shell::main_window;

pub const SCHEME: &str = "app";

/// Enough to detect the formats of thumbnails.
const SNIFF_BYTES: usize = 4096;

/// Responds in the background, off the main thread.
pub fn respond(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let is_main_window = context.webview_label() == main_window::LABEL;
    // The web view may send requests before the app has started.
    let proxy = context.app_handle().try_state::<Arc<ApiProxy>>();
    let proxy = proxy
        .filter(|_| is_main_window)
        .map(|proxy| Arc::clone(&proxy));
    tauri::async_runtime::spawn(async move {
        responder.respond(match proxy {
            Some(proxy) => route_request(&proxy, request).await,
            None => not_found(),
        });
    });
}

async fn route_request(proxy: &ApiProxy, request: Request<Vec<u8>>) -> SchemeResponse {
    match parse_row_id(request.uri().path()) {
        Some(id) if request.method() == Method::GET => {
            let uploader = proxy.context.uploader.clone();
            let thumbnail = spawn_blocking(move || thumbnail_response(&uploader, id)).await;
            thumbnail.ok().flatten().unwrap_or_else(not_found)
        }
        None if api_proxy::is_permitted(&request) => proxy.forward(request).await,
        _ => not_found(),
    }
}

fn thumbnail_response(uploader: &Uploader, id: JobId) -> Option<SchemeResponse> {
    let bytes = std::fs::read(uploader.thumbnail(id)?).ok()?;
    let format = imaging::Format::sniff(&bytes[..bytes.len().min(SNIFF_BYTES)])?;
    allow_page_origin(Response::builder())
        .header(header::CONTENT_TYPE, format.media_type())
        // Ids are never reused, and thumbnails never change.
        .header(
            header::CACHE_CONTROL,
            "private, max-age=31536000, immutable",
        )
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(Cow::Owned(bytes))
        .ok()
}

/// Parses `/thumbnails/17`.
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
