//! Where originals are stored: bytes by their digest, each once, never changed.
//!
//! A blob is there before the first row that names it and goes after the last one; who may remove it and
//! when is `Library::release`'s business.

mod disk;

use std::fs::File;
use std::io;
use std::path::Path;

pub(crate) use disk::{DiskBlobStore, fan_out_path, for_each_fanned_out};

use crate::{Digest, Timestamp};

pub(crate) trait BlobStore: Send + Sync {
    /// Keeps the file's bytes; they have survived a power cut when this returns `Ok`.
    ///
    /// `file` is open for reading and lies at `at`, in the same file system; it may be moved from there,
    /// and may be given again after it was. Bytes that are there already are left alone.
    fn put(&self, digest: &Digest, file: &File, at: &Path) -> io::Result<()>;

    /// How many bytes are stored under `digest`; `None` if it is not there.
    fn len(&self, digest: &Digest) -> io::Result<Option<u64>>;

    /// Ready to be read from its start; `None` if it is not there.
    fn open(&self, digest: &Digest) -> io::Result<Option<File>>;

    /// Removing what is not there is no error.
    fn remove(&self, digest: &Digest) -> io::Result<()>;

    /// Shows every blob with the time it was stored, in any order. Others may come and go meanwhile.
    fn for_each(&self, show: &mut dyn FnMut(Digest, Timestamp)) -> io::Result<()>;
}
