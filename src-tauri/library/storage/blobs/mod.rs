//! Blobs: the originals of images, stored by their digests.
//!
//! A blob is stored before the first row that names its digest is committed, and removed after the last one is
//! deleted (`Library::delete_if_unreferenced`).

mod disk;
mod store;

pub(crate) use disk::{DiskBlobStore, fan_out_path, for_each_fanned_out};
pub(crate) use store::BlobStore;
