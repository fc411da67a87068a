//! What other rooms' outcomes are to a request.

use axum::http::StatusCode;

use super::{Credentials, Error};

impl From<library::Error> for Error {
    fn from(error: library::Error) -> Error {
        match error {
            library::Error::NotFound => Error::NoSuchImage,
            library::Error::NotYours => Error::NotYours,
            library::Error::NoFolder => Error::NoSuch { what: "folder" },
            library::Error::NoPreset => Error::NoSuch { what: "preset" },
            library::Error::UnknownKey { .. } => Error::NoSuch { what: "key" },
            library::Error::UnknownAccount { .. } => Error::NoSuch { what: "account" },
            library::Error::FolderTaken { .. }
            | library::Error::PresetTaken { .. }
            | library::Error::NameTaken { .. }
            | library::Error::EmailTaken
            | library::Error::OwnsImages { .. }
            | library::Error::Permanent { .. } => Error::Conflict {
                reason: error.to_string(),
            },
            library::Error::BadFolder { .. }
            | library::Error::BadPreset { .. }
            | library::Error::BadName { .. }
            | library::Error::BadEmail { .. }
            | library::Error::ShortPassword { .. }
            | library::Error::BadLifetime => Error::Invalid {
                sentence: error.to_string(),
            },
            library::Error::TooLarge { .. } => Error::TooLarge,
            library::Error::Unauthorised => Error::Unauthorised(Credentials::Wrong),
            library::Error::Forbidden { .. } => Error::Forbidden,
            library::Error::KeyReused => Error::KeyReused,
            library::Error::Full => Error::Full,
            library::Error::Busy => Error::busy(),
            library::Error::Image(imaging::Error::Stopped) => Error::busy(),
            library::Error::Image(error) => Error::BadPicture(error),
            other => Error::internal(other),
        }
    }
}

/// The client's address is at fault, or we do not go there, or whoever is there is at fault.
pub(super) fn of_fetch(error: &web::Error) -> StatusCode {
    use web::Error::*;
    match error {
        Malformed => StatusCode::BAD_REQUEST,
        Scheme { .. }
        | Port { .. }
        | Credentials { .. }
        | Private { .. }
        | Certificate { .. }
        | TooManyRedirects { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        UnknownHost { .. }
        | Unreachable { .. }
        | NotHttp { .. }
        | BadRedirect { .. }
        | Status { .. }
        | Interrupted { .. } => StatusCode::BAD_GATEWAY,
        TimedOut { .. } => StatusCode::GATEWAY_TIMEOUT,
        Unready { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
