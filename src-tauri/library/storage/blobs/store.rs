//! The interface of a blob store: originals by digest, each stored once and never changed.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::{Digest, Timestamp};

pub(crate) trait BlobStore: Send + Sync {
    /// Stores the file's bytes; they survive a power cut once this has returned `Ok`.
    ///
    /// `file` is open for reading and is at the path `at`, in the same file system. It may be moved away, and the
    /// same file may be passed again afterwards. Bytes that are stored already stay as they are.
    fn put(&self, digest: &Digest, file: &File, at: &Path) -> io::Result<()>;

    /// The size in bytes of the blob; `None` if there is none.
    fn len(&self, digest: &Digest) -> io::Result<Option<u64>>;

    /// The blob, open at its start; `None` if there is none.
    fn open(&self, digest: &Digest) -> io::Result<Option<File>>;

    /// Removes the blob, if there is one.
    fn remove(&self, digest: &Digest) -> io::Result<()>;

    /// Calls `show` for every blob with the time it was stored, in any order. Blobs may be added and removed
    /// meanwhile.
    fn for_each(&self, show: &mut dyn FnMut(Digest, Timestamp)) -> io::Result<()>;
}
