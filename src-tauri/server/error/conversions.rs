//! What other rooms' outcomes are to a request.

use super::{Credentials, Error};

impl From<library::Error> for Error {
    fn from(error: library::Error) -> Error {
        match error {
            library::Error::NotFound => Error::NoSuchImage,
            library::Error::NotYours => Error::NotYours,
            library::Error::NoFolder => Error::NoSuch { what: "folder" },
            library::Error::NoPreset => Error::NoSuch { what: "preset" },
            library::Error::NoInvite => Error::NoSuch { what: "invitation" },
            library::Error::UnknownKey { .. } => Error::NoSuch { what: "key" },
            library::Error::UnknownAccount { .. } => Error::NoSuch { what: "account" },
            library::Error::FolderTaken { .. }
            | library::Error::PresetTaken { .. }
            | library::Error::NameTaken { .. }
            | library::Error::EmailTaken
            | library::Error::OwnsImages { .. }
            | library::Error::Permanent { .. } => Error::Conflict {
                word: word(&error),
                reason: error.to_string(),
            },
            library::Error::BadFolder { .. }
            | library::Error::BadPreset { .. }
            | library::Error::BadName { .. }
            | library::Error::BadEmail { .. }
            | library::Error::ShortPassword { .. }
            | library::Error::LongPassword { .. }
            | library::Error::EndIsOver
            | library::Error::BadLifetime => Error::Invalid {
                word: word(&error),
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

/// What programs know an outcome by, so that they can say it in another language.
fn word(error: &library::Error) -> &'static str {
    match error {
        library::Error::FolderTaken { .. } => "folder_taken",
        library::Error::PresetTaken { .. } => "preset_taken",
        library::Error::NameTaken { .. } => "name_taken",
        library::Error::EmailTaken => "email_taken",
        library::Error::OwnsImages { .. } => "owns_images",
        library::Error::Permanent { .. } => "permanent",
        library::Error::BadFolder { .. } => "bad_folder",
        library::Error::BadPreset { .. } => "bad_preset",
        library::Error::BadName { .. } => "bad_name",
        library::Error::BadEmail { .. } => "bad_email",
        library::Error::ShortPassword { .. } => "short_password",
        library::Error::LongPassword { .. } => "long_password",
        library::Error::EndIsOver => "end_is_over",
        library::Error::BadLifetime => "bad_lifetime",
        _ => "other",
    }
}
