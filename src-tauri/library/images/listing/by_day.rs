//! Counts the images of a list by the day of their upload in a time zone.

use super::filter::list_conditions;
use super::query::Listing;
use super::zone::Zone;
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

impl Library {
    /// The days on which something of the list was added, the newest first, whatever the list's order and part.
    pub fn count_images_by_day(
        &self,
        actor: &Actor,
        listing: &Listing,
        zone: &Zone,
    ) -> Result<Vec<DayCount>> {
        let conditions = list_conditions(actor, listing, self.now())?;
        let newest_first = format!(
            "SELECT created_at FROM {} WHERE {} ORDER BY created_at DESC",
            conditions.from, conditions.sql
        );
        let moments: Vec<Timestamp> = self.database().read(|read| {
            read.query_all(&newest_first, params_from_iter(conditions.values), |row| {
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
