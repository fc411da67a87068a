//! The error responses: Chevereto's number and text for each error, as JSON or as plain text.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use imaging::Format as Picture;
use serde::Serialize;

use super::error_codes::ALL_TEXTS;
use super::response_format::ResponseFormat;
use super::{format, notice_page};
use crate::config::Config;
use crate::dialects::dialect::ErrorRenderer;
use crate::error::{CredentialError, Error};
use crate::upload::form::Fields;

/// How one call's failure is said.
#[derive(Clone, Copy)]
pub struct ErrorFormat {
    pub format: ResponseFormat,
    /// The largest upload, in bytes.
    max_bytes: u64,
}

impl ErrorFormat {
    /// As far as is known before the body is read.
    pub fn from_query(config: &Config, query: &Fields) -> ErrorFormat {
        ErrorFormat {
            format: ResponseFormat::from_name(query.get("format")),
            max_bytes: config.max_upload_bytes,
        }
    }

    pub fn renderer(self) -> ErrorRenderer {
        ErrorRenderer(Arc::new(move |error| {
            error_response(error, Some(self.max_bytes), self.format)
        }))
    }
}

pub fn render_error(error: &Error) -> Response {
    match error {
        Error::NoSuchImage | Error::NotYours | Error::UnknownRoute => {
            notice_page::not_found_page(error)
        }
        _ => error_response(error, None, ResponseFormat::Json),
    }
}

/// The body of a refusal.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = chevereto::Refusal)]
pub struct Refusal<'a> {
    status_code: u16,
    error: Inner<'a>,
    status_txt: &'a str,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = chevereto::RefusalInner)]
struct Inner<'a> {
    message: &'a str,
    /// Tells the refusals apart; it is no HTTP status.
    code: u16,
}

fn error_response(error: &Error, most: Option<u64>, format: ResponseFormat) -> Response {
    let (code, message) = code_and_message(error, most);
    let status = status(error);
    let (media_type, body) = match format {
        ResponseFormat::Json => {
            let refusal = Refusal {
                status_code: status.as_u16(),
                error: Inner {
                    message: &message,
                    code,
                },
                status_txt: status.canonical_reason().unwrap_or_default(),
            };
            (
                "application/json; charset=UTF-8",
                serde_json::to_string(&refusal).unwrap_or_default(),
            )
        }
        ResponseFormat::Text | ResponseFormat::Redirect => ("text/plain; charset=UTF-8", message),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let media_type = HeaderValue::from_static(media_type);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media_type);
    response
}

/// The same for nearly all: who uploads, reads the number inside.
fn status(error: &Error) -> StatusCode {
    match error {
        Error::RateLimited { .. }
        | Error::Overloaded { .. }
        | Error::MethodNotAllowed
        | Error::OutOfRange { .. } => error.status(),
        _ => Error::NoFile.status(),
    }
}

fn code_and_message(error: &Error, most: Option<u64>) -> (u16, String) {
    let (code, message) = match error {
        Error::Unauthorised(CredentialError::Missing) => (100, "No key provided"),
        Error::Unauthorised(_) => (100, "Invalid API key."),
        Error::Forbidden => (401, "Request denied"),
        // What holds no form holds no picture either.
        Error::NoFile | Error::UnsupportedMediaType | Error::BadBody { .. } => {
            (130, "Empty upload source")
        }
        Error::BadBase64 => (120, "Invalid base64 string"),
        Error::BodyTimeout => (601, "File upload error (UPLOAD_ERR_PARTIAL)"),
        Error::TooLarge | Error::Fetch(safe_fetch::Error::TooLarge { .. }) => {
            let limit = most.map(|most| format!(" - max {}", format::human_limit(most)));
            return (400, format!("File too big{}", limit.unwrap_or_default()));
        }
        Error::Fetch(_) => (622, "Invalid image URL"),
        Error::BadImage(imaging::Error::Unsupported(format)) => {
            return (
                614,
                format!("Disabled image format ({})", format_name(*format)),
            );
        }
        Error::BadImage(_) => (400, "Invalid image"),
        Error::BadParameter { name, reason } => {
            let mut known = ALL_TEXTS.iter();
            let known = known.find(|said| said.parameter == name && said.reason == reason);
            match known {
                Some(said) => (said.code, said.message),
                None => return (400, error.message().into_owned()),
            }
        }
        Error::DiskFull | Error::Internal(_) => return (600, error.message().into_owned()),
        other => return (other.status().as_u16(), other.message().into_owned()),
    };
    (code, message.to_owned())
}

fn format_name(format: Picture) -> &'static str {
    format.name()
}

#[cfg(test)]
mod tests {
    use super::super::error_codes::*;
    use super::*;

    fn status_code_and_message(error: &Error) -> (StatusCode, u16, String) {
        let (code, message) = code_and_message(error, Some(52_428_800));
        (status(error), code, message)
    }

    /// The table of the API's documentation.
    #[test]
    fn every_failure_is_a_400_with_its_number_inside() {
        use CredentialError::{Expired, Missing, Wrong};
        let picture = |error| Error::BadImage(error);
        let rows = [
            (Error::Unauthorised(Missing), 100, "No key provided"),
            (NO_ACTION.to_error(), 100, "No action provided"),
            (Error::Unauthorised(Wrong), 100, "Invalid API key."),
            (Error::Unauthorised(Expired), 100, "Invalid API key."),
            (DUPLICATE.to_error(), 101, "Duplicated upload"),
            (BAD_VERSION.to_error(), 110, "Invalid API version."),
            (BAD_ACTION.to_error(), 120, "Invalid API action"),
            (Error::BadBase64, 120, "Invalid base64 string"),
            (Error::NoFile, 130, "Empty upload source"),
            (Error::bad_body("it ends early"), 130, "Empty upload source"),
            (
                BASE64_BY_GET.to_error(),
                130,
                "Upload using base64 source must be done using POST method.",
            ),
            (picture(imaging::Error::NotAnImage), 400, "Invalid image"),
            (picture(imaging::Error::Empty), 400, "Invalid image"),
            (Error::TooLarge, 400, "File too big - max 50 MB"),
            (BAD_EXPIRATION.to_error(), 400, "Invalid expiration"),
            (Error::Forbidden, 401, "Request denied"),
            (
                URL_UPLOADS_DISABLED.to_error(),
                403,
                "URL uploading is disabled",
            ),
            (
                Error::BodyTimeout,
                601,
                "File upload error (UPLOAD_ERR_PARTIAL)",
            ),
            (MP4.to_error(), 614, "Disabled image format (mp4)"),
            (
                picture(imaging::Error::Unsupported(Picture::Heic)),
                614,
                "Disabled image format (heic)",
            ),
            (
                Error::Fetch(safe_fetch::Error::InvalidUrl),
                622,
                "Invalid image URL",
            ),
        ];
        for (error, code, message) in rows {
            let (status, inside, said) = status_code_and_message(&error);
            assert_eq!((status.as_u16(), inside, &*said), (400, code, message));
        }
        for error in [Error::DiskFull, Error::internal("row 7"), Error::KeyReused] {
            let (status, inside, said) = status_code_and_message(&error);
            assert_eq!(status.as_u16(), 400);
            assert!(inside == 600 || inside == 422);
            assert!(said.ends_with('.') && !said.contains("row 7"));
        }
    }

    #[test]
    fn rate_limited_and_overloaded_keep_their_status() {
        for (error, code) in [
            (
                Error::RateLimited {
                    retry_after_secs: 7,
                },
                429,
            ),
            (
                Error::Overloaded {
                    retry_after_secs: 7,
                },
                503,
            ),
        ] {
            let (status, inside, _) = status_code_and_message(&error);
            assert_eq!((status.as_u16(), inside), (code, code));
        }
    }
}
