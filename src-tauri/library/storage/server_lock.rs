//! Who serves a folder: a lock of the operating system, with a note beside it that says who and where.
//!
//! The system lets go of the lock when its holder dies, however it dies, so the next may serve at once
//! and there are no pid files to clean up. The note is a file of its own because Windows forbids others
//! to read a locked one. A note without the lock means nothing.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::server_info::ServerInfo;
use crate::error::{Error, Result, StorageContext};

const LOCK_FILE: &str = "serving.lock";
const INFO_FILE: &str = "serving.json";

/// The process that serves `folder`; `None` if none does, even if an old note is there.
pub fn current_server(folder: &Path) -> Result<Option<ServerInfo>> {
    let lock = match File::open(folder.join(LOCK_FILE)) {
        Ok(lock) => lock,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("opening serving.lock"),
    };
    match lock.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => read_info(folder).map(Some),
        Err(TryLockError::Error(error)) => Err(error).context("asking for serving.lock"),
    }
}

/// The right to serve a folder, held until dropped.
#[derive(Debug)]
pub struct ServerLock {
    folder: PathBuf,
    server: ServerInfo,
    _lock: File,
}

impl ServerLock {
    pub(crate) fn acquire(folder: &Path, program: &str) -> Result<ServerLock> {
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .read(true)
            .open(folder.join(LOCK_FILE));
        let lock = lock.context("opening serving.lock")?;
        // Whoever merely asks `who_serves` holds the lock for an instant: ask again before giving up.
        let mut attempts = 20;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if attempts > 0 => {
                    attempts -= 1;
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::AlreadyServed(read_info(folder)?));
                }
                Err(TryLockError::Error(error)) => {
                    return Err(error).context("taking serving.lock");
                }
            }
        }
        let serving = ServerInfo {
            program: program.to_owned(),
            pid: std::process::id(),
            address: None,
        };
        let lock = ServerLock {
            folder: folder.to_owned(),
            server: serving,
            _lock: lock,
        };
        lock.write_info()?;
        Ok(lock)
    }

    /// Tells everybody where this process listens.
    pub fn publish_address(&mut self, address: SocketAddr) -> Result<()> {
        self.server.address = Some(address);
        self.write_info()
    }

    fn write_info(&self) -> Result<()> {
        let text = serde_json::to_vec(&self.server)
            .map_err(|error| Error::storage("writing serving.json", error))?;
        let mut note = tempfile::NamedTempFile::new_in(self.folder.join(crate::STAGING_FOLDER))
            .context("writing serving.json")?;
        note.write_all(&text).context("writing serving.json")?;
        note.persist(self.folder.join(INFO_FILE))
            .map_err(|error| error.error)
            .context("writing serving.json")?;
        Ok(())
    }
}

impl Drop for ServerLock {
    fn drop(&mut self) {
        // Before the lock is released, else the next holder's note could be removed.
        if let Err(error) = fs::remove_file(self.folder.join(INFO_FILE)) {
            tracing::debug!(%error, "serving.json could not be removed");
        }
    }
}

fn read_info(folder: &Path) -> Result<ServerInfo> {
    match fs::read(folder.join(INFO_FILE)) {
        Ok(text) => serde_json::from_slice(&text)
            .map_err(|error| Error::storage("reading serving.json", error)),
        // Locked, but the note is not written yet, or no longer there.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(ServerInfo {
            program: "another program".to_owned(),
            pid: 0,
            address: None,
        }),
        Err(error) => Err(error).context("reading serving.json"),
    }
}
