//! What time it is. Everyone asks a `Clock`, so that a test can let a day pass.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::SignedDuration;

/// A moment: whole microseconds since the epoch, UTC. `Display` is RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    pub fn from_micros(micros: i64) -> Timestamp {
        Timestamp(micros)
    }

    pub fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The UTC date and time as `format` has it, in the letters of `strftime`.
    pub fn utc(self, format: &str) -> String {
        let moment = jiff::Timestamp::from_duration(SignedDuration::from_micros(self.0));
        moment.map_or_else(
            |_| self.to_string(),
            |moment| moment.strftime(format).to_string(),
        )
    }

    /// Reads RFC 3339, whatever its offset.
    pub fn parse(text: &str) -> Option<Timestamp> {
        let moment: jiff::Timestamp = text.trim().parse().ok()?;
        Some(Timestamp(moment.as_microsecond()))
    }

    /// This moment plus `span`; the far end of time where that overflows.
    pub fn plus(self, span: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(to_micros(span)))
    }

    pub fn minus(self, span: Duration) -> Timestamp {
        Timestamp(self.0.saturating_sub(to_micros(span)))
    }
}

fn to_micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Timestamp {
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => Timestamp(to_micros(since)),
            Err(before) => Timestamp(-to_micros(before.duration())),
        }
    }
}

impl From<Timestamp> for SystemTime {
    fn from(time: Timestamp) -> SystemTime {
        let span = Duration::from_micros(time.0.unsigned_abs());
        let moment = if time.0 < 0 {
            UNIX_EPOCH.checked_sub(span)
        } else {
            UNIX_EPOCH.checked_add(span)
        };
        moment.unwrap_or(UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_duration(SignedDuration::from_micros(self.0)) {
            Ok(moment) => write!(f, "{moment}"),
            Err(_) => write!(f, "{} s", self.seconds()), // beyond the year 9999
        }
    }
}

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The computer's own clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }
}
