//! Aliases: the names under which dialects address images, used by the dialects and by the dashboard.

pub mod chevereto;
pub mod imgshare;
