//! Time zones: when a day begins, and on which date a moment falls.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::Timestamp;

/// A time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    pub const UTC: Zone = Zone(TimeZone::UTC);

    /// By its IANA name, as in `Europe/Berlin`; `None` if there is no such zone.
    pub fn from_name(name: &str) -> Option<Zone> {
        TimeZone::get(name).ok().map(Zone)
    }

    /// When that day begins, in microseconds since the epoch.
    pub(super) fn day_start(&self, day: Date) -> Option<i64> {
        let start = day.to_zoned(self.0.clone()).ok()?.start_of_day().ok()?;
        Some(start.timestamp().as_microsecond())
    }

    /// The date of that moment, and when its day began.
    pub(super) fn day_of(&self, moment: Timestamp) -> (String, i64) {
        let day = jiff::Timestamp::from_microsecond(moment.micros())
            .and_then(|moment| moment.to_zoned(self.0.clone()).start_of_day());
        match day {
            Ok(day) => (day.date().to_string(), day.timestamp().as_microsecond()),
            // Beyond the calendar's end.
            Err(_) => (moment.to_string(), moment.micros()),
        }
    }
}
