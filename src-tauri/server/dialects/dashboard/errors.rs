//! How the dashboard refuses: a sentence in English, and words by which its page says the same in another language.

use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::dialects;
use crate::error::{Credentials, Error};

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

pub fn refuse(error: &Error) -> Response {
    let (reason, fields) = reason(error);
    let refused = Refused {
        error: error.sentence().into_owned(),
        code: code(error),
        reason,
        fields: match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        },
    };
    dialects::json(error.status(), &refused)
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::NoFile => "no_file",
        Error::BadPicture(_) => "invalid_image",
        Error::Unauthorised(Credentials::Missing) => "signed_out",
        Error::Unauthorised(_) => "wrong_credentials",
        Error::Forbidden => "forbidden",
        Error::Foreign => "foreign_page",
        Error::NoSuchImage | Error::NotYours | Error::NoSuch { .. } | Error::NoSuchPlace => {
            "not_found"
        }
        Error::MethodNotAllowed => "method_not_allowed",
        Error::Conflict { .. } => "conflict",
        Error::TooLarge => "file_too_large",
        Error::TooMany { .. } => "rate_limited",
        Error::Busy { .. } => "busy",
        Error::Full => "disk_full",
        Error::Internal(_) => "internal",
        _ => "bad_request",
    }
}

fn reason(error: &Error) -> (Option<&'static str>, Value) {
    use imaging::Error as Picture;
    let (word, fields) = match error {
        Error::Conflict { word, .. } | Error::Invalid { word, .. } => (*word, Value::Null),
        Error::TooMany { after } | Error::Busy { after } => {
            return (None, json!({ "seconds": after }));
        }
        Error::BadPicture(Picture::Empty) => ("empty", Value::Null),
        Error::BadPicture(Picture::NotAnImage) => ("no_picture", Value::Null),
        Error::BadPicture(Picture::Unsupported(format)) => {
            ("unsupported", json!({ "format": format.title() }))
        }
        Error::BadPicture(Picture::Broken(_)) => ("broken", Value::Null),
        Error::BadPicture(Picture::TooManyPixels {
            megapixels, max, ..
        }) => (
            "too_many_pixels",
            json!({ "megapixels": megapixels, "max": max }),
        ),
        Error::BadPicture(Picture::TooLong { width, height, max }) => (
            "too_long",
            json!({ "width": width, "height": height, "max": max }),
        ),
        _ => return (None, Value::Null),
    };
    (Some(word), fields)
}
