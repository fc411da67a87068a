//! Error messages: the sentence that a person reads, for every error.

use std::borrow::Cow;

use super::{CredentialError, Error};

impl Error {
    /// What happened and what to do, for people: what a dialect says that has no words of its own
    /// for this. Nothing of the inside, and no secret.
    pub fn message(&self) -> Cow<'static, str> {
        let fixed = match self {
            Error::NoFile => "The request holds no file; send one as a part of a multipart form.",
            Error::UnsupportedMediaType => {
                "The request's Content-Type is missing or not understood here; send a form."
            }
            Error::BadBody { reason } => {
                return format!("The request's body cannot be read: {reason}.").into();
            }
            Error::BadBase64 => "The text is no valid base64; encode the whole file, with padding.",
            Error::BadParameter { name, reason } => {
                return format!("The parameter `{name}` {reason}.").into();
            }
            Error::Violations(violations) => {
                let told = violations.iter().map(|broken| broken.message.as_str());
                return told.collect::<Vec<_>>().join(" ").into();
            }
            Error::Conflict { reason, .. } => return reason.clone().into(),
            Error::BadImage(error) => return error.to_string().into(),
            Error::BadTransform { reason } => {
                return format!("The transform cannot be used: {reason}.").into();
            }
            Error::BadWidth { least, most } => {
                return format!("The width must be a whole number between {least} and {most}.")
                    .into();
            }
            Error::BadIdempotencyKey { most } => {
                return format!(
                    "An Idempotency-Key has 1 to {most} visible characters; send another one."
                )
                .into();
            }
            Error::Unauthorised(CredentialError::Missing) => "This needs a key; send one along.",
            Error::Unauthorised(CredentialError::Wrong) => {
                "The key or password is not known here; check it, or have a new one made."
            }
            Error::Unauthorised(CredentialError::Expired) => {
                "What was sent to sign in has expired; sign in again, or have a new key made."
            }
            Error::CrossSite => {
                "This did not come from a page of this server; open its own address and try there."
            }
            Error::WrongPassword => "The name or the password is wrong; check both.",
            Error::RefreshTokenInvalid => "You have been signed out. Sign in again.",
            Error::Forbidden => "This key is not allowed to do that; use one that is.",
            Error::BadSignature => {
                "The signature does not belong to this address; have it signed anew, and use it as it is."
            }
            Error::NotTransformable => {
                "No other size or format is made of this picture; it is served as it is."
            }
            Error::NoSuchImage | Error::NotYours => {
                "There is no such image; it may have been deleted."
            }
            Error::NotFound { what } => {
                return format!("There is no such {what}; it may have been deleted.").into();
            }
            Error::Invalid { sentence, .. } => return sentence.clone().into(),
            Error::Fetch(error) => return error.to_string().into(),
            Error::Duplicate(before) => {
                let id = before.id;
                return format!("This very file is there already, as the image {id}.").into();
            }
            Error::NotReady {
                retry_after_secs: after,
            } => {
                return format!("This size is still being made; try again in {after} s.").into();
            }
            Error::UnknownRoute => "There is nothing at this address; check it.",
            Error::MethodNotAllowed => {
                "This address does not take that method; the header Allow names those it takes."
            }
            Error::BodyTimeout => {
                "The upload stood still for too long and was given up; try again."
            }
            Error::TooLarge => {
                "The upload is larger than this server accepts; send a smaller file."
            }
            Error::OutOfRange { len } => {
                return format!("The file has {len} bytes; ask for a range within them.").into();
            }
            Error::KeyReused => {
                "This Idempotency-Key was used for another file; use a new one for each file."
            }
            Error::RateLimited {
                retry_after_secs: after,
            } => {
                return format!("Too many requests; try again in {after} s.").into();
            }
            Error::Overloaded {
                retry_after_secs: after,
            } => {
                return format!("The server is busy; try again in {after} s.").into();
            }
            Error::DiskFull => {
                "The server's disk is full and nothing was kept; tell whoever runs it."
            }
            Error::Internal(_) => {
                "Something went wrong in the server; try again, and tell whoever runs it."
            }
        };
        fixed.into()
    }
}
