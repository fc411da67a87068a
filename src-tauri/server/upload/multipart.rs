//! A form as multipart: parts in any order, through `multer`, within bounds of our own.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use multer::{Field, Multipart};

use super::file_writer::Kind;
use super::form::AROUND;
use super::form_builder::{Halt, Intake, Likeness};
use super::limited_body::Paced;
use crate::error::{Error, Result};

/// The headers of one part, or what stands before the first. multer looks through all of it again
/// with every piece that arrives, and pieces may be as small as the sender likes.
const HEAD: u64 = 64 << 10;
/// RFC 2046 allows 70 characters. A long one is costly for the same reason.
const LONGEST_BOUNDARY: usize = 256;

pub async fn read(headers: &HeaderMap, body: Paced, intake: &mut Intake<'_>) -> Result<(), Halt> {
    let boundary = boundary(headers)
        .ok_or_else(|| Error::bad_body("the boundary of its parts is missing or too long"))?;
    let progress = Arc::new(Progress::default());
    let stream = OneByOne {
        body,
        gave: false,
        newest: 0,
        progress: progress.clone(),
    };
    let mut parts = Parts {
        multipart: Multipart::new(stream, boundary),
        progress,
        intake,
    };
    while let Some(part) = parts.multipart.next_field().await.map_err(refused)? {
        parts.progress.begin_part();
        parts.take(part).await?;
    }
    Ok(())
}

struct Parts<'a, 'b> {
    multipart: Multipart<'static>,
    progress: Arc<Progress>,
    intake: &'a mut Intake<'b>,
}

impl Parts<'_, '_> {
    async fn take(&mut self, part: Field<'static>) -> Result<(), Halt> {
        let likeness = likeness(&part);
        let name = part.name().unwrap_or_default().to_owned();
        match self.intake.wants(&name) {
            Some(index) => {
                let kind = if likeness == Likeness::Nameless && self.intake.takes_texts() {
                    Kind::Unclear
                } else {
                    Kind::File
                };
                let file = part.file_name().unwrap_or_default();
                if self.intake.begin(likeness, index, file, kind).await? {
                    self.pass_on(part).await
                } else {
                    self.pass_over(part, likeness).await
                }
            }
            None if likeness == Likeness::Nameless => self.field(name, part).await,
            None => self.pass_over(part, likeness).await,
        }
    }

    async fn pass_on(&mut self, mut part: Field<'static>) -> Result<(), Halt> {
        while let Some(bytes) = self.chunk(&mut part).await? {
            self.intake.pass_on(bytes).await?;
        }
        Ok(())
    }

    async fn field(&mut self, name: String, mut part: Field<'static>) -> Result<(), Halt> {
        let mut value = Vec::new();
        while let Some(bytes) = self.chunk(&mut part).await? {
            self.intake.count(bytes.len())?;
            value.extend_from_slice(&bytes);
        }
        let value = String::from_utf8_lossy(&value).into_owned();
        Ok(self.intake.field(name, value).await?)
    }

    async fn pass_over(
        &mut self,
        mut part: Field<'static>,
        likeness: Likeness,
    ) -> Result<(), Halt> {
        while let Some(bytes) = self.chunk(&mut part).await? {
            if likeness == Likeness::Nameless {
                self.intake.count(bytes.len())?;
            }
        }
        Ok(())
    }

    async fn chunk(&mut self, part: &mut Field<'static>) -> Result<Option<Bytes>, Halt> {
        let bytes = part.chunk().await.map_err(refused)?;
        let length = bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        self.progress.give(length);
        Ok(bytes)
    }
}

fn likeness(part: &Field<'_>) -> Likeness {
    match (part.file_name(), part.content_type()) {
        (Some(name), _) if !name.is_empty() => Likeness::Named,
        (Some(_), _) => Likeness::Typed,
        (None, Some(kind)) if kind.type_() != "text" => Likeness::Typed,
        (None, _) => Likeness::Nameless,
    }
}

fn boundary(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let boundary = multer::parse_boundary(value).ok()?;
    (boundary.len() <= LONGEST_BOUNDARY).then_some(boundary)
}

/// Our own errors come back out of multer as they went in; all of its own mean that this is no
/// readable multipart body.
fn refused(error: multer::Error) -> Halt {
    let refusal = match error {
        multer::Error::StreamReadFailed(cause) => match cause.downcast::<Error>() {
            Ok(own) => *own,
            Err(_) => Error::bad_body("it was cut off"),
        },
        _ => Error::bad_body("it is no multipart form that ends as it should"),
    };
    Halt::Because(refusal)
}

/// How far both sides of multer have come: what it was given, and what it made of it.
#[derive(Default)]
struct Progress {
    /// Bytes of the body that were read.
    read: AtomicU64,
    /// Of those, the ones that were content of some part.
    content: AtomicU64,
    /// How many were no content when the newest part began.
    framing_before: AtomicU64,
}

impl Progress {
    fn take(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
    }

    fn give(&self, bytes: u64) {
        self.content.fetch_add(bytes, Ordering::Relaxed);
    }

    fn begin_part(&self) {
        self.framing_before
            .store(self.framing(0), Ordering::Relaxed);
    }

    /// Bytes that were no content, of all but the last few: those may still become content.
    fn framing(&self, last: u64) -> u64 {
        let read = self.read.load(Ordering::Relaxed).saturating_sub(last);
        read.saturating_sub(self.content.load(Ordering::Relaxed))
    }

    /// The same, counted from the beginning of the newest part.
    fn framing_of_part(&self, last: u64) -> u64 {
        let before = self.framing_before.load(Ordering::Relaxed);
        self.framing(last).saturating_sub(before)
    }
}

/// The body as multer may have it. It takes all it can get in one go, and would hold all of it: it
/// is given one piece a poll.
struct OneByOne {
    body: Paced,
    /// Whether the last poll gave a piece.
    gave: bool,
    /// Length of the newest piece: it may be content, as far as is known yet.
    newest: u64,
    progress: Arc<Progress>,
}

impl OneByOne {
    /// What was read and is no part's content waits in multer's buffer: a preamble or a part's
    /// headers without an end. They are refused before they fill the memory.
    fn check_framing(&self) -> Result<()> {
        let progress = &self.progress;
        if progress.framing(self.newest) > AROUND || progress.framing_of_part(self.newest) > HEAD {
            Err(Error::bad_body("what stands around its parts is too long"))
        } else {
            Ok(())
        }
    }
}

impl Stream for OneByOne {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        if std::mem::take(&mut self.gave) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.check_framing()?;
        let polled = self.body.poll_next_unpin(cx);
        if let Poll::Ready(Some(Ok(bytes))) = &polled {
            self.newest = bytes.len() as u64;
            self.progress.take(self.newest);
            self.gave = true;
        }
        polled
    }
}
