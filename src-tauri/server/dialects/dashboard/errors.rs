//! How the dashboard refuses: a sentence in English, and words by which its page says the same in another language.

use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::dialects::reply;
use crate::error::{CredentialError, Error};

/// A refusal: a sentence for people, and a word for programs.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = dashboard::Refused)]
pub struct Refused {
    error: String,
    code: &'static str,
    /// Which of those that have this code, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// What the sentence names.
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[schema(required = false, value_type = std::collections::BTreeMap<String, Value>)]
    fields: Map<String, Value>,
}

pub fn render_error(error: &Error) -> Response {
    let (reason, fields) = error_reason(error);
    let refused = Refused {
        error: error.message().into_owned(),
        code: error_code(error),
        reason,
        fields: match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        },
    };
    reply::json(error.status(), &refused)
}

fn error_code(error: &Error) -> &'static str {
    match error {
        Error::NoFile => "no_file",
        Error::BadImage(_) => "invalid_image",
        Error::Unauthorised(CredentialError::Missing) => "signed_out",
        Error::Unauthorised(_) => "wrong_credentials",
        Error::Forbidden => "forbidden",
        Error::CrossSite => "foreign_page",
        Error::NoSuchImage | Error::NotYours | Error::NotFound { .. } | Error::UnknownRoute => {
            "not_found"
        }
        Error::MethodNotAllowed => "method_not_allowed",
        Error::Conflict { .. } => "conflict",
        Error::TooLarge => "file_too_large",
        Error::RateLimited { .. } => "rate_limited",
        Error::Overloaded { .. } => "busy",
        Error::DiskFull => "disk_full",
        Error::Internal(_) => "internal",
        _ => "bad_request",
    }
}

fn error_reason(error: &Error) -> (Option<&'static str>, Value) {
    use imaging::Error as Picture;
    let (word, fields) = match error {
        Error::Conflict { code: word, .. } | Error::Invalid { code: word, .. } => {
            (*word, Value::Null)
        }
        Error::RateLimited {
            retry_after_secs: after,
        }
        | Error::Overloaded {
            retry_after_secs: after,
        } => {
            return (None, json!({ "seconds": after }));
        }
        Error::BadImage(Picture::Empty) => ("empty", Value::Null),
        Error::BadImage(Picture::NotAnImage) => ("no_picture", Value::Null),
        Error::BadImage(Picture::Unsupported(format)) => {
            ("unsupported", json!({ "format": format.title() }))
        }
        Error::BadImage(Picture::Broken(_)) => ("broken", Value::Null),
        Error::BadImage(Picture::TooManyPixels {
            megapixels, max, ..
        }) => (
            "too_many_pixels",
            json!({ "megapixels": megapixels, "max": max }),
        ),
        Error::BadImage(Picture::DimensionTooLarge { width, height, max }) => (
            "too_long",
            json!({ "width": width, "height": height, "max": max }),
        ),
        _ => return (None, Value::Null),
    };
    (Some(word), fields)
}
