//! Pictures from the user: intake, drag and drop, paste, file picker, and the links that are copied afterwards.

pub(crate) mod copy_links;
pub(crate) mod drop;
mod drop_zones;
pub(crate) mod file_picker;
mod intake;
pub(crate) mod link_choice;
pub(crate) mod paste;
pub(crate) mod queue_events;
pub(crate) mod reveal_file;
