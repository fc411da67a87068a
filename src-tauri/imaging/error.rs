//! Errors of this crate, one variant per outcome.
//!
//! The sentences say what happened and what to do; doors with words of their own match on the variant.

use crate::Format;

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("This file is empty.")]
    Empty,
    #[error("This is not a picture in a known format.")]
    NotAnImage,
    /// A picture by its first bytes, but of a format that is not decoded here.
    #[error("{} pictures are not supported. {}", .0.title(), .0.advice())]
    Unsupported(Format),
    /// The bytes contradict their format, or end too early. The text is what the decoder said.
    #[error("This picture is broken or cut off ({0}). Try to save or export it again.")]
    Broken(String),
    #[error(
        "This picture is {megapixels} megapixels ({width} × {height}); at most {max} are accepted. Make it smaller first."
    )]
    TooManyPixels {
        width: u32,
        height: u32,
        /// Rounded up, so that it is never the number that would be accepted.
        megapixels: u64,
        /// Megapixels.
        max: u64,
    },
    #[error(
        "This picture is {width} × {height} pixels; at most {max} on a side are accepted. Make it smaller first."
    )]
    DimensionTooLarge { width: u32, height: u32, max: u32 },
    #[error("{} cannot hold a picture longer than {max} pixels. Ask for a smaller size or another format.", .format.title())]
    DimensionTooLargeForOutput { format: Format, max: u32 },
    #[error("{} pictures cannot be written. Ask for JPEG, PNG, WebP, AVIF, GIF or BMP.", .0.title())]
    CannotEncode(Format),
    #[error("Metadata cannot be taken out of {} pictures. Convert it to JPEG, PNG or WebP first.", .0.title())]
    CannotStrip(Format),
    /// The caller's `Stop` said so.
    #[error("The work on this picture was stopped before it was done.")]
    Cancelled,
    /// The source could not be read; says nothing about the picture.
    #[error("This picture could not be read: {0}")]
    Io(#[from] std::io::Error),
}

impl Error {
    /// What a decoder says about bytes that it could not make sense of.
    pub(crate) fn broken(said: impl std::fmt::Display) -> Error {
        Error::Broken(said.to_string())
    }

    /// Bytes that end too early are the picture's fault, everything else is the disk's.
    pub(crate) fn from_read_error(error: std::io::Error) -> Error {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::InvalidData => {
                Error::broken(error)
            }
            _ => Error::Io(error),
        }
    }
}
