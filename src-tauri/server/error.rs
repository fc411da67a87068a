//! How a request can end badly, named for the outcome.
//!
//! Status codes are decided here, once for every dialect; the words are each dialect's own
//! ([`crate::dialects::Dialect::refuse`]). A handler, an extractor or a layer fails with an
//! [`Error`]; it travels in the response's extensions until it is worded.

use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the request holds no file")]
    NoFile,
    #[error("the picture cannot be used: {0}")]
    BadPicture(#[source] imaging::Error),
    #[error("the width is not a whole number between {least} and {most}")]
    BadWidth { least: u32, most: u32 },
    #[error("an Idempotency-Key has 1 to {most} characters")]
    BadIdempotencyKey { most: usize },
    #[error("the key is missing or wrong")]
    Unauthorised,
    #[error("the key lacks the scope for this")]
    Forbidden,
    #[error("there is no such image")]
    NoSuchImage,
    #[error("there is nothing at this address")]
    NoSuchPlace,
    #[error("the method is not allowed here")]
    MethodNotAllowed,
    #[error("the body stood still for too long")]
    TooSlow,
    #[error("the upload is larger than this server accepts")]
    TooLarge,
    #[error("the range lies outside of the {len} bytes")]
    OutOfRange { len: u64 },
    #[error("the Idempotency-Key belongs to other bytes")]
    KeyReused,
    #[error("too many requests from this address")]
    TooMany { after: u64 },
    #[error("too much is waiting already")]
    Busy { after: u64 },
    #[error("the disk is full")]
    Full,
    #[error(transparent)]
    Fetch(web::Error),
    #[error("the work was given up")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Seconds after which a busy server is worth another try.
const SOON: u64 = 2;

impl Error {
    pub fn status(&self) -> StatusCode {
        match self {
            Error::NoFile
            | Error::BadPicture(_)
            | Error::BadWidth { .. }
            | Error::BadIdempotencyKey { .. } => StatusCode::BAD_REQUEST,
            Error::Unauthorised => StatusCode::UNAUTHORIZED,
            Error::Forbidden => StatusCode::FORBIDDEN,
            Error::NoSuchImage | Error::NoSuchPlace => StatusCode::NOT_FOUND,
            Error::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Error::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Error::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Error::OutOfRange { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Error::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Error::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Error::Full => StatusCode::INSUFFICIENT_STORAGE,
            Error::Fetch(error) => of_fetch(error),
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Seconds to wait before another try, where another try may help.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Error::TooMany { after } | Error::Busy { after } => Some(*after),
            _ => None,
        }
    }

    pub fn busy() -> Error {
        Error::Busy { after: SOON }
    }

    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::Internal(cause.into())
    }

    /// The error and its causes in one line, for the log. An error that ends with its cause's words
    /// already, since it is also shown alone, does not repeat them.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let words = error.to_string();
            if !text.ends_with(&words) {
                text.push_str(": ");
                text.push_str(&words);
            }
            cause = error.source();
        }
        text
    }
}

impl From<library::Error> for Error {
    fn from(error: library::Error) -> Error {
        match error {
            library::Error::NotFound => Error::NoSuchImage,
            library::Error::TooLarge { .. } => Error::TooLarge,
            library::Error::Unauthorised => Error::Unauthorised,
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
fn of_fetch(error: &web::Error) -> StatusCode {
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

impl From<web::Error> for Error {
    fn from(error: web::Error) -> Error {
        match error {
            web::Error::Unready { .. } => Error::internal(error),
            outcome => Error::Fetch(outcome),
        }
    }
}

/// An unworded refusal: the status, and the error for the dialect to word.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_names_every_cause_once() {
        let cause = std::io::Error::other("the disk is on fire");
        assert_eq!(
            Error::internal(cause).chain(),
            "the work was given up: the disk is on fire"
        );
        let cause = library::Error::Storage {
            doing: "reading a picture",
            cause: "the disk is on fire".into(),
        };
        assert_eq!(
            Error::internal(cause).chain(),
            "the work was given up: Storage failed while reading a picture: the disk is on fire"
        );
    }
}
