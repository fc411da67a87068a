//! Bytes on their way out: small ones whole, large ones as an open file.

use std::fs::File;
use std::io::Read;

use bytes::Bytes;
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
    /// The first frame only, of an original that moves.
    pub stilled: bool,
}

#[derive(Debug)]
pub enum Body {
    Whole(Bytes),
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
                stilled: false,
            });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or_default());
        file.read_to_end(&mut bytes).during("reading a picture")?;
        Ok(Content::whole(bytes, format, etag))
    }

    /// The same once more, if that costs nothing: bytes in memory are shared, a file has one reader.
    pub(crate) fn shared(&self) -> Option<Content> {
        match &self.body {
            Body::Whole(bytes) => Some(Content {
                format: self.format,
                len: self.len,
                body: Body::Whole(bytes.clone()),
                etag: self.etag.clone(),
                stilled: self.stilled,
            }),
            Body::Open(_) => None,
        }
    }

    pub(crate) fn whole(bytes: Vec<u8>, format: Format, etag: String) -> Content {
        Content {
            format,
            len: bytes.len() as u64,
            body: Body::Whole(bytes.into()),
            etag,
            stilled: false,
        }
    }
}
