//! Background upkeep: expiry, garbage collection, disk usage, warnings at startup.

pub(crate) mod expiry;
pub(crate) mod garbage_collect;
pub(crate) mod startup_warnings;
pub(crate) mod storage_usage;
