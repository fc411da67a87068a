//! How long an upload lasts: what was asked for, within what its size allows.

use std::time::Duration;

use crate::config::Lifetime;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// What was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expire {
    /// Nothing, or something that is not supported.
    #[default]
    Unsaid,
    Never,
    /// At least one.
    Hours(u64),
}

impl Expire {
    /// `text` is in lower case.
    pub fn read(text: &str) -> Expire {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text {
            "never" | "permanent" => Expire::Never,
            // What no number holds is more than any tier allows, like everything above a year.
            _ if digits => match text.parse().unwrap_or(u64::MAX) {
                0 => Expire::Never,
                hours => Expire::Hours(hours),
            },
            _ => Expire::Unsaid,
        }
    }

    /// How long an original of so many bytes lasts; `None` is for good. More than its tier allows becomes
    /// the longest that it does.
    pub fn life(self, bytes: u64, tiers: &[Lifetime]) -> Option<Duration> {
        let tier = tiers.iter().find(|tier| bytes <= tier.up_to_bytes);
        // What is larger than the largest tier lasts no longer than that.
        let tier = tier.or(tiers.last())?;
        let longest = HOUR * 24 * tier.days;
        match self {
            Expire::Unsaid | Expire::Never if tier.permanent => None,
            Expire::Unsaid | Expire::Never => Some(longest),
            Expire::Hours(hours) => {
                let hours = u32::try_from(hours).unwrap_or(u32::MAX);
                Some(HOUR.saturating_mul(hours).min(longest))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn hours_are_whole_numbers_and_all_else_is_unsaid() {
        for (text, expire) in [
            ("1", Expire::Hours(1)),
            ("8760", Expire::Hours(8760)),
            ("0024", Expire::Hours(24)),
            ("9000", Expire::Hours(9000)),
            ("99999999999999999999", Expire::Hours(u64::MAX)),
            ("0", Expire::Never),
            ("never", Expire::Never),
            ("permanent", Expire::Never),
            ("", Expire::Unsaid),
            ("-1", Expire::Unsaid),
            ("+1", Expire::Unsaid),
            ("1.5", Expire::Unsaid),
            ("1h", Expire::Unsaid),
            ("tomorrow", Expire::Unsaid),
            ("٤", Expire::Unsaid),
        ] {
            assert_eq!(Expire::read(text), expire, "{text}");
        }
    }

    #[test]
    fn the_smaller_the_longer_and_more_than_allowed_becomes_the_longest() {
        const MIB: u64 = 1 << 20;
        let tiers = Config::default().imgshare_lifetimes;
        let year = Some(HOUR * 8760);
        let month = Some(HOUR * 720);
        for (bytes, expire, life) in [
            (1, Expire::Unsaid, None),
            (4 * MIB, Expire::Never, None),
            (4 * MIB, Expire::Hours(1), Some(HOUR)),
            (4 * MIB, Expire::Hours(8760), year),
            (4 * MIB, Expire::Hours(8761), year),
            (4 * MIB, Expire::Hours(u64::MAX), year),
            (4 * MIB + 1, Expire::Unsaid, year),
            (4 * MIB + 1, Expire::Never, year),
            (16 * MIB, Expire::Hours(9000), year),
            (16 * MIB + 1, Expire::Unsaid, month),
            (32 * MIB, Expire::Never, month),
            (32 * MIB, Expire::Hours(721), month),
            (32 * MIB, Expire::Hours(719), Some(HOUR * 719)),
            (33 * MIB, Expire::Never, month),
        ] {
            assert_eq!(expire.life(bytes, &tiers), life, "{bytes} {expire:?}");
        }
    }
}
