//! The files behind the jobs: `spool/` keeps a picture's bytes until they are sent, `thumbnails/` keeps how it looks.
//!
//! A copy in the spool is named by the job's idempotency key, which exists before the job's row does, so bytes that
//! were in no file are safe before anything is said to be accepted.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::job::JobId;
use crate::Failure;
use crate::temp_file::remove_file;

/// What follows the key in the name of a picture that has been prepared.
const PREPARED_SUFFIX: &str = ".prepared";

#[derive(Debug)]
pub(crate) struct Spool {
    copies: PathBuf,
    thumbnails: PathBuf,
}

impl Spool {
    /// Creates the two folders where they are missing.
    pub fn open(folder: &Path) -> Result<Spool, Failure> {
        let spool = Spool {
            copies: folder.join("spool"),
            thumbnails: folder.join("thumbnails"),
        };
        for folder in [&spool.copies, &spool.thumbnails] {
            fs::create_dir_all(folder).map_err(|error| Failure::from_write_error(&error))?;
        }
        Ok(spool)
    }

    pub fn copy_path(&self, key: &str) -> PathBuf {
        self.copies.join(key)
    }

    /// What was made of a copy, to be sent in its place.
    pub fn prepared_path(&self, key: &str) -> PathBuf {
        self.copies.join(format!("{key}{PREPARED_SUFFIX}"))
    }

    pub fn thumbnail_path(&self, id: JobId) -> PathBuf {
        self.thumbnails.join(id.0.to_string())
    }

    /// Keeps bytes under `key`; they are on the disk when this returns.
    pub fn write_copy(&self, key: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.write_file(key, |file| {
            file.write_all(bytes)
                .map_err(|error| Failure::from_write_error(&error))
        })
    }

    /// Copies a file as it is at this moment. `None` if it is longer than `most`: then nothing is kept.
    pub fn snapshot_file(
        &self,
        key: &str,
        path: &Path,
        max_bytes: u64,
    ) -> Result<Option<()>, Failure> {
        let source = File::open(path).map_err(|error| Failure::from_read_error(&error))?;
        let mut copied = 0;
        self.write_file(key, |file| {
            // Plain file to plain file: the system copies without the bytes passing through here, or only refers to
            // them where the file system can.
            copied = io::copy(&mut source.take(max_bytes + 1), file)
                .map_err(|error| Failure::from_read_error(&error))?;
            Ok(())
        })?;
        if copied > max_bytes {
            self.discard_copies(key);
            return Ok(None);
        }
        Ok(Some(()))
    }

    /// Keeps what an open file holds at this moment.
    pub fn copy_open_file(&self, key: &str, source: &mut File) -> Result<(), Failure> {
        self.write_file(key, |file| {
            io::copy(source, file)
                .map(drop)
                .map_err(|error| Failure::from_read_error(&error))
        })
    }

    fn write_file(
        &self,
        key: &str,
        fill: impl FnOnce(&mut File) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut file =
            File::create(self.copy_path(key)).map_err(|error| Failure::from_write_error(&error))?;
        let written = fill(&mut file).and_then(|()| {
            file.sync_all()
                .map_err(|error| Failure::from_write_error(&error))
        });
        if written.is_err() {
            self.discard_copies(key);
            return written;
        }
        sync_folder(&self.copies);
        Ok(())
    }

    /// A copy is that of another upload, too.
    pub fn duplicate_copy(&self, from: &str, to: &str) -> Result<(), Failure> {
        let (from, to) = (self.copy_path(from), self.copy_path(to));
        fs::hard_link(&from, &to)
            .or_else(|_| fs::copy(&from, &to).map(drop))
            .map_err(|error| Failure::from_write_error(&error))?;
        sync_folder(&self.copies);
        Ok(())
    }

    /// Makes a prepared picture, whole or not at all; `make` says whether it is one, and not the copy as it is.
    pub fn write_prepared<T>(
        &self,
        key: &str,
        make: impl FnOnce(&Path) -> Result<(bool, T), Failure>,
    ) -> Result<(bool, T), Failure> {
        let writing = |error: io::Error| Failure::from_write_error(&error);
        let temp_path = tempfile::NamedTempFile::new_in(&self.copies)
            .map_err(writing)?
            .into_temp_path();
        let (changed, value) = make(&temp_path)?;
        if changed {
            File::open(&temp_path)
                .and_then(|file| file.sync_all())
                .map_err(writing)?;
            temp_path
                .persist(self.prepared_path(key))
                .map_err(|error| writing(error.error))?;
        }
        Ok((changed, value))
    }

    /// Writes a thumbnail whole or not at all.
    pub fn write_thumbnail(&self, id: JobId, bytes: &[u8]) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.thumbnails)?;
        file.write_all(bytes)?;
        file.persist(self.thumbnail_path(id))?;
        Ok(())
    }

    /// Lets a copy go. One that cannot be removed is tried again at the next start.
    pub fn discard_copies(&self, key: &str) {
        remove_file(&self.copy_path(key));
        remove_file(&self.prepared_path(key));
    }

    pub fn discard_thumbnail(&self, id: JobId) {
        remove_file(&self.thumbnail_path(id));
    }

    /// Removes what a crash left behind: copies that no job knows of.
    pub fn collect_garbage(&self, known_keys: &HashSet<String>) {
        let Ok(entries) = fs::read_dir(&self.copies) else {
            return;
        };
        for entry in entries.flatten() {
            if !entry.file_name().to_str().is_some_and(|name| {
                known_keys.contains(name.strip_suffix(PREPARED_SUFFIX).unwrap_or(name))
            }) {
                remove_file(&entry.path());
            }
        }
    }
}

/// A new name survives a power cut only once its folder is on the disk too. Windows has no such call, and needs none.
fn sync_folder(folder: &Path) {
    if cfg!(unix)
        && let Err(error) = File::open(folder).and_then(|folder| folder.sync_all())
    {
        tracing::warn!(%error, "the spool's folder could not be flushed");
    }
}
