//! Errors of requests, named for the outcome, each with its status.
//!
//! [`Error::status`] decides the status, once for every dialect; the words are each dialect's own
//! ([`crate::dialects::dialect::Dialect::render_error`]), which may also number a refusal differently where its
//! contract says so: one answers 400 to all, another 422 to a broken picture. What a dialect has no
//! words for is said in [`Error::message`]. A handler, an extractor or a layer fails with an
//! [`Error`]; it travels in the response's extensions until it is worded.

mod conversions;
mod messages;

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the request holds no file")]
    NoFile,
    /// No content type, or one that the place does not read.
    #[error("the request's content type is missing or unknown")]
    UnsupportedMediaType,
    /// A body that is not what its content type says.
    #[error("the body cannot be read: {reason}")]
    BadBody { reason: String },
    /// A picture as text that is no base64.
    #[error("the text is no base64")]
    BadBase64,
    /// `reason` continues a sentence: "must be a whole number".
    #[error("the parameter {name} {reason}")]
    BadParameter {
        name: Cow<'static, str>,
        reason: String,
    },
    /// Rules that the request breaks, at least one.
    #[error("the request breaks {} rules", .0.len())]
    Violations(Vec<Violation>),
    /// Two things that cannot both be. `reason` is a sentence, `word` what programs know it by.
    #[error("the request contradicts what is there: {reason}")]
    Conflict { code: &'static str, reason: String },
    #[error("the picture cannot be used: {0}")]
    BadImage(#[source] imaging::Error),
    /// `reason` is a sentence without its full stop.
    #[error("the transform cannot be used: {reason}")]
    BadTransform { reason: String },
    #[error("the width is not a whole number between {least} and {most}")]
    BadWidth { least: u32, most: u32 },
    #[error("an Idempotency-Key has 1 to {most} characters")]
    BadIdempotencyKey { most: usize },
    #[error("the credentials are {0}")]
    Unauthorised(CredentialError),
    /// At a sign-in; who comes with a key or token gets [`Error::Unauthorised`].
    #[error("the name or the password is wrong")]
    WrongPassword,
    #[error("the refresh token is not good, or no more")]
    RefreshTokenInvalid,
    #[error("the key lacks the scope for this")]
    Forbidden,
    /// It came from a page of another site, or was asked for by a name that is none of ours.
    #[error("this was not asked by a page of ours")]
    CrossSite,
    #[error("the signature does not belong to this address")]
    BadSignature,
    /// A picture that is served as it is, and never in another size.
    #[error("no other size is made of this picture")]
    NotTransformable,
    #[error("there is no such image")]
    NoSuchImage,
    /// An image's size that is still being made.
    #[error("this size is not made yet")]
    NotReady { retry_after_secs: u64 },
    #[error("there is nothing at this address")]
    UnknownRoute,
    /// An image that is another's. Doors that do not tell that there is one say what they say of none.
    #[error("the image is somebody else's")]
    NotYours,
    /// A folder, a preset, a key: its word is in the sentence.
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    /// What the library says of something that it was given; a sentence, and what programs know it by.
    #[error("{sentence}")]
    Invalid {
        code: &'static str,
        sentence: String,
    },
    /// An upload of bytes that the account has already, where each is kept once; in this image.
    #[error("the bytes are there already")]
    Duplicate(Box<library::Image>),
    #[error("the method is not allowed here")]
    MethodNotAllowed,
    #[error("the body stood still for too long")]
    BodyTimeout,
    #[error("the upload is larger than this server accepts")]
    TooLarge,
    #[error("the range lies outside of the {len} bytes")]
    OutOfRange { len: u64 },
    #[error("the Idempotency-Key belongs to other bytes")]
    KeyReused,
    #[error("too many requests from this address")]
    RateLimited { retry_after_secs: u64 },
    #[error("too much is waiting already")]
    Overloaded { retry_after_secs: u64 },
    #[error("the disk is full")]
    DiskFull,
    #[error(transparent)]
    Fetch(safe_fetch::Error),
    #[error("the work was given up")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What is wrong with a key, a token or a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialError {
    Missing,
    Wrong,
    Expired,
}

impl std::fmt::Display for CredentialError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            CredentialError::Missing => "missing",
            CredentialError::Wrong => "wrong",
            CredentialError::Expired => "expired",
        })
    }
}

/// One broken rule: which property of the request broke it, and a sentence on how.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    pub property: Cow<'static, str>,
    pub message: String,
}

/// Seconds after which a busy server is worth another try.
const OVERLOAD_RETRY_SECS: u64 = 2;

impl Error {
    pub fn status(&self) -> StatusCode {
        match self {
            Error::NoFile
            | Error::BadImage(_)
            | Error::BadBody { .. }
            | Error::BadBase64
            | Error::BadParameter { .. }
            | Error::Invalid { .. }
            | Error::BadTransform { .. }
            | Error::BadWidth { .. }
            | Error::BadIdempotencyKey { .. } => StatusCode::BAD_REQUEST,
            Error::Unauthorised(_) | Error::WrongPassword | Error::RefreshTokenInvalid => {
                StatusCode::UNAUTHORIZED
            }
            Error::Forbidden | Error::CrossSite | Error::BadSignature => StatusCode::FORBIDDEN,
            Error::NoSuchImage
            | Error::NotYours
            | Error::NotFound { .. }
            | Error::NotReady { .. }
            | Error::UnknownRoute => StatusCode::NOT_FOUND,
            Error::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Error::Conflict { .. } | Error::Duplicate(_) => StatusCode::CONFLICT,
            Error::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Error::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Error::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Error::OutOfRange { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Error::KeyReused | Error::NotTransformable | Error::Violations(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Error::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Error::Overloaded { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Error::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            Error::Fetch(error) => fetch_status(error),
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Seconds to wait before another try, where another try may help.
    pub fn retry_after_secs(&self) -> Option<u64> {
        match self {
            Error::NotReady {
                retry_after_secs: after,
            }
            | Error::RateLimited {
                retry_after_secs: after,
            }
            | Error::Overloaded {
                retry_after_secs: after,
            } => Some(*after),
            _ => None,
        }
    }

    /// `reason` continues the sentence "the body cannot be read", without a full stop.
    pub fn bad_body(reason: impl Into<String>) -> Error {
        Error::BadBody {
            reason: reason.into(),
        }
    }

    /// `reason` follows the parameter's name, without a full stop: "must be a whole number".
    pub fn bad_parameter(name: impl Into<Cow<'static, str>>, reason: impl Into<String>) -> Error {
        Error::BadParameter {
            name: name.into(),
            reason: reason.into(),
        }
    }

    /// One broken rule of one property, in a sentence.
    pub fn violation(property: &'static str, message: impl Into<String>) -> Error {
        Error::Violations(vec![Violation {
            property: property.into(),
            message: message.into(),
        }])
    }

    pub fn overloaded() -> Error {
        Error::Overloaded {
            retry_after_secs: OVERLOAD_RETRY_SECS,
        }
    }

    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::Internal(cause.into())
    }

    /// The error and its causes in one line, for the log. An error that ends with its cause's words
    /// already, since it is also shown alone, does not repeat them.
    pub fn cause_chain(&self) -> String {
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

impl From<safe_fetch::Error> for Error {
    fn from(error: safe_fetch::Error) -> Error {
        match error {
            safe_fetch::Error::ClientSetup { .. } => Error::internal(error),
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

/// The client's address is at fault, or we do not go there, or whoever is there is at fault.
fn fetch_status(error: &safe_fetch::Error) -> StatusCode {
    use safe_fetch::Error::*;
    match error {
        InvalidUrl => StatusCode::BAD_REQUEST,
        UnsupportedScheme { .. }
        | ForbiddenPort { .. }
        | CredentialsInUrl { .. }
        | PrivateAddress { .. }
        | UntrustedCertificate { .. }
        | TooManyRedirects { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        UnknownHost { .. }
        | Unreachable { .. }
        | NotHttp { .. }
        | BadRedirect { .. }
        | UnexpectedStatus { .. }
        | Interrupted { .. } => StatusCode::BAD_GATEWAY,
        TimedOut { .. } => StatusCode::GATEWAY_TIMEOUT,
        ClientSetup { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_message_and_leaks_no_internals() {
        let some = || "x".to_owned();
        let refusals = [
            Error::NoFile,
            Error::UnsupportedMediaType,
            Error::bad_body("it ends early"),
            Error::BadBase64,
            Error::bad_parameter("w", "must be a whole number"),
            Error::Violations(vec![Violation {
                property: "image".into(),
                message: "No file was uploaded.".into(),
            }]),
            Error::Conflict {
                code: "folder_taken",
                reason: "A folder of that name is there already; choose another.".into(),
            },
            Error::BadImage(imaging::Error::NotAnImage),
            Error::BadImage(imaging::Error::Broken(some())),
            Error::BadTransform { reason: some() },
            Error::BadWidth { least: 1, most: 9 },
            Error::BadIdempotencyKey { most: 9 },
            Error::Unauthorised(CredentialError::Missing),
            Error::Unauthorised(CredentialError::Wrong),
            Error::Unauthorised(CredentialError::Expired),
            Error::WrongPassword,
            Error::RefreshTokenInvalid,
            Error::Forbidden,
            Error::BadSignature,
            Error::NotTransformable,
            Error::NoSuchImage,
            Error::NotReady {
                retry_after_secs: 5,
            },
            Error::UnknownRoute,
            Error::MethodNotAllowed,
            Error::BodyTimeout,
            Error::TooLarge,
            Error::OutOfRange { len: 3 },
            Error::KeyReused,
            Error::RateLimited {
                retry_after_secs: 5,
            },
            Error::Overloaded {
                retry_after_secs: 5,
            },
            Error::DiskFull,
            Error::internal("row 7 of /var/lib/secret"),
        ];
        for refusal in refusals {
            let said = refusal.message();
            assert!(said.starts_with(char::is_uppercase), "{said}");
            assert!(said.ends_with('.') && !said.ends_with(".."), "{said}");
            assert!(!said.contains("secret"), "{said}");
            assert!(refusal.status().is_client_error() || refusal.status().is_server_error());
        }
    }

    #[test]
    fn a_chain_names_every_cause_once() {
        let cause = std::io::Error::other("the disk is on fire");
        assert_eq!(
            Error::internal(cause).cause_chain(),
            "the work was given up: the disk is on fire"
        );
        let cause = library::Error::Storage {
            doing: "reading a picture",
            cause: "the disk is on fire".into(),
        };
        assert_eq!(
            Error::internal(cause).cause_chain(),
            "the work was given up: Storage failed while reading a picture: the disk is on fire"
        );
    }
}
