//! The blocking side: writes the pieces of a form's file to disk until it is whole.
//!
//! A text is looked at when its first 8 KiB are here: a longer one can only be base64, and is
//! decoded as it arrives. Shorter ones are held; they may also be addresses.

use bytes::Bytes;
use library::{Incoming, Library};
use tokio::sync::mpsc;

use super::base64_stream::{Decoder, after_prefix};
use crate::error::{Error, Result};
use crate::state::App;

/// No web address is longer.
const LONGEST_ADDRESS: usize = 8 << 10;

/// What the writer is told.
pub enum Piece {
    /// A file begins; what came before was none, after all.
    Begin(Kind),
    Bytes(Bytes),
    /// The form is read, and the file whole.
    End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    /// A text, or a file without anything that says so.
    Unclear,
    Text {
        spaces_are_plus: bool,
    },
}

/// How a file came.
#[derive(Debug)]
pub enum Sent {
    Bytes(Incoming),
    /// A short text.
    Text(Text),
    /// What a long text says in base64; `None` if it is something else.
    Base64(Option<Incoming>),
}

impl Sent {
    pub fn is_empty(&self) -> bool {
        match self {
            Sent::Bytes(incoming) => incoming.bytes() == 0,
            Sent::Text(text) => text.words.trim().is_empty(),
            Sent::Base64(_) => false,
        }
    }
}

/// A text of at most 8 KiB in a file's place.
#[derive(Debug)]
pub struct Text {
    words: String,
    spaces_are_plus: bool,
    most: u64,
}

impl Text {
    /// Of a query, where a `+` that was not escaped has become a space.
    pub fn new(words: &str, most: u64) -> Text {
        Text {
            words: words.to_owned(),
            spaces_are_plus: true,
            most,
        }
    }

    pub fn address(&self) -> Option<&str> {
        let words = self.words.trim();
        let begins = |scheme: &str| {
            words
                .get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        };
        (begins("http://") || begins("https://")).then_some(words)
    }

    pub fn decoded(&self, library: &Library) -> Result<Incoming> {
        let mut decoding = Decoding::new(library, self.spaces_are_plus, self.most)?;
        decoding.take(after_prefix(self.words.as_bytes()))?;
        decoding.end()
    }

    fn is_base64(&self) -> bool {
        let mut decoder = Decoder::new(self.spaces_are_plus);
        let text = after_prefix(self.words.as_bytes());
        decoder.take(text, |_| Ok(())).is_ok() && decoder.end(|_| Ok(())).is_ok()
    }
}

/// The longest text that says `most` bytes in base64: line breaks, and what stands before it.
pub fn longest_text(most: u64) -> u64 {
    let exact = most.div_ceil(3).saturating_mul(4);
    exact
        .saturating_add(exact / 32)
        .saturating_add(LONGEST_ADDRESS as u64)
}

/// Writes what arrives; begins to hold a thread when the first file does.
pub async fn write(
    app: &App,
    most: u64,
    mut arriving: mpsc::Receiver<Piece>,
) -> Result<Option<Sent>> {
    let Some(first) = arriving.recv().await else {
        return Ok(None);
    };
    app.ask(move |library, _| {
        let mut begun: Option<Arriving<'_>> = None;
        let mut next = Some(first);
        while let Some(piece) = next {
            match (piece, &mut begun) {
                (Piece::Begin(kind), _) => begun = Some(Arriving::new(library, kind, most)?),
                (Piece::Bytes(bytes), Some(arriving)) => arriving.take(&bytes)?,
                (Piece::Bytes(_), None) => {}
                (Piece::End, _) => return begun.map(Arriving::end).transpose(),
            }
            next = arriving.blocking_recv();
        }
        // The client left, or its body was refused: `begun` is dropped, and its file with it.
        Ok(None)
    })
    .await
}

struct Arriving<'a> {
    library: &'a Library,
    kind: Kind,
    most: u64,
    taken: u64,
    place: Place,
}

enum Place {
    /// The beginning of what may be a text.
    Beginning(Vec<u8>),
    Bytes(Incoming),
    Base64(Decoding),
    /// In a text that is neither an address nor base64.
    Nothing,
}

impl<'a> Arriving<'a> {
    fn new(library: &'a Library, kind: Kind, most: u64) -> Result<Arriving<'a>> {
        let place = match kind {
            Kind::File => Place::Bytes(incoming(library, most)?),
            Kind::Unclear | Kind::Text { .. } => Place::Beginning(Vec::new()),
        };
        Ok(Arriving {
            library,
            kind,
            most,
            taken: 0,
            place,
        })
    }

    fn take(&mut self, piece: &[u8]) -> Result<()> {
        self.taken += piece.len() as u64;
        match &mut self.place {
            Place::Bytes(incoming) => return Ok(incoming.append(piece)?),
            Place::Beginning(held) => {
                held.extend_from_slice(piece);
                if held.len() > LONGEST_ADDRESS {
                    let held = std::mem::take(held);
                    self.place = self.decide(&held)?;
                }
            }
            Place::Base64(decoding) => match decoding.take(piece) {
                Err(Error::BadBase64) => self.place = Place::Nothing,
                other => other?,
            },
            Place::Nothing => {}
        }
        if self.taken > longest_text(self.most) {
            return Err(Error::TooLarge);
        }
        Ok(())
    }

    /// What something is that is too long for an address.
    fn decide(&self, held: &[u8]) -> Result<Place> {
        let mut decoding = Decoding::new(self.library, self.spaces_are_plus(), self.most)?;
        match decoding.take(after_prefix(held)) {
            Ok(()) => Ok(Place::Base64(decoding)),
            Err(Error::BadBase64) if self.kind == Kind::Unclear => {
                Ok(Place::Bytes(self.file(held)?))
            }
            Err(Error::BadBase64) => Ok(Place::Nothing),
            Err(other) => Err(other),
        }
    }

    fn end(self) -> Result<Sent> {
        match self.place {
            Place::Beginning(ref held) => {
                let text = Text {
                    words: String::from_utf8_lossy(held).into_owned(),
                    spaces_are_plus: self.spaces_are_plus(),
                    most: self.most,
                };
                let clear = self.kind != Kind::Unclear;
                if clear || text.address().is_some() || text.is_base64() || is_words(held) {
                    Ok(Sent::Text(text))
                } else {
                    Ok(Sent::Bytes(self.file(held)?))
                }
            }
            Place::Bytes(incoming) => Ok(Sent::Bytes(incoming)),
            Place::Base64(decoding) => match decoding.end() {
                Ok(incoming) => Ok(Sent::Base64(Some(incoming))),
                Err(Error::BadBase64) => Ok(Sent::Base64(None)),
                Err(other) => Err(other),
            },
            Place::Nothing => Ok(Sent::Base64(None)),
        }
    }

    fn spaces_are_plus(&self) -> bool {
        matches!(
            self.kind,
            Kind::Text {
                spaces_are_plus: true
            }
        )
    }

    fn file(&self, held: &[u8]) -> Result<Incoming> {
        let mut incoming = incoming(self.library, self.most)?;
        incoming.append(held)?;
        Ok(incoming)
    }
}

/// A text on its way to the bytes that it says.
struct Decoding {
    decoder: Decoder,
    incoming: Incoming,
}

impl Decoding {
    fn new(library: &Library, spaces_are_plus: bool, most: u64) -> Result<Decoding> {
        Ok(Decoding {
            decoder: Decoder::new(spaces_are_plus),
            incoming: incoming(library, most)?,
        })
    }

    fn take(&mut self, text: &[u8]) -> Result<()> {
        let incoming = &mut self.incoming;
        self.decoder.take(text, |bytes| Ok(incoming.append(bytes)?))
    }

    fn end(self) -> Result<Incoming> {
        let Decoding {
            decoder,
            mut incoming,
        } = self;
        decoder.end(|bytes| Ok(incoming.append(bytes)?))?;
        Ok(incoming)
    }
}

/// What somebody typed, and no file.
fn is_words(bytes: &[u8]) -> bool {
    let printable = |c: char| !c.is_control() || c.is_whitespace();
    let text = std::str::from_utf8(bytes);
    text.is_ok_and(|text| text.chars().all(printable)) && imaging::Format::sniff(bytes).is_none()
}

fn incoming(library: &Library, most: u64) -> Result<Incoming> {
    Ok(library.incoming()?.at_most(most))
}
