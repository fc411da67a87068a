//! The pages that only say something, and what all pages of this dialect share: style and content security policy.

use std::sync::LazyLock;

use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::web_ui::templates;
use crate::web_ui::templates::{TemplateValue, render};

const NOTICE_TEMPLATE: &str = include_str!("image_page/note.html");
pub const STYLE: &str = concat!(
    include_str!("../../web_ui/family.css"),
    include_str!("image_page/style.css")
);

/// Allows only our own style, by its digest.
static CONTENT_SECURITY_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let digest = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; img-src 'self'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// The 404 page of a picture.
pub fn not_found_page(error: &Error) -> Response {
    with_status(
        error.status(),
        notice_page(
            "There is no such picture",
            "Its address may be mistyped, or it has been deleted or has expired.",
        ),
    )
}

pub fn with_status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}

pub fn notice_page(title: &str, text: &str) -> Response {
    html_response(&render(
        NOTICE_TEMPLATE,
        &[
            ("style", TemplateValue::Html(STYLE)),
            ("title", TemplateValue::Text(title)),
            ("text", TemplateValue::Text(text)),
        ],
    ))
}

pub fn html_response(body: &str) -> Response {
    templates::page_response(
        "text/html; charset=utf-8",
        &CONTENT_SECURITY_POLICY,
        "same-origin",
        body.to_owned(),
    )
}
