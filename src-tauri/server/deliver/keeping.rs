//! How long browsers and proxies may keep a copy.

use library::{Image, Timestamp};

const YEAR: i64 = 31_536_000;

/// What a door promises of its addresses, as long as nothing speaks against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// A year, and nobody need ask in between: the bytes stay the same.
    Immutable,
    /// A year.
    Year,
}

impl Keeping {
    /// The text of `Cache-Control`.
    pub fn of(self, image: &Image, now: Timestamp) -> String {
        // A replaced image has other bytes at the same address, so it is asked for each time.
        if image.replaced_at.is_some() {
            return "public, max-age=0, must-revalidate".to_owned();
        }
        let micros = |end: Timestamp| end.micros().saturating_sub(now.micros()).max(0);
        let left = image.expires_at.map_or(YEAR, |end| micros(end) / 1_000_000);
        match self {
            // No copy outlives its image.
            _ if left < YEAR => format!("public, max-age={left}"),
            Keeping::Immutable => format!("public, max-age={YEAR}, immutable"),
            Keeping::Year => format!("public, max-age={YEAR}"),
        }
    }
}
