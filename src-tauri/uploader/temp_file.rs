//! Removing files that the uploader made itself.

use std::path::Path;
use std::{fs, io};

/// Removes the file; one that isn't there is fine.
pub(crate) fn remove_file(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, "could not remove a file of the queue");
        }
        _ => {}
    }
}
