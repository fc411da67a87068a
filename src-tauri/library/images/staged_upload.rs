//! An upload on its way: a temp file that grows, with a running digest. Dropped means removed.
//!
//! The bytes stream to disk, however large they are; the limit is checked with every piece, so that a
//! sender who names no length, or lies about it, is stopped at it.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::error::{Error, Result, StorageContext};
use crate::mutex::lock;
use crate::{Digest, Library, STAGING_FOLDER};

/// A file that was not written to for this long was left by a process that ended.
const STALE_AGE: Duration = Duration::from_secs(60 * 60);

#[derive(Debug)]
pub struct StagedUpload {
    pub(crate) file: NamedTempFile,
    hasher: Sha256,
    size: u64,
    max_bytes: u64,
    /// What was sent, where these bytes were made of it.
    source_digest: Option<Digest>,
    /// What the bytes are, where the library made them.
    known_info: Option<imaging::ImageInfo>,
}

impl Library {
    /// A place for an upload's bytes, up to the library's own limit.
    pub fn stage_upload(&self) -> Result<StagedUpload> {
        let file = NamedTempFile::new_in(self.folder().join(STAGING_FOLDER))
            .context("making room for an upload")?;
        Ok(StagedUpload {
            file,
            hasher: Sha256::new(),
            size: 0,
            max_bytes: self.settings().max_upload_bytes,
            source_digest: None,
            known_info: None,
        })
    }

    /// What the bytes are so far, from their header.
    pub fn inspect_upload(&self, incoming: &StagedUpload) -> Result<imaging::ImageInfo> {
        if let Some(known) = incoming.known_info {
            return Ok(known);
        }
        let file = BufReader::new(incoming.open_file()?);
        Ok(imaging::inspect(file, &self.settings().limits)?)
    }

    /// The same picture without metadata, no pixel changed; as it is where its format cannot be stripped.
    pub fn strip_metadata(&self, incoming: StagedUpload) -> Result<StagedUpload> {
        if !self.inspect_upload(&incoming)?.format.can_strip_metadata() {
            return Ok(incoming);
        }
        let mut made = self.derive_upload(&incoming)?;
        imaging::strip_metadata(BufReader::new(incoming.open_file()?), &mut made)?;
        Ok(made)
    }

    /// A harmless copy of an SVG picture, which may be kept: as it was sent it is refused like any other
    /// format that is not decoded.
    pub fn sanitise_svg(&self, incoming: StagedUpload) -> Result<StagedUpload> {
        // The document is whole in memory, twice: one at a time, however many come at once.
        let _alone = lock(self.decode_lock());
        let sanitised = imaging::sanitise_svg(&incoming.read_to_vec()?)?;
        let mut made = self.derive_upload(&incoming)?;
        made.append(&sanitised.bytes)?;
        made.known_info = Some(sanitised.info);
        Ok(made)
    }

    /// Another picture, made of this one.
    pub fn convert_upload(
        &self,
        incoming: StagedUpload,
        transform: &imaging::Transform,
        stop: &dyn imaging::CancelToken,
    ) -> Result<StagedUpload> {
        // A decoded picture is whole in memory: one at a time, however many come at once.
        let _alone = lock(self.decode_lock());
        let bytes = incoming.read_to_vec()?;
        let rendered = imaging::render(&bytes, transform, &self.settings().limits, stop)?;
        drop(bytes);
        let mut made = self.derive_upload(&incoming)?;
        made.append(&rendered.bytes)?;
        Ok(made)
    }

    /// Variants of what is no image yet, in the order of `transforms`; `keep_variant` makes them an image's. The
    /// caller sees to it that not too many are in memory at once.
    pub fn render_staged_variants(
        &self,
        incoming: &StagedUpload,
        transforms: &[imaging::Transform],
        stop: &dyn imaging::CancelToken,
    ) -> Result<Vec<imaging::RenderedImage>> {
        let bytes = incoming.read_to_vec()?;
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
    fn derive_upload(&self, incoming: &StagedUpload) -> Result<StagedUpload> {
        let mut made = self.stage_upload()?;
        made.max_bytes = u64::MAX;
        made.source_digest = Some(incoming.source_digest());
        Ok(made)
    }

    /// Removes what dead processes left half-written. Answers how many files.
    pub(crate) fn delete_stale_uploads(&self) -> Result<u64> {
        let stale = self.now().minus(STALE_AGE);
        let mut removed = 0;
        for entry in self
            .folder()
            .join(STAGING_FOLDER)
            .read_dir()
            .context("sweeping `incoming`")?
        {
            let entry = entry.context("sweeping `incoming`")?;
            // Another process may have removed it meanwhile.
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

impl StagedUpload {
    /// A stricter limit in bytes than the library's own, for a dialect that has one.
    pub fn with_max_bytes(mut self, max: u64) -> StagedUpload {
        self.max_bytes = self.max_bytes.min(max);
        self
    }

    /// Appends the next piece.
    ///
    /// # Errors
    /// `TooLarge` beyond the limit, and `Full` if the disk is full.
    pub fn append(&mut self, piece: &[u8]) -> Result<()> {
        let bytes = self.size + piece.len() as u64;
        if bytes > self.max_bytes {
            return Err(Error::TooLarge {
                max: self.max_bytes,
            });
        }
        self.file
            .as_file_mut()
            .write_all(piece)
            .context("writing an upload")?;
        self.hasher.update(piece);
        self.size = bytes;
        self.known_info = None;
        Ok(())
    }

    /// How many bytes have come so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The bytes so far, from their beginning.
    pub fn open_file(&self) -> Result<File> {
        self.file.reopen().context("reading an upload")
    }

    /// The format that the first bytes announce, whether the rest is so or not.
    pub fn sniff_format(&self) -> Result<Option<imaging::Format>> {
        let mut head = Vec::with_capacity(4096);
        self.open_file()?
            .take(4096)
            .read_to_end(&mut head)
            .context("reading an upload")?;
        Ok(imaging::Format::sniff(&head))
    }

    pub(crate) fn read_to_vec(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open_file()?
            .read_to_end(&mut bytes)
            .context("reading an upload")?;
        Ok(bytes)
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest::from_hasher(self.hasher.clone())
    }

    /// The digest of the bytes that were sent, whatever was made of them since.
    pub(crate) fn source_digest(&self) -> Digest {
        self.source_digest.unwrap_or_else(|| self.digest())
    }
}

/// As `append`; its errors travel inside the `io::Error`.
impl Write for StagedUpload {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.append(piece).map_err(io::Error::other)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
