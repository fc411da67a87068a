//! One tier of how long uploads may last: the larger they are, the shorter. Text form: `BYTES:DAYS`, or
//! `BYTES:DAYS:permanent`.

use std::fmt;
use std::str::FromStr;

/// What is allowed to originals of at most so many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    pub up_to_bytes: u64,
    /// The longest that one may last.
    pub days: u32,
    /// Whether it may also last for good, as it does where nobody says how long.
    pub permanent: bool,
}

/// A year is what the API promises at most.
const MOST_DAYS: u32 = 365;

const MIB: u64 = 1 << 20;

impl Lifetime {
    /// A small one stays, a large one goes after a month.
    pub const DEFAULT: [Lifetime; 3] = [
        Lifetime::of(4 * MIB, 365, true),
        Lifetime::of(16 * MIB, 365, false),
        Lifetime::of(32 * MIB, 30, false),
    ];

    const fn of(up_to_bytes: u64, days: u32, permanent: bool) -> Lifetime {
        Lifetime {
            up_to_bytes,
            days,
            permanent,
        }
    }
}

impl FromStr for Lifetime {
    type Err = ();

    fn from_str(text: &str) -> Result<Lifetime, ()> {
        let parts: Vec<&str> = text.split(':').map(str::trim).collect();
        let (bytes, days, permanent) = match parts[..] {
            [bytes, days] => (bytes, days, false),
            [bytes, days, "permanent"] => (bytes, days, true),
            _ => return Err(()),
        };
        let tier = Lifetime::of(
            bytes.replace('_', "").parse().map_err(drop)?,
            days.parse().map_err(drop)?,
            permanent,
        );
        if tier.up_to_bytes > 0 && (1..=MOST_DAYS).contains(&tier.days) {
            Ok(tier)
        } else {
            Err(())
        }
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lifetime {
            up_to_bytes, days, ..
        } = self;
        write!(f, "{up_to_bytes}:{days}")?;
        f.write_str(if self.permanent { ":permanent" } else { "" })
    }
}
