//! Responses of the custom scheme, which only the page's origin may read.

use std::borrow::Cow;

use tauri::http::response::Builder;
use tauri::http::{Response, header};

pub type SchemeResponse = Response<Cow<'static, [u8]>>;

/// The origin of the page.
const ORIGIN: &str = if cfg!(windows) {
    "http://tauri.localhost"
} else {
    "tauri://localhost"
};

pub fn allow_page_origin(response: Builder) -> Builder {
    response.header(header::ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN)
}
