//! From a multipart body to an upload in the library, streamed.
//!
//! The parts are read on the async side and flow through a short channel to one blocking task that
//! writes them to disk and ends by keeping the file, so 50 MB pass through a megabyte of memory.
//! Parts come in any order; what is no file is bounded, thrown away here and never held.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use futures_util::Stream;
use http_body::Body as _;
use library::{Incoming, Library};
use multer::{Field, Multipart};
use tokio::sync::{SemaphorePermit, mpsc};
use tokio::time::Sleep;

use crate::error::{Error, Result};
use crate::state::App;

/// What may stand around the file: other parts, and the boundaries and headers of all.
const AROUND: u64 = 1 << 20;
/// The headers of one part, or what stands before the first. multer looks through all of it again
/// with every piece that arrives, and pieces may be as small as the sender likes.
const HEAD: u64 = 64 << 10;
/// RFC 2046 allows 70 characters. A long one is costly for the same reason.
const LONGEST_BOUNDARY: usize = 256;
/// Pieces on their way to the disk at one time; each is at most hyper's read buffer.
const PIECES: usize = 4;

/// A file on its way in: its bytes, and the name it was sent with (empty if with none).
pub struct Received {
    pub incoming: Incoming,
    pub name: String,
}

/// Takes the file out of the part called `field` and hands it to `keep`, on the blocking side.
///
/// Where a text and a file part share that name the file wins, and of several files the first.
///
/// # Errors
/// [`Error::NoFile`] if there is none, or if this is no readable multipart body;
/// [`Error::TooLarge`] as soon as that is known; [`Error::TooSlow`]; and whatever `keep` says.
pub async fn multipart<T: Send + 'static>(
    app: &App,
    headers: &HeaderMap,
    body: Body,
    field: &str,
    keep: impl FnOnce(&Library, Received) -> Result<T> + Send + 'static,
) -> Result<T> {
    let most = app.config.max_upload_bytes.saturating_add(AROUND);
    let boundary = boundary(headers).ok_or(Error::NoFile)?;
    if body.size_hint().lower() > most {
        return Err(Error::TooLarge);
    }
    let idle = Duration::from_secs(app.config.upload_idle_seconds);
    let _place = place(app, idle).await?;
    let progress = Arc::new(Progress::default());
    let stream = Paced::new(body, idle, most, progress.clone());
    let parts = Parts {
        multipart: Multipart::new(stream, boundary),
        progress,
        others: 0,
    };

    let (pieces, arriving) = mpsc::channel(PIECES);
    let writing = app.ask(move |library, _| keep(library, write(library, arriving)?));
    let sending = parts.send(field, pieces);
    let (sent, written) = tokio::join!(sending, writing);
    // The writer's own refusal says more than the sender's "nobody listens any more"; but when the
    // sender gave up, the writer only noticed that the file never ended.
    match (sent, written) {
        (Err(Halt::Because(error)), _) => Err(error),
        (Ok(()) | Err(Halt::NobodyListens), written) => written,
    }
}

/// A place among the uploads that are on their way. Others may be slow for as long as they like, so
/// this does not wait longer than a client that hears nothing should.
async fn place(app: &App, patience: Duration) -> Result<SemaphorePermit<'_>> {
    match tokio::time::timeout(patience, app.receiving.acquire()).await {
        Ok(place) => place.map_err(Error::internal),
        Err(_) => Err(Error::busy()),
    }
}

/// What the writer is told.
enum Piece {
    /// A file begins; what came before was none, after all.
    Begin,
    Bytes(Bytes),
    /// All parts are read, and the file had this name.
    End {
        name: String,
    },
}

/// The blocking side: writes pieces until the file is whole.
fn write(library: &Library, mut arriving: mpsc::Receiver<Piece>) -> Result<Received> {
    let mut begun: Option<Incoming> = None;
    while let Some(piece) = arriving.blocking_recv() {
        match (piece, &mut begun) {
            (Piece::Begin, _) => begun = Some(library.incoming()?),
            (Piece::Bytes(bytes), Some(incoming)) => incoming.append(&bytes)?,
            (Piece::Bytes(_), None) => {}
            (Piece::End { name }, _) => {
                // Without a name and without a byte, it is a field that was left empty in a form.
                let left_empty = |incoming: &Incoming| name.is_empty() && incoming.bytes() == 0;
                let incoming = begun.take().filter(|incoming| !left_empty(incoming));
                return Ok(Received {
                    incoming: incoming.ok_or(Error::NoFile)?,
                    name,
                });
            }
        }
    }
    // The client left, or its body was refused: `begun` is dropped, and its file with it.
    Err(Error::NoFile)
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
    fn take(&self, bytes: u64) -> u64 {
        self.read.fetch_add(bytes, Ordering::Relaxed) + bytes
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

struct Parts {
    multipart: Multipart<'static>,
    progress: Arc<Progress>,
    /// Of those, text of parts that nobody asked for.
    others: u64,
}

/// Why the sending side ended early.
enum Halt {
    Because(Error),
    NobodyListens,
}

/// How sure we are that a part is the file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// Neither a file name nor a type: raw bytes, or a text field of the same name.
    Nameless,
    Typed,
    Named,
}

impl Parts {
    async fn send(mut self, field: &str, pieces: mpsc::Sender<Piece>) -> Result<(), Halt> {
        let mut best: Option<(Likeness, String)> = None;
        while let Some(part) = self.multipart.next_field().await.map_err(refused)? {
            self.progress.begin_part();
            let likeness = likeness(&part);
            let better = best.as_ref().is_none_or(|(found, _)| likeness > *found);
            if part.name() == Some(field) && better {
                best = Some((likeness, part.file_name().unwrap_or_default().to_owned()));
                tell(&pieces, Piece::Begin).await?;
                self.pass_on(part, &pieces).await?;
            } else {
                self.pass_over(part).await?;
            }
        }
        let (_, name) = best.ok_or(Halt::Because(Error::NoFile))?;
        tell(&pieces, Piece::End { name }).await
    }

    async fn pass_on(
        &mut self,
        mut part: Field<'static>,
        pieces: &mpsc::Sender<Piece>,
    ) -> Result<(), Halt> {
        while let Some(bytes) = self.chunk(&mut part).await? {
            tell(pieces, Piece::Bytes(bytes)).await?;
        }
        Ok(())
    }

    async fn pass_over(&mut self, mut part: Field<'static>) -> Result<(), Halt> {
        let text = likeness(&part) == Likeness::Nameless;
        while let Some(bytes) = self.chunk(&mut part).await? {
            if text {
                self.others += bytes.len() as u64;
            }
            if self.others > AROUND {
                return Err(Halt::Because(Error::TooLarge));
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

async fn tell(pieces: &mpsc::Sender<Piece>, piece: Piece) -> Result<(), Halt> {
    pieces.send(piece).await.map_err(|_| Halt::NobodyListens)
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
            Err(_) => Error::NoFile,
        },
        _ => Error::NoFile,
    };
    Halt::Because(refusal)
}

/// The body as multer may have it: piece by piece, within bounds of bytes and patience.
struct Paced {
    body: Body,
    idle: Duration,
    /// Runs while nothing arrives.
    quiet: Pin<Box<Sleep>>,
    waiting: bool,
    /// Whether the last poll gave a piece.
    gave: bool,
    most: u64,
    /// Length of the newest piece: it may be content, as far as is known yet.
    newest: u64,
    progress: Arc<Progress>,
}

impl Paced {
    fn new(body: Body, idle: Duration, most: u64, progress: Arc<Progress>) -> Paced {
        let quiet = Box::pin(tokio::time::sleep(idle));
        Paced {
            body,
            idle,
            quiet,
            waiting: false,
            gave: false,
            most,
            newest: 0,
            progress,
        }
    }

    /// What was read and is no part's content waits in multer's buffer: a preamble or a part's
    /// headers without an end. They are refused before they fill the memory.
    fn check_framing(&self) -> Result<()> {
        let progress = &self.progress;
        if progress.framing(self.newest) > AROUND || progress.framing_of_part(self.newest) > HEAD {
            Err(Error::NoFile)
        } else {
            Ok(())
        }
    }
}

impl Stream for Paced {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        // multer takes all it can get in one go, and would hold all of it: give one piece a poll.
        if std::mem::take(&mut self.gave) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.check_framing()?;
        loop {
            match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    self.waiting = false;
                    let Ok(bytes) = frame.into_data() else {
                        continue;
                    };
                    self.newest = bytes.len() as u64;
                    if self.progress.take(self.newest) > self.most {
                        return Poll::Ready(Some(Err(Error::TooLarge)));
                    }
                    self.gave = true;
                    return Poll::Ready(Some(Ok(bytes)));
                }
                // Cut off: whoever sent it is most likely gone.
                Poll::Ready(Some(Err(_))) => return Poll::Ready(Some(Err(Error::NoFile))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => {
                    if !std::mem::replace(&mut self.waiting, true) {
                        let until = tokio::time::Instant::now() + self.idle;
                        self.quiet.as_mut().reset(until);
                    }
                    let given_up = self.quiet.as_mut().poll(cx).is_ready();
                    return if given_up {
                        Poll::Ready(Some(Err(Error::TooSlow)))
                    } else {
                        Poll::Pending
                    };
                }
            }
        }
    }
}
