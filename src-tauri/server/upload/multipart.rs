//! Forms as multipart: parts in any order, by `multer`, within our own limits.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use multer::{Field, Multipart};

use super::file_writer::FileKind;
use super::form_builder::{FileConfidence, FormBuilder, ReadError};
use super::form_spec::MAX_OVERHEAD;
use super::limited_body::LimitedBody;
use crate::error::{Error, Result};

/// The headers of one part, or what stands before the first. multer looks through all of it again
/// with every piece that arrives, and pieces may be as small as the sender likes.
const MAX_HEADER_BYTES: u64 = 64 << 10;
/// RFC 2046 allows 70 characters. A long one is costly for the same reason.
const MAX_BOUNDARY_BYTES: usize = 256;

pub async fn read(
    headers: &HeaderMap,
    body: LimitedBody,
    intake: &mut FormBuilder<'_>,
) -> Result<(), ReadError> {
    let boundary = parse_boundary(headers)
        .ok_or_else(|| Error::bad_body("the boundary of its parts is missing or too long"))?;
    let progress = Arc::new(Progress::default());
    let stream = OnePieceStream {
        body,
        yielded_last: false,
        last_len: 0,
        progress: progress.clone(),
    };
    let mut parts = PartReader {
        multipart: Multipart::new(stream, boundary),
        progress,
        builder: intake,
    };
    while let Some(part) = parts.multipart.next_field().await.map_err(read_error)? {
        parts.progress.begin_part();
        parts.read_part(part).await?;
    }
    Ok(())
}

struct PartReader<'a, 'b> {
    multipart: Multipart<'static>,
    progress: Arc<Progress>,
    builder: &'a mut FormBuilder<'b>,
}

impl PartReader<'_, '_> {
    async fn read_part(&mut self, part: Field<'static>) -> Result<(), ReadError> {
        let likeness = file_confidence(&part);
        let name = part.name().unwrap_or_default().to_owned();
        match self.builder.file_field_index(&name) {
            Some(index) => {
                let kind = if likeness == FileConfidence::Nameless && self.builder.accepts_text() {
                    FileKind::Unknown
                } else {
                    FileKind::File
                };
                let file = part.file_name().unwrap_or_default();
                if self.builder.begin_file(likeness, index, file, kind).await? {
                    self.read_file(part).await
                } else {
                    self.skip_part(part, likeness).await
                }
            }
            None if likeness == FileConfidence::Nameless => self.read_field(name, part).await,
            None => self.skip_part(part, likeness).await,
        }
    }

    async fn read_file(&mut self, mut part: Field<'static>) -> Result<(), ReadError> {
        while let Some(bytes) = self.next_chunk(&mut part).await? {
            self.builder.send_bytes(bytes).await?;
        }
        Ok(())
    }

    async fn read_field(
        &mut self,
        name: String,
        mut part: Field<'static>,
    ) -> Result<(), ReadError> {
        let mut value = Vec::new();
        while let Some(bytes) = self.next_chunk(&mut part).await? {
            self.builder.count_overhead(bytes.len())?;
            value.extend_from_slice(&bytes);
        }
        let value = String::from_utf8_lossy(&value).into_owned();
        Ok(self.builder.add_field(name, value).await?)
    }

    async fn skip_part(
        &mut self,
        mut part: Field<'static>,
        likeness: FileConfidence,
    ) -> Result<(), ReadError> {
        while let Some(bytes) = self.next_chunk(&mut part).await? {
            if likeness == FileConfidence::Nameless {
                self.builder.count_overhead(bytes.len())?;
            }
        }
        Ok(())
    }

    async fn next_chunk(&mut self, part: &mut Field<'static>) -> Result<Option<Bytes>, ReadError> {
        let bytes = part.chunk().await.map_err(read_error)?;
        let length = bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        self.progress.add_content(length);
        Ok(bytes)
    }
}

fn file_confidence(part: &Field<'_>) -> FileConfidence {
    match (part.file_name(), part.content_type()) {
        (Some(name), _) if !name.is_empty() => FileConfidence::Named,
        (Some(_), _) => FileConfidence::Typed,
        (None, Some(kind)) if kind.type_() != "text" => FileConfidence::Typed,
        (None, _) => FileConfidence::Nameless,
    }
}

fn parse_boundary(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let boundary = multer::parse_boundary(value).ok()?;
    (boundary.len() <= MAX_BOUNDARY_BYTES).then_some(boundary)
}

/// Our own errors come back out of multer as they went in; all of its own mean that this is no
/// readable multipart body.
fn read_error(error: multer::Error) -> ReadError {
    let refusal = match error {
        multer::Error::StreamReadFailed(cause) => match cause.downcast::<Error>() {
            Ok(own) => *own,
            Err(_) => Error::bad_body("it was cut off"),
        },
        _ => Error::bad_body("it is no multipart form that ends as it should"),
    };
    ReadError::Failed(refusal)
}

/// How far both sides of multer have come: what it was given, and what it made of it.
#[derive(Default)]
struct Progress {
    /// Bytes of the body that were read.
    bytes_read: AtomicU64,
    /// Of those, the ones that were content of some part.
    content_bytes: AtomicU64,
    /// How many were no content when the newest part began.
    framing_before: AtomicU64,
}

impl Progress {
    fn add_read(&self, bytes: u64) {
        self.bytes_read.fetch_add(bytes, Ordering::Relaxed);
    }

    fn add_content(&self, bytes: u64) {
        self.content_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn begin_part(&self) {
        self.framing_before
            .store(self.framing_bytes(0), Ordering::Relaxed);
    }

    /// Bytes that were no content, of all but the last few: those may still become content.
    fn framing_bytes(&self, last: u64) -> u64 {
        let read = self.bytes_read.load(Ordering::Relaxed).saturating_sub(last);
        read.saturating_sub(self.content_bytes.load(Ordering::Relaxed))
    }

    /// The same, counted from the beginning of the newest part.
    fn part_framing_bytes(&self, last: u64) -> u64 {
        let before = self.framing_before.load(Ordering::Relaxed);
        self.framing_bytes(last).saturating_sub(before)
    }
}

/// The body as multer may have it. It takes all it can get in one go, and would hold all of it: it
/// is given one piece a poll.
struct OnePieceStream {
    body: LimitedBody,
    /// Whether the last poll gave a piece.
    yielded_last: bool,
    /// Length of the newest piece: it may be content, as far as is known yet.
    last_len: u64,
    progress: Arc<Progress>,
}

impl OnePieceStream {
    /// What was read and is no part's content waits in multer's buffer: a preamble or a part's
    /// headers without an end. They are refused before they fill the memory.
    fn check_framing(&self) -> Result<()> {
        let progress = &self.progress;
        if progress.framing_bytes(self.last_len) > MAX_OVERHEAD
            || progress.part_framing_bytes(self.last_len) > MAX_HEADER_BYTES
        {
            Err(Error::bad_body("what stands around its parts is too long"))
        } else {
            Ok(())
        }
    }
}

impl Stream for OnePieceStream {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        if std::mem::take(&mut self.yielded_last) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.check_framing()?;
        let polled = self.body.poll_next_unpin(cx);
        if let Poll::Ready(Some(Ok(bytes))) = &polled {
            self.last_len = bytes.len() as u64;
            self.progress.add_read(self.last_len);
            self.yielded_last = true;
        }
        polled
    }
}
