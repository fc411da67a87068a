//! Pictures on their way into the queue (drop, paste, file picker), and the links that come back.

pub(crate) mod copy_links;
pub(crate) mod drop;
pub(crate) mod drop_zones;
pub(crate) mod file_picker;
pub(crate) mod intake;
pub(crate) mod paste;
pub(crate) mod queue_events;
pub(crate) mod reveal_file;
