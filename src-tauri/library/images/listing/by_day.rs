//! How many images of a list were added on each day, as the calendar of who looks at it has them.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{ListFilter, Listing};
use crate::auth::permissions::Actor;
use crate::error::Result;
use crate::storage::db::params_from_iter;
use crate::{Library, Timestamp};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// As in `2026-02-14`.
    pub date: String,
    pub images: u64,
}

/// Where somebody's days begin and end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    pub const UTC: Zone = Zone(TimeZone::UTC);

    /// By its name in the IANA's list, as in `Europe/Berlin`. `None` if there is none of that name.
    pub fn from_name(name: &str) -> Option<Zone> {
        TimeZone::get(name).ok().map(Zone)
    }

    /// When that day begins.
    pub(super) fn day_start(&self, day: Date) -> Option<i64> {
        let start = day.to_zoned(self.0.clone()).ok()?.start_of_day().ok()?;
        Some(start.timestamp().as_microsecond())
    }

    /// The date of that moment, and when its day began.
    fn day_of(&self, moment: Timestamp) -> (String, i64) {
        let day = jiff::Timestamp::from_microsecond(moment.micros())
            .and_then(|moment| moment.to_zoned(self.0.clone()).start_of_day());
        match day {
            Ok(day) => (day.date().to_string(), day.timestamp().as_microsecond()),
            // Beyond the calendar's end.
            Err(_) => (moment.to_string(), moment.micros()),
        }
    }
}

impl Library {
    /// The days on which something of the list was added, the newest first, whatever the list's order and part.
    pub fn count_images_by_day(
        &self,
        actor: &Actor,
        listing: &Listing,
        zone: &Zone,
    ) -> Result<Vec<DayCount>> {
        let which = ListFilter::new(actor, listing, self.now())?;
        let newest_first = format!(
            "SELECT created_at FROM {} WHERE {} ORDER BY created_at DESC",
            which.from, which.sql
        );
        let moments: Vec<Timestamp> = self.database().read(|read| {
            read.query_all(&newest_first, params_from_iter(which.values), |row| {
                row.get(0)
            })
        })?;
        let mut days: Vec<DayCount> = Vec::new();
        let mut began = i64::MAX;
        for moment in moments {
            match days.last_mut() {
                Some(day) if moment.micros() >= began => day.images += 1,
                _ => {
                    let (date, start) = zone.day_of(moment);
                    began = start;
                    days.push(DayCount { date, images: 1 });
                }
            }
        }
        Ok(days)
    }
}
