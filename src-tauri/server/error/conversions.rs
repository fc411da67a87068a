//! Conversions from library, imaging and fetch errors into this server's `Error`.

use super::{CredentialError, Error};

impl From<library::Error> for Error {
    fn from(error: library::Error) -> Error {
        match error {
            library::Error::NotFound => Error::NoSuchImage,
            library::Error::NotOwner => Error::NotYours,
            library::Error::FolderNotFound => Error::NotFound { what: "folder" },
            library::Error::PresetNotFound => Error::NotFound { what: "preset" },
            library::Error::InvalidInvite => Error::NotFound { what: "invitation" },
            library::Error::UnknownApiKey { .. } => Error::NotFound { what: "key" },
            library::Error::UnknownAccount { .. } => Error::NotFound { what: "account" },
            library::Error::FolderTaken { .. }
            | library::Error::PresetTaken { .. }
            | library::Error::AccountNameTaken { .. }
            | library::Error::EmailTaken
            | library::Error::AccountOwnsImages { .. }
            | library::Error::PermanentAccount { .. } => Error::Conflict {
                code: error_code(&error),
                reason: error.to_string(),
            },
            library::Error::InvalidFolderPath { .. }
            | library::Error::InvalidPresetName { .. }
            | library::Error::InvalidAccountName { .. }
            | library::Error::InvalidEmail { .. }
            | library::Error::PasswordTooShort { .. }
            | library::Error::PasswordTooLong { .. }
            | library::Error::ExpiryInPast
            | library::Error::InvalidLifetime => Error::Invalid {
                code: error_code(&error),
                sentence: error.to_string(),
            },
            library::Error::TooLarge { .. } => Error::TooLarge,
            library::Error::Unauthorised => Error::Unauthorised(CredentialError::Wrong),
            library::Error::Forbidden { .. } => Error::Forbidden,
            library::Error::IdempotencyKeyReused => Error::KeyReused,
            library::Error::DiskFull => Error::DiskFull,
            library::Error::Busy => Error::overloaded(),
            library::Error::Image(imaging::Error::Cancelled) => Error::overloaded(),
            library::Error::Image(error) => Error::BadImage(error),
            other => Error::internal(other),
        }
    }
}

/// What programs know an outcome by, so that they can say it in another language.
fn error_code(error: &library::Error) -> &'static str {
    match error {
        library::Error::FolderTaken { .. } => "folder_taken",
        library::Error::PresetTaken { .. } => "preset_taken",
        library::Error::AccountNameTaken { .. } => "name_taken",
        library::Error::EmailTaken => "email_taken",
        library::Error::AccountOwnsImages { .. } => "owns_images",
        library::Error::PermanentAccount { .. } => "permanent",
        library::Error::InvalidFolderPath { .. } => "bad_folder",
        library::Error::InvalidPresetName { .. } => "bad_preset",
        library::Error::InvalidAccountName { .. } => "bad_name",
        library::Error::InvalidEmail { .. } => "bad_email",
        library::Error::PasswordTooShort { .. } => "short_password",
        library::Error::PasswordTooLong { .. } => "long_password",
        library::Error::ExpiryInPast => "end_is_over",
        library::Error::InvalidLifetime => "bad_lifetime",
        _ => "other",
    }
}
