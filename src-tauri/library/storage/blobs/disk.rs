//! Blobs as files: `ab/cd/<digest>`.
//!
//! The order that survives a power cut: the bytes are flushed in a temp file of the same file system, the
//! file is renamed to its place, the folder is flushed.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek};
use std::path::{Path, PathBuf};

use super::store::BlobStore;
use crate::{Digest, Timestamp};

pub(crate) struct DiskBlobStore {
    folder: PathBuf,
}

impl DiskBlobStore {
    pub(crate) fn new(folder: PathBuf) -> DiskBlobStore {
        DiskBlobStore { folder }
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        fan_out_path(&self.folder, digest)
    }
}

/// `ab/cd/<digest>` under `folder`: no folder grows beyond what file systems like.
pub(crate) fn fan_out_path(folder: &Path, digest: &Digest) -> PathBuf {
    let name = digest.to_string();
    folder.join(&name[..2]).join(&name[2..4]).join(&name)
}

/// Shows everything at `ab/cd/<digest>` under `folder`, by its digest. What is named otherwise is not ours.
pub(crate) fn for_each_fanned_out(
    folder: &Path,
    show: &mut dyn FnMut(Digest, &fs::DirEntry) -> io::Result<()>,
) -> io::Result<()> {
    for outer in read_entries(folder)? {
        for inner in read_entries(&outer?.path())? {
            for entry in read_entries(&inner?.path())? {
                let entry = entry?;
                if let Some(digest) = entry.file_name().to_str().and_then(Digest::from_hex) {
                    show(digest, &entry)?;
                }
            }
        }
    }
    Ok(())
}

/// The entries of a folder; none if it is no folder, or has just been removed.
fn read_entries(folder: &Path) -> io::Result<impl Iterator<Item = io::Result<fs::DirEntry>>> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(Some(entries).into_iter().flatten()),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None.into_iter().flatten())
        }
        Err(error) => Err(error),
    }
}

impl BlobStore for DiskBlobStore {
    fn put(&self, digest: &Digest, file: &File, at: &Path) -> io::Result<()> {
        let home = self.path(digest);
        let parent = home.parent().unwrap_or(&self.folder);
        create_dirs(parent)?;
        if self.len(digest)? != Some(file.metadata()?.len()) {
            file.sync_all()?;
            match fs::rename(at, &home) {
                Err(error) if error.kind() == ErrorKind::NotFound => copy_blob(file, at, &home)?,
                renamed => renamed?,
            }
        }
        // Also where the blob was there already: its upload may not have come to this line yet.
        flush_dir(parent)
    }

    fn len(&self, digest: &Digest) -> io::Result<Option<u64>> {
        match fs::metadata(self.path(digest)) {
            Ok(found) => Ok(Some(found.len())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn open(&self, digest: &Digest) -> io::Result<Option<File>> {
        match File::open(self.path(digest)) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn remove(&self, digest: &Digest) -> io::Result<()> {
        match fs::remove_file(self.path(digest)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn for_each(&self, show: &mut dyn FnMut(Digest, Timestamp)) -> io::Result<()> {
        for_each_fanned_out(&self.folder, &mut |digest, entry| {
            match entry.metadata().and_then(|found| found.modified()) {
                Ok(stored) => show(digest, stored.into()),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            Ok(())
        })
    }
}

/// The file was moved away from `at` before, and what it became has been removed since: its bytes are
/// still there for whoever holds it open.
fn copy_blob(mut file: &File, at: &Path, home: &Path) -> io::Result<()> {
    let mut fresh = tempfile::NamedTempFile::new_in(at.parent().unwrap_or(at))?;
    file.rewind()?;
    io::copy(&mut file, &mut fresh)?;
    fresh.as_file().sync_all()?;
    fresh.persist(home)?;
    Ok(())
}

/// Creates a folder and those above it, so that they survive a power cut.
fn create_dirs(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Ok(()) => folder.parent().map_or(Ok(()), flush_dir),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            folder.parent().map_or(Err(error), create_dirs)?;
            create_dirs(folder)
        }
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn flush_dir(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows flushes a rename with the file system's own log; folders cannot be opened for it.
#[cfg(not(unix))]
fn flush_dir(_folder: &Path) -> io::Result<()> {
    Ok(())
}
