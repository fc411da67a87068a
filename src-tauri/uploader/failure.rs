//! Failures of an upload, one variant each.
//!
//! The variant is the outcome and its fields are what a sentence about it needs. It is stored with the job, sent to
//! the page, and printed by the command line, so `Display` is the whole sentence: what happened, and what to do.

use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An outcome other than a link. In JSON: `{"code": "too_large", "bytes": 123, …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Failure {
    // What was given is no picture that can be sent.
    #[error("This is not a picture.")]
    NotAPicture,
    #[error("This file is empty.")]
    EmptyFile,
    #[error("This is a folder. Open it and drop the pictures in it.")]
    IsAFolder,
    #[error("{sentence}")]
    BrokenPicture { sentence: String },
    #[error("{sentence}")]
    UnsupportedFormat { format: String, sentence: String },
    #[error("{sentence}")]
    TooManyPixels {
        width: u32,
        height: u32,
        sentence: String,
    },
    #[error("The file is no longer where it was. Drop it again.")]
    FileGone,
    #[error("The file has changed since it was dropped. Try again to send it as it is now.")]
    FileChanged,
    #[error("The file cannot be read: {reason}")]
    FileUnreadable { reason: String },

    // A picture that was dropped from a web page could not be fetched.
    #[error("This is not a web address that a picture can be fetched from.")]
    WebAddress,
    #[error(
        "{host} is an address inside this computer or network, and pictures are only fetched from the public web. \
         Save the picture and drop the file."
    )]
    WebPrivate { host: String },
    #[error("{host} answered {status} instead of the picture. Save the picture and drop the file.")]
    WebRefused { host: String, status: u16 },
    #[error("{host} sent something that is not a picture. Save the picture and drop the file.")]
    WebNotAPicture { host: String },
    #[error("{host} could not be reached.")]
    WebUnreachable { host: String },
    #[error("The picture at {host} is larger than {max_megabytes} MB. Save it and drop the file.")]
    WebTooLarge { host: String, max_megabytes: u64 },
    #[error(
        "{host} sends from one address to the next without end. Save the picture and drop the file."
    )]
    WebRedirects { host: String },

    // The target said no.
    #[error("The server refused the key. Enter it again.")]
    Unauthorised,
    #[error("The key is good, but it may not upload. Use one that may.")]
    Forbidden,
    #[error(
        "The server does not take files as large as this one ({megabytes} MB). Make it smaller and try again."
    )]
    TooLarge { megabytes: u64 },
    #[error("The server refused the picture: {said}")]
    Refused { said: String },
    /// The picture arrived, but what it takes to see it was refused.
    #[error("The picture was uploaded, but the server gave no link to it: {said}")]
    NoLink { said: String },
    /// `status` is missing where the answer was not even HTTP.
    #[error("{address} does not answer like an image server. Check the address.")]
    UnexpectedReply {
        address: String,
        status: Option<u16>,
    },
    #[error(
        "{address} has a certificate that cannot be trusted. {}",
        compare(fingerprint)
    )]
    Certificate {
        address: String,
        /// Of what was shown, SHA-256.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fingerprint: Option<String>,
    },
    #[error("This is not an address that pictures can be sent to: {address}")]
    BadAddress { address: String },

    #[error("The server did not delete the picture: {said}. Delete it there by hand.")]
    NotDeleted { said: String },
    #[error("{target} has no way to take a picture away again. Delete it there by hand.")]
    CannotDelete { target: String },
    #[error("This is not the address of a proxy: {address}. Write it as http://HOST:PORT.")]
    BadProxy { address: String },
    #[error(
        "This is no certificate that can be trusted. Give one as PEM, which begins with -----BEGIN CERTIFICATE-----."
    )]
    BadCertificate,

    // It may work later.
    #[error("The server takes no more pictures at the moment.")]
    RateLimited { after_seconds: Option<u64> },
    #[error("The server is busy.")]
    Busy { after_seconds: Option<u64> },
    #[error("The server had a problem of its own (status {status}).")]
    ServerError { status: u16 },
    #[error("{address} cannot be reached.")]
    Unreachable { address: String },
    #[error("{address} did not answer in time.")]
    TimedOut { address: String },
    #[error("The connection to {address} was cut.")]
    Interrupted { address: String },

    // On this side.
    #[error("The target that the picture was sent to is no longer among the targets.")]
    NoTarget,
    #[error("You stopped this upload. Try again to send it.")]
    Cancelled,
    #[error("The picture is no longer kept here. Paste or drop it again.")]
    NotKept,
    #[error("There is no key for {target}. Enter it.")]
    NoKey { target: String },
    #[error("The keychain cannot be read: {reason}")]
    Keychain { reason: String },
    #[error("The disk is full. Free some space and try again.")]
    DiskFull,
    #[error("The list of uploads cannot be read or written: {reason}")]
    Storage { reason: String },
    #[error("The program failed while it worked on this picture. Try again.")]
    Internal,
}

impl Failure {
    /// The outcome's name, as in the JSON: `too_large`.
    pub fn code(&self) -> &'static str {
        use Failure::*;
        match self {
            NotAPicture => "not_a_picture",
            EmptyFile => "empty_file",
            IsAFolder => "is_a_folder",
            BrokenPicture { .. } => "broken_picture",
            UnsupportedFormat { .. } => "unsupported_format",
            TooManyPixels { .. } => "too_many_pixels",
            FileGone => "file_gone",
            FileChanged => "file_changed",
            FileUnreadable { .. } => "file_unreadable",
            WebAddress => "web_address",
            WebPrivate { .. } => "web_private",
            WebRefused { .. } => "web_refused",
            WebNotAPicture { .. } => "web_not_a_picture",
            WebUnreachable { .. } => "web_unreachable",
            WebTooLarge { .. } => "web_too_large",
            WebRedirects { .. } => "web_redirects",
            Unauthorised => "unauthorised",
            Forbidden => "forbidden",
            TooLarge { .. } => "too_large",
            Refused { .. } => "refused",
            NoLink { .. } => "no_link",
            UnexpectedReply { .. } => "unexpected_reply",
            Certificate { .. } => "certificate",
            BadAddress { .. } => "bad_address",
            NotDeleted { .. } => "not_deleted",
            CannotDelete { .. } => "cannot_delete",
            BadProxy { .. } => "bad_proxy",
            BadCertificate => "bad_certificate",
            RateLimited { .. } => "rate_limited",
            Busy { .. } => "busy",
            ServerError { .. } => "server_error",
            Unreachable { .. } => "unreachable",
            TimedOut { .. } => "timed_out",
            Interrupted { .. } => "interrupted",
            NoTarget => "no_target",
            Cancelled => "cancelled",
            NotKept => "not_kept",
            NoKey { .. } => "no_key",
            Keychain { .. } => "keychain",
            DiskFull => "disk_full",
            Storage { .. } => "storage",
            Internal => "internal",
        }
    }

    /// Whether the same picture may well go through later without anybody doing anything.
    pub fn is_transient(&self) -> bool {
        use Failure::*;
        matches!(
            self,
            RateLimited { .. }
                | Busy { .. }
                | ServerError { .. }
                | Unreachable { .. }
                | TimedOut { .. }
                | Interrupted { .. }
                | WebUnreachable { .. }
        )
    }

    /// Whether trying again can help at all, so that the row offers it: a folder stays a folder.
    pub fn is_worth_retrying(&self) -> bool {
        use Failure::*;
        !matches!(
            self,
            IsAFolder | WebAddress | UnsupportedFormat { .. } | TooManyPixels { .. }
        )
    }

    /// How long the other side asked to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Failure::RateLimited { after_seconds } | Failure::Busy { after_seconds } => {
                after_seconds.map(Duration::from_secs)
            }
            _ => None,
        }
    }

    /// What reading (or copying) the user's file ran into.
    pub(crate) fn from_read_error(error: &io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::NotFound => Failure::FileGone,
            io::ErrorKind::IsADirectory => Failure::IsAFolder,
            io::ErrorKind::PermissionDenied => Failure::FileUnreadable {
                reason: "this account has no permission to.".into(),
            },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Failure::DiskFull,
            _ => Failure::FileUnreadable {
                reason: format!("{error}."),
            },
        }
    }

    /// What writing into the uploader's own folder ran into.
    pub(crate) fn from_write_error(error: &io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Failure::DiskFull,
            _ => Failure::Storage {
                reason: format!("{error}."),
            },
        }
    }
}

/// What can be done about a certificate.
fn compare(fingerprint: &Option<String>) -> String {
    match fingerprint {
        Some(fingerprint) => format!(
            "Check the address. If it is right and the certificate is the server's own, whose fingerprint (SHA-256) is \
             then {fingerprint}, add the authority that signed it."
        ),
        None => "Check the address.".to_owned(),
    }
}
