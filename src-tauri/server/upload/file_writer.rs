//! Writes the chunks of an uploaded file to disk, on a blocking thread.
//!
//! A text is looked at when its first 8 KiB are here: a longer one can only be base64, and is
//! decoded as it arrives. Shorter ones are held; they may also be addresses.

use bytes::Bytes;
use library::{Library, StagedUpload};
use tokio::sync::mpsc;

use super::base64_stream::{Base64Decoder, strip_data_url_prefix};
use crate::error::{Error, Result};
use crate::state::App;

/// No web address is longer.
const MAX_URL_BYTES: usize = 8 << 10;

/// What the writer is told.
pub enum WriterCommand {
    /// A file begins; what came before was none, after all.
    Begin(FileKind),
    Bytes(Bytes),
    /// The form is read, and the file whole.
    End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    File,
    /// A text, or a file without anything that says so.
    Unknown,
    Text {
        spaces_are_plus: bool,
    },
}

/// How a file came.
#[derive(Debug)]
pub enum FileContent {
    Bytes(StagedUpload),
    /// A short text.
    Text(ShortText),
    /// What a long text says in base64; `None` if it is something else.
    Base64(Option<StagedUpload>),
}

impl FileContent {
    pub fn is_empty(&self) -> bool {
        match self {
            FileContent::Bytes(incoming) => incoming.size() == 0,
            FileContent::Text(text) => text.content.trim().is_empty(),
            FileContent::Base64(_) => false,
        }
    }
}

/// A text of at most 8 KiB in a file's place.
#[derive(Debug)]
pub struct ShortText {
    content: String,
    spaces_are_plus: bool,
    max_bytes: u64,
}

impl ShortText {
    /// Of a query, where a `+` that was not escaped has become a space.
    pub fn new(words: &str, most: u64) -> ShortText {
        ShortText {
            content: words.to_owned(),
            spaces_are_plus: true,
            max_bytes: most,
        }
    }

    pub fn url(&self) -> Option<&str> {
        let words = self.content.trim();
        let begins = |scheme: &str| {
            words
                .get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        };
        (begins("http://") || begins("https://")).then_some(words)
    }

    pub fn decode(&self, library: &Library) -> Result<StagedUpload> {
        let mut decoding = Base64Writer::new(library, self.spaces_are_plus, self.max_bytes)?;
        decoding.append(strip_data_url_prefix(self.content.as_bytes()))?;
        decoding.finish()
    }

    fn is_base64(&self) -> bool {
        let mut decoder = Base64Decoder::new(self.spaces_are_plus);
        let text = strip_data_url_prefix(self.content.as_bytes());
        decoder.feed(text, |_| Ok(())).is_ok() && decoder.finish(|_| Ok(())).is_ok()
    }
}

/// The longest text that says `most` bytes in base64: line breaks, and what stands before it.
pub fn max_text_len(most: u64) -> u64 {
    let exact = most.div_ceil(3).saturating_mul(4);
    exact
        .saturating_add(exact / 32)
        .saturating_add(MAX_URL_BYTES as u64)
}

/// Writes what arrives; begins to hold a thread when the first file does.
pub async fn write_file(
    app: &App,
    most: u64,
    mut arriving: mpsc::Receiver<WriterCommand>,
) -> Result<Option<FileContent>> {
    let Some(first) = arriving.recv().await else {
        return Ok(None);
    };
    app.run_blocking(move |library, _| {
        let mut begun: Option<FileWriter<'_>> = None;
        let mut next = Some(first);
        while let Some(piece) = next {
            match (piece, &mut begun) {
                (WriterCommand::Begin(kind), _) => {
                    begun = Some(FileWriter::new(library, kind, most)?)
                }
                (WriterCommand::Bytes(bytes), Some(arriving)) => arriving.append(&bytes)?,
                (WriterCommand::Bytes(_), None) => {}
                (WriterCommand::End, _) => return begun.map(FileWriter::finish).transpose(),
            }
            next = arriving.blocking_recv();
        }
        // The client left, or its body was refused: `begun` is dropped, and its file with it.
        Ok(None)
    })
    .await
}

struct FileWriter<'a> {
    library: &'a Library,
    kind: FileKind,
    max_bytes: u64,
    received: u64,
    sink: Sink,
}

enum Sink {
    /// The beginning of what may be a text.
    Undecided(Vec<u8>),
    Bytes(StagedUpload),
    Base64(Base64Writer),
    /// In a text that is neither an address nor base64.
    Discard,
}

impl<'a> FileWriter<'a> {
    fn new(library: &'a Library, kind: FileKind, most: u64) -> Result<FileWriter<'a>> {
        let place = match kind {
            FileKind::File => Sink::Bytes(new_staged_upload(library, most)?),
            FileKind::Unknown | FileKind::Text { .. } => Sink::Undecided(Vec::new()),
        };
        Ok(FileWriter {
            library,
            kind,
            max_bytes: most,
            received: 0,
            sink: place,
        })
    }

    fn append(&mut self, piece: &[u8]) -> Result<()> {
        self.received += piece.len() as u64;
        match &mut self.sink {
            Sink::Bytes(incoming) => return Ok(incoming.append(piece)?),
            Sink::Undecided(held) => {
                held.extend_from_slice(piece);
                if held.len() > MAX_URL_BYTES {
                    let held = std::mem::take(held);
                    self.sink = self.choose_sink(&held)?;
                }
            }
            Sink::Base64(decoding) => match decoding.append(piece) {
                Err(Error::BadBase64) => self.sink = Sink::Discard,
                other => other?,
            },
            Sink::Discard => {}
        }
        if self.received > max_text_len(self.max_bytes) {
            return Err(Error::TooLarge);
        }
        Ok(())
    }

    /// What something is that is too long for an address.
    fn choose_sink(&self, held: &[u8]) -> Result<Sink> {
        let mut decoding = Base64Writer::new(self.library, self.spaces_are_plus(), self.max_bytes)?;
        match decoding.append(strip_data_url_prefix(held)) {
            Ok(()) => Ok(Sink::Base64(decoding)),
            Err(Error::BadBase64) if self.kind == FileKind::Unknown => {
                Ok(Sink::Bytes(self.stage_bytes(held)?))
            }
            Err(Error::BadBase64) => Ok(Sink::Discard),
            Err(other) => Err(other),
        }
    }

    fn finish(self) -> Result<FileContent> {
        match self.sink {
            Sink::Undecided(ref held) => {
                let text = ShortText {
                    content: String::from_utf8_lossy(held).into_owned(),
                    spaces_are_plus: self.spaces_are_plus(),
                    max_bytes: self.max_bytes,
                };
                let clear = self.kind != FileKind::Unknown;
                if clear || text.url().is_some() || text.is_base64() || is_plain_text(held) {
                    Ok(FileContent::Text(text))
                } else {
                    Ok(FileContent::Bytes(self.stage_bytes(held)?))
                }
            }
            Sink::Bytes(incoming) => Ok(FileContent::Bytes(incoming)),
            Sink::Base64(decoding) => match decoding.finish() {
                Ok(incoming) => Ok(FileContent::Base64(Some(incoming))),
                Err(Error::BadBase64) => Ok(FileContent::Base64(None)),
                Err(other) => Err(other),
            },
            Sink::Discard => Ok(FileContent::Base64(None)),
        }
    }

    fn spaces_are_plus(&self) -> bool {
        matches!(
            self.kind,
            FileKind::Text {
                spaces_are_plus: true
            }
        )
    }

    fn stage_bytes(&self, held: &[u8]) -> Result<StagedUpload> {
        let mut incoming = new_staged_upload(self.library, self.max_bytes)?;
        incoming.append(held)?;
        Ok(incoming)
    }
}

/// A text on its way to the bytes that it says.
struct Base64Writer {
    decoder: Base64Decoder,
    staged: StagedUpload,
}

impl Base64Writer {
    fn new(library: &Library, spaces_are_plus: bool, most: u64) -> Result<Base64Writer> {
        Ok(Base64Writer {
            decoder: Base64Decoder::new(spaces_are_plus),
            staged: new_staged_upload(library, most)?,
        })
    }

    fn append(&mut self, text: &[u8]) -> Result<()> {
        let incoming = &mut self.staged;
        self.decoder.feed(text, |bytes| Ok(incoming.append(bytes)?))
    }

    fn finish(self) -> Result<StagedUpload> {
        let Base64Writer {
            decoder,
            staged: mut incoming,
        } = self;
        decoder.finish(|bytes| Ok(incoming.append(bytes)?))?;
        Ok(incoming)
    }
}

/// What somebody typed, and no file.
fn is_plain_text(bytes: &[u8]) -> bool {
    let printable = |c: char| !c.is_control() || c.is_whitespace();
    let text = std::str::from_utf8(bytes);
    text.is_ok_and(|text| text.chars().all(printable)) && imaging::Format::sniff(bytes).is_none()
}

fn new_staged_upload(library: &Library, most: u64) -> Result<StagedUpload> {
    Ok(library.stage_upload()?.with_max_bytes(most))
}
