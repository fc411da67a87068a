//! Bytes on their way out: small ones whole, large ones as an open file.

use std::fs::File;
use std::io::Read;

use bytes::Bytes;
use imaging::Format;

use crate::error::{Result, StorageContext};

/// Up to here one read is cheaper than handing a file around.
pub(crate) const MAX_IN_MEMORY_BYTES: u64 = 256 * 1024;

#[derive(Debug)]
pub struct Content {
    pub format: Format,
    /// How many bytes `body` has.
    pub len: u64,
    pub body: ContentBody,
    /// Strong, with its quotes.
    pub etag: String,
    /// The first frame only, of an original that moves.
    pub first_frame_only: bool,
}

#[derive(Debug)]
pub enum ContentBody {
    InMemory(Bytes),
    /// Stands at its start; stays readable when the image is deleted meanwhile.
    OpenFile(File),
}

impl Content {
    pub(crate) fn from_file(mut file: File, format: Format, etag: String) -> Result<Content> {
        let len = file.metadata().context("reading a picture")?.len();
        if len > MAX_IN_MEMORY_BYTES {
            return Ok(Content {
                format,
                len,
                body: ContentBody::OpenFile(file),
                etag,
                first_frame_only: false,
            });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or_default());
        file.read_to_end(&mut bytes).context("reading a picture")?;
        Ok(Content::from_bytes(bytes, format, etag))
    }

    /// The same once more, if that costs nothing: bytes in memory are shared, a file has one reader.
    pub(crate) fn try_share(&self) -> Option<Content> {
        match &self.body {
            ContentBody::InMemory(bytes) => Some(Content {
                format: self.format,
                len: self.len,
                body: ContentBody::InMemory(bytes.clone()),
                etag: self.etag.clone(),
                first_frame_only: self.first_frame_only,
            }),
            ContentBody::OpenFile(_) => None,
        }
    }

    pub(crate) fn from_bytes(bytes: Vec<u8>, format: Format, etag: String) -> Content {
        Content {
            format,
            len: bytes.len() as u64,
            body: ContentBody::InMemory(bytes.into()),
            etag,
            first_frame_only: false,
        }
    }
}
