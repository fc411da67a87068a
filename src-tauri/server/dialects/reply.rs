//! Helpers that build HTTP responses: JSON, text, redirects, and the responses of uploads.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use library::{AddOutcome, IdempotencyContext, StoredImage, StoredResponse};

use crate::error::Error;

/// A JSON response.
pub fn json(status: StatusCode, value: &impl serde::Serialize) -> Response {
    json_as("application/json", status, value)
}

/// 204 No Content.
pub fn no_content() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// A JSON response with another media type.
pub fn json_as(
    media_type: &'static str,
    status: StatusCode,
    value: &impl serde::Serialize,
) -> Response {
    let text = serde_json::to_vec(value).unwrap_or_default();
    body_response(HeaderValue::from_static(media_type), status, text)
}

/// A plain-text response.
pub fn text(status: StatusCode, text: impl Into<String>) -> Response {
    let media_type = HeaderValue::from_static("text/plain; charset=utf-8");
    body_response(media_type, status, text.into().into_bytes())
}

/// A redirect with this status (301 or 302). `location` may be relative.
///
/// # Errors
/// If `location` is not a valid header value; our own URLs are percent-encoded.
pub fn redirect(status: StatusCode, location: &str) -> Result<Response, Error> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let location = HeaderValue::try_from(location).map_err(Error::internal)?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// Stores an upload through `store` and builds its response with `build_response`. A repeated idempotency key gets the
/// response of the first upload.
pub fn store_idempotent(
    key: Option<&str>,
    build_response: &dyn Fn(&StoredImage) -> StoredResponse,
    store: impl FnOnce(Option<IdempotencyContext<'_>>) -> library::Result<AddOutcome>,
) -> library::Result<StoredResponse> {
    Ok(
        match store(key.map(|key| IdempotencyContext {
            key,
            build_response,
        }))? {
            AddOutcome::New(stored) => build_response(&stored),
            AddOutcome::Replay(response) => response,
        },
    )
}

/// The HTTP response of an upload, new or replayed.
pub fn into_response(response: StoredResponse) -> Result<Response, Error> {
    let status = StatusCode::from_u16(response.status).map_err(Error::internal)?;
    let media_type = HeaderValue::try_from(response.media_type).map_err(Error::internal)?;
    Ok(body_response(media_type, status, response.body))
}

fn body_response(media_type: HeaderValue, status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media_type);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_keeps_a_relative_location_and_refuses_header_injection() {
        let response = redirect(StatusCode::FOUND, "/image/a.b?deleted").unwrap();
        assert_eq!(response.status(), 302);
        assert_eq!(response.headers()[header::LOCATION], "/image/a.b?deleted");
        assert!(redirect(StatusCode::FOUND, "/a\r\nSet-Cookie: b").is_err());
    }

    #[test]
    fn text_declares_its_encoding_and_json_its_media_type() {
        let plain = text(StatusCode::OK, "grüß dich");
        assert_eq!(
            plain.headers()[header::CONTENT_TYPE],
            "text/plain; charset=utf-8"
        );
        let json = json_as("application/vnd.api+json", StatusCode::OK, &1);
        assert_eq!(
            json.headers()[header::CONTENT_TYPE],
            "application/vnd.api+json"
        );
    }
}
