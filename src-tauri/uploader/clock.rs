//! The wall clock, which tests replace.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Tells the time.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// What a clock on the wall here shows beside it.
    fn time_zone(&self) -> TimeZone {
        TimeZone::UTC
    }
}

/// The computer's own.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn time_zone(&self) -> TimeZone {
        TimeZone::system()
    }
}
