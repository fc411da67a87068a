//! How long others may keep an answer.

use std::fmt::Write;

use library::{Image, Timestamp};

const YEAR: u64 = 365 * 24 * 60 * 60;

/// What a door says of its addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caching {
    /// An address that always shows the same: for good, unless the bytes behind it were replaced.
    Lasting,
    /// The same, to be asked for again after a year.
    Year,
    /// For so many seconds; then for `stale` more while somebody asks whether it has changed.
    For { seconds: u64, stale: u64 },
    /// Nobody but the asking browser keeps it, and asks each time whether it still may.
    Private,
}

impl Caching {
    /// What `Cache-Control` says. Nothing is kept beyond the end of its image.
    pub fn says(self, image: &Image, now: Timestamp) -> String {
        let (seconds, stale, lasting) = match self {
            Caching::Private => return "private, no-cache".to_owned(),
            // A replaced image has other bytes at the same address, so it is asked for each time.
            Caching::Lasting | Caching::Year if image.replaced_at.is_some() => {
                return "public, max-age=0, must-revalidate".to_owned();
            }
            Caching::Lasting => (YEAR, 0, true),
            Caching::Year => (YEAR, 0, false),
            Caching::For { seconds, stale } => (seconds, stale, false),
        };
        let left = image.expires_at.map_or(u64::MAX, |end| {
            let micros = end.micros().saturating_sub(now.micros());
            u64::try_from(micros / 1_000_000).unwrap_or_default()
        });
        let seconds = seconds.min(left);
        let stale = stale.min(left - seconds);
        let mut said = format!("public, max-age={seconds}");
        // What ends within the year is no promise for good.
        if lasting && left >= YEAR {
            said.push_str(", immutable");
        }
        if stale > 0 {
            let _ = write!(said, ", stale-while-revalidate={stale}");
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use library::{Actor, Added, Details, Door, Library, Settings, Upload};

    use super::*;

    const DAY: u64 = 24 * 60 * 60;

    fn image() -> Image {
        let folder = tempfile::TempDir::new().unwrap();
        let library = Library::open(folder.path(), Settings::default()).unwrap();
        let mut incoming = library.incoming().unwrap();
        incoming.append(&crate::tests::harness::png(9, 9)).unwrap();
        let upload = Upload {
            incoming,
            name: String::new(),
            door: Door::Imgs,
            details: Details::default(),
        };
        match library.add(&Actor::Guest, upload, None).unwrap() {
            Added::New(kept) => kept.image,
            Added::Repeated(_) => unreachable!("nothing was to be remembered"),
        }
    }

    #[test]
    fn nothing_is_kept_beyond_its_images_end() {
        let mut image = image();
        let now = image.created_at;
        let for_a_while = Caching::For {
            seconds: DAY,
            stale: YEAR,
        };
        assert_eq!(
            for_a_while.says(&image, now),
            "public, max-age=86400, stale-while-revalidate=31536000"
        );
        for (left, lasting, while_said) in [
            (
                2 * DAY,
                "public, max-age=172800",
                "public, max-age=86400, stale-while-revalidate=86400",
            ),
            (60, "public, max-age=60", "public, max-age=60"),
            (0, "public, max-age=0", "public, max-age=0"),
        ] {
            image.expires_at = Some(now.plus(Duration::from_secs(left)));
            assert_eq!(Caching::Lasting.says(&image, now), lasting);
            assert_eq!(for_a_while.says(&image, now), while_said);
        }
    }

    #[test]
    fn replaced_bytes_are_asked_for_each_time_where_they_would_have_lasted() {
        let mut image = image();
        let now = image.created_at;
        assert_eq!(
            Caching::Lasting.says(&image, now),
            "public, max-age=31536000, immutable"
        );
        image.replaced_at = Some(now);
        assert_eq!(
            Caching::Lasting.says(&image, now),
            "public, max-age=0, must-revalidate"
        );
        let day = Caching::For {
            seconds: DAY,
            stale: 0,
        };
        assert_eq!(day.says(&image, now), "public, max-age=86400");
    }
}
