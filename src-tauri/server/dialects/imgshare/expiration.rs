//! How long an upload lasts: what was asked for, within what its size allows.

use std::time::Duration;

use crate::config::RetentionTier;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// What was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expiration {
    /// Nothing, or something that is not supported.
    #[default]
    Unspecified,
    Never,
    /// At least one.
    Hours(u64),
}

impl Expiration {
    /// `text` is in lower case.
    pub fn parse(text: &str) -> Expiration {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text {
            "never" | "permanent" => Expiration::Never,
            // What no number holds is more than any tier allows, like everything above a year.
            _ if digits => match text.parse().unwrap_or(u64::MAX) {
                0 => Expiration::Never,
                hours => Expiration::Hours(hours),
            },
            _ => Expiration::Unspecified,
        }
    }

    /// How long an original of so many bytes lasts; `None` is for good. More than its tier allows becomes
    /// the longest that it does.
    pub fn lifetime(self, bytes: u64, tiers: &[RetentionTier]) -> Option<Duration> {
        let tier = tiers.iter().find(|tier| bytes <= tier.up_to_bytes);
        // What is larger than the largest tier lasts no longer than that.
        let tier = tier.or(tiers.last())?;
        let longest = HOUR * 24 * tier.days;
        match self {
            Expiration::Unspecified | Expiration::Never if tier.allows_permanent => None,
            Expiration::Unspecified | Expiration::Never => Some(longest),
            Expiration::Hours(hours) => {
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
    fn hours_are_whole_numbers_and_all_else_is_unspecified() {
        for (text, expire) in [
            ("1", Expiration::Hours(1)),
            ("8760", Expiration::Hours(8760)),
            ("0024", Expiration::Hours(24)),
            ("9000", Expiration::Hours(9000)),
            ("99999999999999999999", Expiration::Hours(u64::MAX)),
            ("0", Expiration::Never),
            ("never", Expiration::Never),
            ("permanent", Expiration::Never),
            ("", Expiration::Unspecified),
            ("-1", Expiration::Unspecified),
            ("+1", Expiration::Unspecified),
            ("1.5", Expiration::Unspecified),
            ("1h", Expiration::Unspecified),
            ("tomorrow", Expiration::Unspecified),
            ("٤", Expiration::Unspecified),
        ] {
            assert_eq!(Expiration::parse(text), expire, "{text}");
        }
    }

    #[test]
    fn smaller_images_last_longer_and_the_tier_maximum_is_enforced() {
        const MIB: u64 = 1 << 20;
        let tiers = Config::default().imgshare_lifetimes;
        let year = Some(HOUR * 8760);
        let month = Some(HOUR * 720);
        for (bytes, expire, life) in [
            (1, Expiration::Unspecified, None),
            (4 * MIB, Expiration::Never, None),
            (4 * MIB, Expiration::Hours(1), Some(HOUR)),
            (4 * MIB, Expiration::Hours(8760), year),
            (4 * MIB, Expiration::Hours(8761), year),
            (4 * MIB, Expiration::Hours(u64::MAX), year),
            (4 * MIB + 1, Expiration::Unspecified, year),
            (4 * MIB + 1, Expiration::Never, year),
            (16 * MIB, Expiration::Hours(9000), year),
            (16 * MIB + 1, Expiration::Unspecified, month),
            (32 * MIB, Expiration::Never, month),
            (32 * MIB, Expiration::Hours(721), month),
            (32 * MIB, Expiration::Hours(719), Some(HOUR * 719)),
            (33 * MIB, Expiration::Never, month),
        ] {
            assert_eq!(expire.lifetime(bytes, &tiers), life, "{bytes} {expire:?}");
        }
    }
}
