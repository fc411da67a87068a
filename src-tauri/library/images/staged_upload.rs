//! An upload on its way: a temp file that grows, with a running digest. Dropped means removed.
//!
//! The bytes stream to disk, however large they are; the limit is checked with every piece, so that a
//! sender who names no length, or lies about it, is stopped at it.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::error::{Error, Result, While};
use crate::mutex::held;
use crate::{Digest, INCOMING, Library};

/// A file that nobody has written to for so long is what a dead process left.
const STALE: Duration = Duration::from_secs(60 * 60);

#[derive(Debug)]
pub struct Incoming {
    pub(crate) file: NamedTempFile,
    hash: Sha256,
    bytes: u64,
    max: u64,
    /// What was sent, where these bytes were made of it.
    sent: Option<Digest>,
    /// What the bytes are, where this room made them and a look at them would be no judgement.
    known: Option<imaging::Info>,
}

impl Library {
    /// A place for an upload's bytes, up to the library's own limit.
    pub fn incoming(&self) -> Result<Incoming> {
        let file = NamedTempFile::new_in(self.folder().join(INCOMING))
            .during("making room for an upload")?;
        Ok(Incoming {
            file,
            hash: Sha256::new(),
            bytes: 0,
            max: self.settings().max_upload_bytes,
            sent: None,
            known: None,
        })
    }

    /// What the bytes are so far, from their header.
    pub fn look(&self, incoming: &Incoming) -> Result<imaging::Info> {
        if let Some(known) = incoming.known {
            return Ok(known);
        }
        let file = BufReader::new(incoming.read()?);
        Ok(imaging::inspect(file, &self.settings().limits)?)
    }

    /// The same picture without metadata, no pixel changed; as it is where its format cannot be stripped.
    pub fn stripped(&self, incoming: Incoming) -> Result<Incoming> {
        if !self.look(&incoming)?.format.strips() {
            return Ok(incoming);
        }
        let mut made = self.made_of(&incoming)?;
        imaging::strip(BufReader::new(incoming.read()?), &mut made)?;
        Ok(made)
    }

    /// A harmless copy of an SVG picture, which may be kept: as it was sent it is refused like any other
    /// format that is not decoded.
    pub fn sanitised(&self, incoming: Incoming) -> Result<Incoming> {
        // The document is whole in memory, twice: one at a time, however many come at once.
        let _alone = held(self.judging());
        let sanitised = imaging::sanitise_svg(&incoming.read_whole()?)?;
        let mut made = self.made_of(&incoming)?;
        made.append(&sanitised.bytes)?;
        made.known = Some(sanitised.info);
        Ok(made)
    }

    /// Another picture, made of this one.
    pub fn converted(
        &self,
        incoming: Incoming,
        transform: &imaging::Transform,
        stop: &dyn imaging::Stop,
    ) -> Result<Incoming> {
        // A decoded picture is whole in memory: one at a time, however many come at once.
        let _alone = held(self.judging());
        let bytes = incoming.read_whole()?;
        let rendered = imaging::render(&bytes, transform, &self.settings().limits, stop)?;
        drop(bytes);
        let mut made = self.made_of(&incoming)?;
        made.append(&rendered.bytes)?;
        Ok(made)
    }

    /// Variants of what is no image yet, in the order of `transforms`; `keep_variant` makes them an image's. The
    /// caller sees to it that not too many are in memory at once.
    pub fn variants_of(
        &self,
        incoming: &Incoming,
        transforms: &[imaging::Transform],
        stop: &dyn imaging::Stop,
    ) -> Result<Vec<imaging::Rendered>> {
        let bytes = incoming.read_whole()?;
        let mut made: Vec<_> = transforms.iter().map(|_| None).collect();
        let settings = self.settings();
        let limits = &settings.limits;
        imaging::render_all(&bytes, transforms, limits, stop, |at, rendered| {
            made[at] = Some(rendered);
        })?;
        let made = made.into_iter().flatten();
        Ok(made.collect::<Result<_, imaging::Error>>()?)
    }

    /// A place for what is made of an upload. What was within the limit stays so, if it grows a little.
    fn made_of(&self, incoming: &Incoming) -> Result<Incoming> {
        let mut made = self.incoming()?;
        made.max = u64::MAX;
        made.sent = Some(incoming.sent());
        Ok(made)
    }

    /// Removes what dead processes left half-written. Answers how many files.
    pub(crate) fn sweep_incoming(&self) -> Result<u64> {
        let stale = self.now().minus(STALE);
        let mut removed = 0;
        for entry in self
            .folder()
            .join(INCOMING)
            .read_dir()
            .during("sweeping `incoming`")?
        {
            let entry = entry.during("sweeping `incoming`")?;
            // What is gone by now was somebody else's to remove.
            let Ok(modified) = entry.metadata().and_then(|found| found.modified()) else {
                continue;
            };
            if crate::Timestamp::from(modified) < stale
                && std::fs::remove_file(entry.path()).is_ok()
            {
                removed += 1;
            }
        }
        Ok(removed)
    }
}

impl Incoming {
    /// A stricter limit than the library's own, for doors that have one.
    pub fn at_most(mut self, max: u64) -> Incoming {
        self.max = self.max.min(max);
        self
    }

    /// Takes the next piece. `Error::TooLarge` beyond the limit, `Error::Full` without room.
    pub fn append(&mut self, piece: &[u8]) -> Result<()> {
        let bytes = self.bytes + piece.len() as u64;
        if bytes > self.max {
            return Err(Error::TooLarge { max: self.max });
        }
        self.file
            .as_file_mut()
            .write_all(piece)
            .during("writing an upload")?;
        self.hash.update(piece);
        self.bytes = bytes;
        self.known = None;
        Ok(())
    }

    /// How many bytes have come so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The bytes so far, from their beginning.
    pub fn read(&self) -> Result<File> {
        self.file.reopen().during("reading an upload")
    }

    /// The format that the first bytes announce, whether the rest is so or not.
    pub fn announces(&self) -> Result<Option<imaging::Format>> {
        let mut head = Vec::with_capacity(4096);
        self.read()?
            .take(4096)
            .read_to_end(&mut head)
            .during("reading an upload")?;
        Ok(imaging::Format::sniff(&head))
    }

    pub(crate) fn read_whole(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read()?
            .read_to_end(&mut bytes)
            .during("reading an upload")?;
        Ok(bytes)
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest::of(self.hash.clone())
    }

    /// The digest of the bytes that were sent, whatever was made of them since.
    pub(crate) fn sent(&self) -> Digest {
        self.sent.unwrap_or_else(|| self.digest())
    }
}

/// As `append`; its errors travel inside the `io::Error`.
impl Write for Incoming {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.append(piece).map_err(io::Error::other)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
