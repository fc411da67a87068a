//! When an upload is to end: seconds, or a duration as ISO 8601 writes it (`PT5M`, `P3D`, `P1Y2M`).

use jiff::Span;
use jiff::tz::TimeZone;
use library::Timestamp;

use super::error_codes::BAD_EXPIRATION;
use crate::error::Result;

const MIN_SECONDS: i64 = 300;
const MAX_SECONDS: i64 = 31_536_000;

/// How long an upload is to live.
#[derive(Debug)]
pub enum Expiration {
    Seconds(i64),
    Calendar(CalendarDuration),
}

impl Expiration {
    /// `None` is for good.
    pub fn parse(text: &str) -> Result<Option<Expiration>> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            // Too many digits are too many seconds.
            let seconds = text.parse().unwrap_or(MAX_SECONDS);
            return Ok((seconds > 0).then_some(Expiration::Seconds(seconds)));
        }
        let duration = CalendarDuration::parse(text).ok_or_else(|| BAD_EXPIRATION.to_error())?;
        Ok(Some(Expiration::Calendar(duration)))
    }

    /// What is shorter than five minutes becomes that, and what is longer than a year becomes that.
    pub fn expires_at(&self, now: Timestamp) -> Timestamp {
        let seconds = match self {
            Expiration::Seconds(seconds) => *seconds,
            Expiration::Calendar(duration) => duration.seconds_from(now),
        };
        let seconds = seconds.clamp(MIN_SECONDS, MAX_SECONDS).unsigned_abs();
        now.plus(std::time::Duration::from_secs(seconds))
    }
}

/// In calendar units: how long a month is depends on when it begins.
#[derive(Debug, Default)]
pub struct CalendarDuration {
    months: i64,
    days: i64,
    seconds: i64,
}

impl CalendarDuration {
    fn parse(text: &str) -> Option<CalendarDuration> {
        let text = text.strip_prefix('P')?;
        let (date, time) = match text.split_once('T') {
            Some((_, "")) => return None,
            Some((date, time)) => (date, time),
            None => (text, ""),
        };
        let mut duration = CalendarDuration::default();
        let date = parse_units(date, "YMWD", |unit, count| match unit {
            'Y' => duration.months += count * 12,
            'M' => duration.months += count,
            'W' => duration.days += count * 7,
            _ => duration.days += count,
        })?;
        let time = parse_units(time, "HMS", |unit, count| {
            duration.seconds += match unit {
                'H' => count * 3600,
                'M' => count * 60,
                _ => count,
            };
        })?;
        (date + time > 0).then_some(duration)
    }

    /// The far end where there is no such day.
    fn seconds_from(&self, now: Timestamp) -> i64 {
        let end = || {
            let span = Span::new().try_months(self.months).ok()?;
            let span = span
                .try_days(self.days)
                .ok()?
                .try_seconds(self.seconds)
                .ok()?;
            let now = jiff::Timestamp::from_microsecond(now.micros()).ok()?;
            let end = now.to_zoned(TimeZone::UTC).checked_add(span).ok()?;
            Some(end.timestamp().as_second() - now.as_second())
        };
        end().unwrap_or(MAX_SECONDS)
    }
}

/// Takes counts with their units, each at most once and in the order of `order`. How many there were.
fn parse_units(text: &str, order: &str, mut take: impl FnMut(char, i64)) -> Option<usize> {
    /// Beyond it a unit is too long in any case; small enough that nothing overflows.
    const MAX_COUNT: i64 = 1_000_000_000;
    let (mut rest, mut order, mut found) = (text, order, 0);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (count, after) = rest.split_at(end);
        let unit = after.chars().next()?;
        let at = order.find(unit).filter(|_| !count.is_empty())?;
        order = &order[at + 1..];
        rest = &after[1..];
        take(unit, count.parse().unwrap_or(MAX_COUNT).min(MAX_COUNT));
        found += 1;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    /// Noon of the last of January 2026.
    fn seconds_until_expiry(text: &str) -> Option<Option<i64>> {
        let now = Timestamp::from_micros(1_769_860_800_000_000);
        let life = Expiration::parse(text).ok()?;
        Some(life.map(|life| life.expires_at(now).seconds() - now.seconds()))
    }

    #[test]
    fn seconds_and_durations_are_read_and_kept_between_five_minutes_and_a_year() {
        for (text, seconds) in [
            ("3600", 3600),
            ("1", 300),
            ("299", 300),
            ("301", 301),
            ("31536001", 31_536_000),
            ("99999999999999999999999", 31_536_000),
            ("PT5M", 300),
            ("PT1S", 300),
            ("PT0S", 300),
            ("P3D", 3 * DAY),
            ("P1W", 7 * DAY),
            ("P1M", 28 * DAY),
            ("P2M", 59 * DAY),
            ("P1Y", 365 * DAY),
            ("P1DT12H30M5S", DAY + 12 * 3600 + 30 * 60 + 5),
            ("P1M1D", 29 * DAY),
            ("P99999999999Y", 31_536_000),
            ("PT99999999999999999999H", 31_536_000),
            (" PT10M ", 600),
        ] {
            assert_eq!(seconds_until_expiry(text), Some(Some(seconds)), "{text}");
        }
    }

    #[test]
    fn empty_and_zero_never_expire() {
        for text in ["", " ", "0", "000"] {
            assert_eq!(seconds_until_expiry(text), Some(None), "{text:?}");
        }
    }

    #[test]
    fn malformed_expirations_are_refused() {
        for text in [
            "tomorrow",
            "5 minutes",
            "-300",
            "+300",
            "300.5",
            "1e3",
            "P",
            "PT",
            "P1",
            "PD",
            "P1H",
            "PT1D",
            "P1DT",
            "P1D1Y",
            "P1D1D",
            "P-1D",
            "-P1D",
            "P1.5D",
            "p1d",
            "P1DD",
            "P 1D",
            "P1É",
            "٣٠٠",
            "never",
        ] {
            assert_eq!(seconds_until_expiry(text), None, "{text}");
        }
    }
}
