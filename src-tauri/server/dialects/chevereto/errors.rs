//! The numbers and words of every refusal, and how they are said: as JSON, or bare where the client asked for text.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use imaging::Format as Picture;
use serde::Serialize;

use super::params::Format;
use super::{Words, format, image_page};
use crate::config::Config;
use crate::error::{Credentials, Error};
use crate::upload::form::Fields;

/// A refusal that only this dialect has: a parameter and what is wrong with it, and how that is said here.
pub struct Said {
    parameter: &'static str,
    /// Continues a sentence that begins with the parameter.
    reason: &'static str,
    code: u16,
    message: &'static str,
}

impl Said {
    const fn new(
        parameter: &'static str,
        reason: &'static str,
        code: u16,
        message: &'static str,
    ) -> Said {
        Said {
            parameter,
            reason,
            code,
            message,
        }
    }

    pub fn error(&self) -> Error {
        Error::bad_parameter(self.parameter, self.reason)
    }
}

pub const NO_ACTION: Said = Said::new("action", "is missing", 100, "No action provided");
pub const BAD_VERSION: Said = Said::new("version", "must be 1", 110, "Invalid API version.");
pub const BAD_ACTION: Said = Said::new("action", "must be upload", 120, "Invalid API action");
pub const BASE64_BY_GET: Said = Said::new(
    "source",
    "holds base64, which takes a POST",
    130,
    "Upload using base64 source must be done using POST method.",
);
pub const BAD_EXPIRATION: Said = Said::new(
    "expiration",
    "must be seconds or a duration such as PT5M",
    400,
    "Invalid expiration",
);
pub const DUPLICATE: Said = Said::new("source", "was uploaded before", 101, "Duplicated upload");
pub const NO_ADDRESSES: Said = Said::new(
    "source",
    "is an address, and those are not fetched here",
    403,
    "URL uploading is disabled",
);
pub const MP4: Said = Said::new(
    "source",
    "is a video (MP4)",
    614,
    "Disabled image format (mp4)",
);
pub const MOV: Said = Said::new(
    "source",
    "is a video (QuickTime)",
    614,
    "Disabled image format (mov)",
);
pub const WEBM: Said = Said::new(
    "source",
    "is a video (WebM)",
    614,
    "Disabled image format (webm)",
);

const ALL: [Said; 10] = [
    NO_ACTION,
    BAD_VERSION,
    BAD_ACTION,
    BASE64_BY_GET,
    BAD_EXPIRATION,
    DUPLICATE,
    NO_ADDRESSES,
    MP4,
    MOV,
    WEBM,
];

/// How one call's failure is said.
#[derive(Clone, Copy)]
pub struct Manner {
    pub format: Format,
    /// The largest upload, in bytes.
    most: u64,
}

impl Manner {
    /// As far as is known before the body is read.
    pub fn of(config: &Config, query: &Fields) -> Manner {
        Manner {
            format: Format::named(query.get("format")),
            most: config.max_upload_bytes,
        }
    }

    pub fn words(self) -> Words {
        Words(Arc::new(move |error| {
            said(error, Some(self.most), self.format)
        }))
    }
}

pub fn refuse(error: &Error) -> Response {
    match error {
        Error::NoSuchImage | Error::NotYours | Error::NoSuchPlace => image_page::missing(error),
        _ => said(error, None, Format::Json),
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

fn said(error: &Error, most: Option<u64>, format: Format) -> Response {
    let (code, message) = inner(error, most);
    let status = status(error);
    let (media_type, body) = match format {
        Format::Json => {
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
        Format::Text | Format::Redirect => ("text/plain; charset=UTF-8", message),
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
        Error::TooMany { .. }
        | Error::Busy { .. }
        | Error::MethodNotAllowed
        | Error::OutOfRange { .. } => error.status(),
        _ => Error::NoFile.status(),
    }
}

fn inner(error: &Error, most: Option<u64>) -> (u16, String) {
    let (code, message) = match error {
        Error::Unauthorised(Credentials::Missing) => (100, "No key provided"),
        Error::Unauthorised(_) => (100, "Invalid API key."),
        Error::Forbidden => (401, "Request denied"),
        // What holds no form holds no picture either.
        Error::NoFile | Error::UnsupportedMediaType | Error::BadBody { .. } => {
            (130, "Empty upload source")
        }
        Error::BadBase64 => (120, "Invalid base64 string"),
        Error::TooSlow => (601, "File upload error (UPLOAD_ERR_PARTIAL)"),
        Error::TooLarge | Error::Fetch(safe_fetch::Error::TooLarge { .. }) => {
            let limit = most.map(|most| format!(" - max {}", format::limit(most)));
            return (400, format!("File too big{}", limit.unwrap_or_default()));
        }
        Error::Fetch(_) => (622, "Invalid image URL"),
        Error::BadPicture(imaging::Error::Unsupported(format)) => {
            return (
                614,
                format!("Disabled image format ({})", format_name(*format)),
            );
        }
        Error::BadPicture(_) => (400, "Invalid image"),
        Error::BadParameter { name, reason } => {
            let mut known = ALL.iter();
            let known = known.find(|said| said.parameter == name && said.reason == reason);
            match known {
                Some(said) => (said.code, said.message),
                None => return (400, error.sentence().into_owned()),
            }
        }
        Error::Full | Error::Internal(_) => return (600, error.sentence().into_owned()),
        other => return (other.status().as_u16(), other.sentence().into_owned()),
    };
    (code, message.to_owned())
}

fn format_name(format: Picture) -> &'static str {
    format.name()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: &Error) -> (StatusCode, u16, String) {
        let (code, message) = inner(error, Some(52_428_800));
        (status(error), code, message)
    }

    /// The table of the API's documentation.
    #[test]
    fn every_failure_is_a_400_with_its_number_inside() {
        use Credentials::{Expired, Missing, Wrong};
        let picture = |error| Error::BadPicture(error);
        let rows = [
            (Error::Unauthorised(Missing), 100, "No key provided"),
            (NO_ACTION.error(), 100, "No action provided"),
            (Error::Unauthorised(Wrong), 100, "Invalid API key."),
            (Error::Unauthorised(Expired), 100, "Invalid API key."),
            (DUPLICATE.error(), 101, "Duplicated upload"),
            (BAD_VERSION.error(), 110, "Invalid API version."),
            (BAD_ACTION.error(), 120, "Invalid API action"),
            (Error::BadBase64, 120, "Invalid base64 string"),
            (Error::NoFile, 130, "Empty upload source"),
            (Error::bad_body("it ends early"), 130, "Empty upload source"),
            (
                BASE64_BY_GET.error(),
                130,
                "Upload using base64 source must be done using POST method.",
            ),
            (picture(imaging::Error::NotAnImage), 400, "Invalid image"),
            (picture(imaging::Error::Empty), 400, "Invalid image"),
            (Error::TooLarge, 400, "File too big - max 50 MB"),
            (BAD_EXPIRATION.error(), 400, "Invalid expiration"),
            (Error::Forbidden, 401, "Request denied"),
            (NO_ADDRESSES.error(), 403, "URL uploading is disabled"),
            (
                Error::TooSlow,
                601,
                "File upload error (UPLOAD_ERR_PARTIAL)",
            ),
            (MP4.error(), 614, "Disabled image format (mp4)"),
            (
                picture(imaging::Error::Unsupported(Picture::Heic)),
                614,
                "Disabled image format (heic)",
            ),
            (
                Error::Fetch(safe_fetch::Error::Malformed),
                622,
                "Invalid image URL",
            ),
        ];
        for (error, code, message) in rows {
            let (status, inside, said) = told(&error);
            assert_eq!((status.as_u16(), inside, &*said), (400, code, message));
        }
        for error in [Error::Full, Error::internal("row 7"), Error::KeyReused] {
            let (status, inside, said) = told(&error);
            assert_eq!(status.as_u16(), 400);
            assert!(inside == 600 || inside == 422);
            assert!(said.ends_with('.') && !said.contains("row 7"));
        }
    }

    #[test]
    fn too_many_and_busy_keep_their_status() {
        for (error, code) in [
            (Error::TooMany { after: 7 }, 429),
            (Error::Busy { after: 7 }, 503),
        ] {
            let (status, inside, _) = told(&error);
            assert_eq!((status.as_u16(), inside), (code, code));
        }
    }
}
