//! The error responses: a sentence and a code.

use axum::http::StatusCode;
use axum::response::Response;

use super::responses;
use crate::dialects::reply::json;
use crate::error::Error;

pub fn render_error(error: &Error) -> Response {
    use imaging::Error::{NotAnImage, Unsupported};
    let (status, code) = match error {
        Error::NoFile => (error.status(), "no_file"),
        Error::BadTransform { .. } => (error.status(), "invalid_transform"),
        Error::BadImage(NotAnImage | Unsupported(_)) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_type")
        }
        Error::BadImage(_) | Error::NotTransformable => {
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid_image")
        }
        Error::BadSignature => (error.status(), "invalid_signature"),
        other => (other.status(), default_code(other.status())),
    };
    let refused = responses::Refused {
        error: error.message(),
        code,
    };
    json(status, &refused)
}

/// The code of errors that have none of their own.
fn default_code(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "bad_request",
        StatusCode::UNAUTHORIZED => "unauthorized",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::REQUEST_TIMEOUT => "timeout",
        StatusCode::CONFLICT => "conflict",
        StatusCode::PAYLOAD_TOO_LARGE => "file_too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_type",
        StatusCode::RANGE_NOT_SATISFIABLE => "range_not_satisfiable",
        StatusCode::UNPROCESSABLE_ENTITY => "idempotency_key_reused",
        StatusCode::TOO_MANY_REQUESTS => "rate_limited",
        StatusCode::SERVICE_UNAVAILABLE => "busy",
        StatusCode::INSUFFICIENT_STORAGE => "storage_full",
        _ => "internal_error",
    }
}
