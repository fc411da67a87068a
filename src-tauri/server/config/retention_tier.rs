//! Retention tier: how long uploads of a size may be kept. Text form: `BYTES:DAYS`, or `BYTES:DAYS:permanent`.

use std::fmt;
use std::str::FromStr;

/// What is allowed to originals of at most so many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionTier {
    pub up_to_bytes: u64,
    /// The longest that one may last.
    pub days: u32,
    /// Whether it may also last for good, as it does where nobody says how long.
    pub allows_permanent: bool,
}

/// A year is what the API promises at most.
const MAX_DAYS: u32 = 365;

const MIB: u64 = 1 << 20;

impl RetentionTier {
    /// A small one stays, a large one goes after a month.
    pub const DEFAULT: [RetentionTier; 3] = [
        RetentionTier::new(4 * MIB, 365, true),
        RetentionTier::new(16 * MIB, 365, false),
        RetentionTier::new(32 * MIB, 30, false),
    ];

    const fn new(up_to_bytes: u64, days: u32, permanent: bool) -> RetentionTier {
        RetentionTier {
            up_to_bytes,
            days,
            allows_permanent: permanent,
        }
    }
}

impl FromStr for RetentionTier {
    type Err = ();

    fn from_str(text: &str) -> Result<RetentionTier, ()> {
        let parts: Vec<&str> = text.split(':').map(str::trim).collect();
        let (bytes, days, permanent) = match parts[..] {
            [bytes, days] => (bytes, days, false),
            [bytes, days, "permanent"] => (bytes, days, true),
            _ => return Err(()),
        };
        let tier = RetentionTier::new(
            bytes.replace('_', "").parse().map_err(drop)?,
            days.parse().map_err(drop)?,
            permanent,
        );
        if tier.up_to_bytes > 0 && (1..=MAX_DAYS).contains(&tier.days) {
            Ok(tier)
        } else {
            Err(())
        }
    }
}

impl fmt::Display for RetentionTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RetentionTier {
            up_to_bytes, days, ..
        } = self;
        write!(f, "{up_to_bytes}:{days}")?;
        f.write_str(if self.allows_permanent {
            ":permanent"
        } else {
            ""
        })
    }
}
