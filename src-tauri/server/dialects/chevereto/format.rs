//! How sizes and times are written for people, as Chevereto's answers and pages do.

use library::Timestamp;

/// As in `3 MB`: decimal, with one place where it is not zero.
pub fn human_size(bytes: u64) -> String {
    scale_bytes(bytes, 1000)
}

/// As in `50 MB` for 52428800: limits are set in the binary way.
pub fn human_limit(bytes: u64) -> String {
    scale_bytes(bytes, 1024)
}

fn scale_bytes(bytes: u64, step: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let tenths = |unit: u64| (u128::from(bytes) * 10 + u128::from(unit) / 2) / u128::from(unit);
    let (mut unit, mut at) = (1, 0);
    // What rounds up to a thousand belongs to the next unit already.
    while at + 1 < UNITS.len() && tenths(unit) >= u128::from(step) * 10 {
        unit *= step;
        at += 1;
    }
    let (whole, place) = (tenths(unit) / 10, tenths(unit) % 10);
    match place {
        0 => format!("{whole} {}", UNITS[at]),
        place => format!("{whole}.{place} {}", UNITS[at]),
    }
}

/// As in `2 hours ago`.
pub fn time_ago(then: Timestamp, now: Timestamp) -> String {
    const UNITS: [(i64, &str); 6] = [
        (365 * 86_400, "year"),
        (30 * 86_400, "month"),
        (7 * 86_400, "week"),
        (86_400, "day"),
        (3600, "hour"),
        (60, "minute"),
    ];
    let seconds = now.seconds() - then.seconds();
    let unit = UNITS.iter().find(|(length, _)| seconds >= *length);
    match unit {
        None => "moments ago".to_owned(),
        Some((length, word)) => format!("{} ago", count_with_unit(seconds / length, word)),
    }
}

fn count_with_unit(count: i64, word: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {word}{ending}")
}

/// The word beside a count.
pub fn plural_form(count: u64, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

/// At most 28 characters, three dots among them.
pub fn shorten_title(title: &str) -> String {
    const MAX_CHARS: usize = 28;
    if title.chars().count() <= MAX_CHARS {
        return title.to_owned();
    }
    let kept: String = title.chars().take(MAX_CHARS - 3).collect();
    format!("{kept}...")
}

/// `Y-m-d H:i:s`, in UTC: the zone of this site.
pub fn format_utc(time: Timestamp) -> String {
    time.utc("%Y-%m-%d %H:%M:%S")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_decimal_with_one_place() {
        for (bytes, words) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1 KB"),
            (1049, "1 KB"),
            (1050, "1.1 KB"),
            (999_949, "999.9 KB"),
            (999_950, "1 MB"),
            (3_011_299, "3 MB"),
            (1 << 50, "1125.9 TB"),
            (u64::MAX, "18446744.1 TB"),
        ] {
            assert_eq!(human_size(bytes), words, "{bytes}");
        }
        assert_eq!(human_limit(52_428_800), "50 MB");
        assert_eq!(human_limit(1000), "1000 B");
        assert_eq!(human_limit(1536), "1.5 KB");
    }

    #[test]
    fn times_are_written_in_the_largest_unit_that_fits() {
        let now = Timestamp::from_micros(2_000_000_000_000_000);
        for (seconds, words) in [
            (-5, "moments ago"),
            (0, "moments ago"),
            (59, "moments ago"),
            (60, "1 minute ago"),
            (3599, "59 minutes ago"),
            (7200, "2 hours ago"),
            (86_400, "1 day ago"),
            (14 * 86_400, "2 weeks ago"),
            (40 * 86_400, "1 month ago"),
            (800 * 86_400, "2 years ago"),
        ] {
            let then = Timestamp::from_micros(now.micros() - seconds * 1_000_000);
            assert_eq!(time_ago(then, now), words, "{seconds}");
        }
    }

    #[test]
    fn a_title_is_cut_as_the_documentation_shows() {
        let title = "Badgers animated music video MrWeebl";
        assert_eq!(shorten_title(title), "Badgers animated music vi...");
        assert_eq!(shorten_title(&title[..28]), &title[..28]);
        assert_eq!(
            shorten_title(&"é".repeat(29)),
            format!("{}...", "é".repeat(25))
        );
    }
}
