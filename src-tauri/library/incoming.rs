//! An upload on its way: a temp file that grows, with a running digest. Dropped means removed.
//!
//! The bytes stream to disk, however large they are; the limit is checked with every piece, so that a
//! sender who names no length, or lies about it, is stopped at it.

use std::io::{self, Write};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::error::{Error, Result, While};
use crate::{Digest, INCOMING, Library};

/// A file that nobody has written to for so long is what a dead process left.
const STALE: Duration = Duration::from_secs(60 * 60);

#[derive(Debug)]
pub struct Incoming {
    pub(crate) file: NamedTempFile,
    hash: Sha256,
    bytes: u64,
    max: u64,
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
        })
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
        Ok(())
    }

    /// How many bytes have come so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest::of(self.hash.clone())
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
