//! Where variants lie: `variants/ab/cd/<digest>/<transform>.<extension>`, under a cap of bytes.
//!
//! Everything here can be made again, so nothing is recorded elsewhere: a file's modification time says
//! when it was last used (noted in memory, written by `flush`), and the files' sizes are their sum. When
//! the cap is reached, the least recently used go until a tenth of it is free.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use tempfile::NamedTempFile;

use crate::error::{Result, StorageContext};
use crate::mutex::lock;
use crate::storage::blobs::{fan_out_path, for_each_fanned_out};
use crate::{Digest, Timestamp};

pub(crate) struct DiskCache {
    folder: PathBuf,
    /// Where files grow before they are renamed to their place.
    staging_folder: PathBuf,
    capacity: AtomicU64,
    /// Bytes that lie here; `None` until somebody has counted.
    size: Mutex<Option<u64>>,
    last_used: Mutex<HashMap<PathBuf, Timestamp>>,
}

/// One file that could be evicted.
struct CachedFile {
    path: PathBuf,
    bytes: u64,
    last_used: SystemTime,
}

impl DiskCache {
    pub(crate) fn new(folder: PathBuf, incoming: PathBuf, cap: u64) -> DiskCache {
        DiskCache {
            folder,
            staging_folder: incoming,
            capacity: AtomicU64::new(cap),
            size: Mutex::new(None),
            last_used: Mutex::default(),
        }
    }

    /// As many bytes may lie here from now on; what is over that goes with the next sweep, or file.
    pub(crate) fn set_capacity(&self, cap: u64) {
        self.capacity.store(cap, Ordering::Relaxed);
    }

    fn capacity(&self) -> u64 {
        self.capacity.load(Ordering::Relaxed)
    }

    /// Bytes that lie here.
    pub(crate) fn size(&self) -> Result<u64> {
        let mut filled = lock(&self.size);
        match *filled {
            Some(filled) => Ok(filled),
            None => Ok(*filled.insert(self.evict_down_to(self.capacity())?)),
        }
    }

    pub(crate) fn path(&self, digest: &Digest, name: &str) -> PathBuf {
        fan_out_path(&self.folder, digest).join(name)
    }

    /// Opens a variant and notes its use; `None` if it is not there.
    pub(crate) fn open(&self, path: &Path, now: Timestamp) -> Result<Option<File>> {
        match File::open(path) {
            Ok(file) => {
                lock(&self.last_used).insert(path.to_owned(), now);
                Ok(Some(file))
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Ok(None)
            }
            Err(error) => Err(error).context("opening a variant"),
        }
    }

    /// Whether a variant is there, whose bytes somebody has already; notes its use.
    pub(crate) fn touch(&self, path: &Path, now: Timestamp) -> bool {
        let there = self.contains(path);
        if there {
            lock(&self.last_used).insert(path.to_owned(), now);
        }
        there
    }

    /// Whether a variant is there. Looking is no use of it.
    pub(crate) fn contains(&self, path: &Path) -> bool {
        path.is_file()
    }

    /// Puts a variant at `path`, whole or not at all. `false` if it does not fit under the cap.
    pub(crate) fn put(&self, path: &Path, bytes: &[u8], now: Timestamp) -> Result<bool> {
        let len = bytes.len() as u64;
        let cap = self.capacity();
        if len > cap {
            return Ok(false);
        }
        let mut file = NamedTempFile::new_in(&self.staging_folder).context("writing a variant")?;
        file.write_all(bytes).context("writing a variant")?;
        // Else a power cut could leave the name with nothing behind it.
        file.as_file().sync_all().context("writing a variant")?;
        let mut filled = lock(&self.size);
        let before = match *filled {
            Some(filled) if filled + len <= cap => filled,
            _ => self.evict_down_to(cap - len)?,
        };
        let replaced = fs::metadata(path).map_or(0, |found| found.len());
        move_into_place(file, path).context("writing a variant")?;
        *filled = Some((before + len).saturating_sub(replaced));
        lock(&self.last_used).insert(path.to_owned(), now);
        Ok(true)
    }

    /// Removes all variants of one original.
    pub(crate) fn remove_variants_of(&self, digest: &Digest) -> Result<()> {
        let folder = fan_out_path(&self.folder, digest);
        let mut filled = lock(&self.size);
        lock(&self.last_used).retain(|path, _| !path.starts_with(&folder));
        if let Some(sum) = *filled {
            *filled = Some(
                sum.saturating_sub(
                    list_files(&folder)
                        .context("removing variants")?
                        .iter()
                        .map(|kept| kept.bytes)
                        .sum(),
                ),
            );
        }
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).context("removing variants")
            }
            _ => Ok(()),
        }
    }

    /// Counts what lies here (other processes may have added) and evicts what is over the cap.
    pub(crate) fn trim(&self) -> Result<()> {
        self.flush()?;
        let mut filled = lock(&self.size);
        *filled = Some(self.evict_down_to(self.capacity())?);
        Ok(())
    }

    /// Writes down when files were last used.
    pub(crate) fn flush(&self) -> Result<()> {
        let uses = std::mem::take(&mut *lock(&self.last_used));
        for (path, moment) in uses {
            match File::options()
                .write(true)
                .open(&path)
                .and_then(|file| file.set_modified(moment.into()))
            {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    Err(error).context("noting a variant's use")?
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The originals that have variants here.
    pub(crate) fn digests(&self) -> Result<Vec<Digest>> {
        let mut digests = Vec::new();
        for_each_fanned_out(&self.folder, &mut |digest, _| {
            digests.push(digest);
            Ok(())
        })
        .context("listing variants")?;
        Ok(digests)
    }

    /// Where more than `room` bytes lie here, removes the least recently used until a tenth of the cap
    /// is free as well, so that the next file does not count everything again. Answers what is left.
    fn evict_down_to(&self, room: u64) -> Result<u64> {
        let mut kept = Vec::new();
        for digest in self.digests()? {
            kept.extend(
                list_files(&fan_out_path(&self.folder, &digest)).context("listing variants")?,
            );
        }
        let mut filled: u64 = kept.iter().map(|kept| kept.bytes).sum();
        if filled <= room {
            return Ok(filled);
        }
        let uses = lock(&self.last_used);
        for kept in &mut kept {
            if let Some(used) = uses.get(&kept.path) {
                kept.last_used = kept.last_used.max((*used).into());
            }
        }
        drop(uses);
        kept.sort_by_key(|kept| kept.last_used);
        let cap = self.capacity();
        let goal = room.min(cap - cap / 10);
        for CachedFile { path, bytes, .. } in kept {
            if filled <= goal {
                break;
            }
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    Err(error).context("evicting a variant")?
                }
                _ => filled -= bytes,
            }
            lock(&self.last_used).remove(&path);
        }
        Ok(filled)
    }
}

/// Renames `file` to `path`. A deletion may remove the folder between the two steps, so they are tried twice.
fn move_into_place(file: NamedTempFile, path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    match file.persist(path) {
        Ok(_) => Ok(()),
        Err(failed) if failed.error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            failed
                .file
                .persist(path)
                .map(drop)
                .map_err(|failed| failed.error)
        }
        Err(failed) => Err(failed.error),
    }
}

/// The files of one original's folder; none if it is not there.
fn list_files(folder: &Path) -> io::Result<Vec<CachedFile>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    let mut kept = Vec::new();
    for entry in entries {
        let entry = entry?;
        match entry.metadata() {
            Ok(found) => kept.push(CachedFile {
                path: entry.path(),
                bytes: found.len(),
                last_used: found.modified()?,
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(kept)
}
