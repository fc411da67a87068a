//! Where the library keeps its data: the database, the blobs, and the lock that allows one server per folder.

pub(crate) mod blobs;
pub(crate) mod db;
pub(crate) mod server_info;
pub(crate) mod server_lock;
