//! Errors of the library, named for the outcome.
//!
//! Every message says what happened and what to do; the cause is kept for the log. The server decides status codes.

use std::io;

use crate::auth::scopes::Scope;
use crate::ids::ImageId;
use crate::storage::server_info::ServerInfo;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such image, or none that this actor may know of.
    #[error("There is no such image.")]
    NotFound,

    /// It belongs to another account. A dialect that must not admit that responds as to `NotFound`.
    #[error("This belongs to somebody else.")]
    NotOwner,

    #[error("There is no such folder.")]
    FolderNotFound,

    #[error("`{path}` cannot be a folder's path: {why}.")]
    InvalidFolderPath { path: String, why: &'static str },

    #[error("A folder named `{name}` is there already; choose another name.")]
    FolderTaken { name: String },

    #[error("This invitation is not good any more; ask for a new one.")]
    InvalidInvite,

    #[error("There is no such preset.")]
    PresetNotFound,

    #[error("A preset named `{name}` is there already; choose another name, or delete it first.")]
    PresetTaken { name: String },

    #[error(
        "`{name}` cannot be a preset's name: use 1 to 64 of A-Z, a-z, 0-9, `_` and `-`, beginning with a letter or digit."
    )]
    InvalidPresetName { name: String },

    #[error("The e-mail address is another account's; use another one.")]
    EmailTaken,

    #[error("`{email}` is not an e-mail address.")]
    InvalidEmail { email: String },

    /// The account has an image of these bytes already, and the upload was not to add another.
    #[error("This picture was uploaded before.")]
    Duplicate(ImageId),

    #[error("This file is too large; the limit is {max} bytes.")]
    TooLarge { max: u64 },

    /// Nobody in particular asked for something that needs a key.
    #[error("This needs a valid key.")]
    Unauthorised,

    #[error("This key lacks the scope `{scope}`; use one that has it.")]
    Forbidden { scope: Scope },

    /// What `imaging` says about the bytes.
    #[error("{0}")]
    Image(#[source] imaging::Error),

    #[error(
        "This idempotency key was used for other bytes within the last 24 hours; use a new one."
    )]
    IdempotencyKeyReused,

    #[error(
        "The account name `{name}` is taken, or was once and is not given out again; choose another."
    )]
    AccountNameTaken { name: String },

    #[error(
        "`{name}` cannot be an account's name: use 1 to 32 of a-z, 0-9, `_`, `.` and `-`, beginning with a letter or digit, and none of the reserved words {reserved}."
    )]
    InvalidAccountName { name: String, reserved: String },

    #[error("This password is too short; use at least {min} characters.")]
    PasswordTooShort { min: usize },

    #[error("This password is too long; use at most {max} letters.")]
    PasswordTooLong { max: usize },

    #[error(
        "The account `{name}` still owns {count} {}; remove it with its images, or delete them first.",
        if *count == 1 { "image" } else { "images" }
    )]
    AccountOwnsImages { name: String, count: u64 },

    #[error("There is no account named `{name}`.")]
    UnknownAccount { name: String },

    /// The first account is what keys are made for when nothing else is said.
    #[error("The account `{name}` belongs to the folder itself and stays.")]
    PermanentAccount { name: String },

    #[error("There is no key with the id `{id}`.")]
    UnknownApiKey { id: String },

    #[error("A key's lifetime must lie between a second and a thousand years.")]
    InvalidLifetime,

    #[error("A picture's end must lie in the future; to have the picture gone now, delete it.")]
    ExpiryInPast,

    /// Another process serves this folder.
    #[error("This folder is already served by {0}.")]
    AlreadyServed(ServerInfo),

    #[error("The disk is full: nothing was kept. Make room and try again.")]
    DiskFull,

    #[error("The library is busy with other writers; try again in a moment.")]
    Busy,

    #[error(
        "This folder was written by a newer version (its database is version {found}, this program knows up to {known}); update this program."
    )]
    NewerDatabase { found: u32, known: u32 },

    /// The disk or the database failed; `doing` says at what.
    #[error("Storage failed while {doing}: {cause}")]
    Storage {
        doing: &'static str,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    pub(crate) fn storage(
        doing: &'static str,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        Error::Storage {
            doing,
            cause: cause.into(),
        }
    }
}

impl From<imaging::Error> for Error {
    fn from(error: imaging::Error) -> Error {
        match error {
            // An `Incoming` that is written to says its own errors through `io::Error`.
            imaging::Error::Io(cause) => cause
                .downcast::<Error>()
                .unwrap_or_else(|cause| Error::storage("reading a picture", cause)),
            error => Error::Image(error),
        }
    }
}

/// Says what was being done when the disk failed, and recognises a full one.
pub(crate) trait StorageContext<T> {
    fn context(self, doing: &'static str) -> Result<T>;
}

impl<T> StorageContext<T> for io::Result<T> {
    fn context(self, doing: &'static str) -> Result<T> {
        self.map_err(|cause| match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::DiskFull,
            _ => Error::storage(doing, cause),
        })
    }
}
