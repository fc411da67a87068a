//! Bytes on their way out: small ones whole, large ones as an open file.

use std::fs::File;
use std::io::Read;

use imaging::Format;

use crate::error::{Result, While};

/// Up to here one read is cheaper than handing a file around.
pub(crate) const WHOLE: u64 = 256 * 1024;

#[derive(Debug)]
pub struct Content {
    pub format: Format,
    /// How many bytes `body` has.
    pub len: u64,
    pub body: Body,
    /// Strong, with its quotes.
    pub etag: String,
}

#[derive(Debug)]
pub enum Body {
    Whole(Vec<u8>),
    /// Stands at its start; stays readable when the image is deleted meanwhile.
    Open(File),
}

impl Content {
    pub(crate) fn of(mut file: File, format: Format, etag: String) -> Result<Content> {
        let len = file.metadata().during("reading a picture")?.len();
        if len > WHOLE {
            return Ok(Content {
                format,
                len,
                body: Body::Open(file),
                etag,
            });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or_default());
        file.read_to_end(&mut bytes).during("reading a picture")?;
        Ok(Content::whole(bytes, format, etag))
    }

    pub(crate) fn whole(bytes: Vec<u8>, format: Format, etag: String) -> Content {
        Content {
            format,
            len: bytes.len() as u64,
            body: Body::Whole(bytes),
            etag,
        }
    }
}
