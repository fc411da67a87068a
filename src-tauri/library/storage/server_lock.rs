//! Who serves a folder: a lock of the operating system, with a note beside it that says who and where.
//!
//! The system lets go of the lock when its holder dies, however it dies, so the next may serve at once
//! and there are no pid files to clean up. The note is a file of its own because Windows forbids others
//! to read a locked one. A note without the lock means nothing.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, While};

const LOCK: &str = "serving.lock";
const NOTE: &str = "serving.json";

/// Who serves, and where. The address is missing for the moment between lock and listening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Serving {
    pub program: String,
    pub pid: u32,
    pub address: Option<SocketAddr>,
}

impl Serving {
    /// Where this computer reaches the server: one that listens on every address is met on loopback.
    pub fn reached_at(&self) -> Option<SocketAddr> {
        let mut address = self.address?;
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        Some(address)
    }
}

impl fmt::Display for Serving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` (process {})", self.program, self.pid)?;
        match self.address {
            Some(address) => write!(f, " at http://{address}"),
            None => write!(f, ", which is still starting"),
        }
    }
}

/// Who serves `folder` now; `None` if nobody does, whatever a note from before says.
pub fn who_serves(folder: &Path) -> Result<Option<Serving>> {
    let lock = match File::open(folder.join(LOCK)) {
        Ok(lock) => lock,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).during("opening serving.lock"),
    };
    match lock.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => read_note(folder).map(Some),
        Err(TryLockError::Error(error)) => Err(error).during("asking for serving.lock"),
    }
}

/// The right to serve a folder, held until dropped.
#[derive(Debug)]
pub struct ServingLock {
    folder: PathBuf,
    serving: Serving,
    _lock: File,
}

impl ServingLock {
    pub(crate) fn take(folder: &Path, program: &str) -> Result<ServingLock> {
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .read(true)
            .open(folder.join(LOCK));
        let lock = lock.during("opening serving.lock")?;
        // Whoever merely asks `who_serves` holds the lock for an instant: ask again before giving up.
        let mut attempts = 20;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if attempts > 0 => {
                    attempts -= 1;
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(TryLockError::WouldBlock) => return Err(Error::Served(read_note(folder)?)),
                Err(TryLockError::Error(error)) => return Err(error).during("taking serving.lock"),
            }
        }
        let serving = Serving {
            program: program.to_owned(),
            pid: std::process::id(),
            address: None,
        };
        let lock = ServingLock {
            folder: folder.to_owned(),
            serving,
            _lock: lock,
        };
        lock.write_note()?;
        Ok(lock)
    }

    /// Tells everybody where this process listens.
    pub fn announce(&mut self, address: SocketAddr) -> Result<()> {
        self.serving.address = Some(address);
        self.write_note()
    }

    fn write_note(&self) -> Result<()> {
        let text = serde_json::to_vec(&self.serving)
            .map_err(|error| Error::storage("writing serving.json", error))?;
        let mut note = tempfile::NamedTempFile::new_in(self.folder.join(crate::INCOMING))
            .during("writing serving.json")?;
        note.write_all(&text).during("writing serving.json")?;
        note.persist(self.folder.join(NOTE))
            .map_err(|error| error.error)
            .during("writing serving.json")?;
        Ok(())
    }
}

impl Drop for ServingLock {
    fn drop(&mut self) {
        // Before the lock is let go, else the next holder's note could be the one that is removed.
        if let Err(error) = fs::remove_file(self.folder.join(NOTE)) {
            tracing::debug!(%error, "serving.json could not be removed");
        }
    }
}

fn read_note(folder: &Path) -> Result<Serving> {
    match fs::read(folder.join(NOTE)) {
        Ok(text) => serde_json::from_slice(&text)
            .map_err(|error| Error::storage("reading serving.json", error)),
        // Locked, but the note is not written yet, or no longer there.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Serving {
            program: "another program".to_owned(),
            pid: 0,
            address: None,
        }),
        Err(error) => Err(error).during("reading serving.json"),
    }
}
