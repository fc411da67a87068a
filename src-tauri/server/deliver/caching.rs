//! Cache policies: how long browsers and proxies may keep a response.

use std::fmt::Write;

use library::{Image, Timestamp};

const YEAR_SECS: u64 = 365 * 24 * 60 * 60;

/// What a door says of its addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CachePolicy {
    /// An address that always shows the same: for good, unless the bytes behind it were replaced.
    Immutable,
    /// The same, to be asked for again after a year.
    OneYear,
    /// For so many seconds; then for `stale` more while somebody asks whether it has changed.
    MaxAge { seconds: u64, stale_seconds: u64 },
    /// Nobody but the asking browser keeps it, and asks each time whether it still may.
    Private,
}

impl CachePolicy {
    /// What `Cache-Control` says. Nothing is kept beyond the end of its image.
    pub fn header_value(self, image: &Image, now: Timestamp) -> String {
        let (seconds, stale, lasting) = match self {
            CachePolicy::Private => return "private, no-cache".to_owned(),
            // A replaced image has other bytes at the same address, so it is asked for each time.
            CachePolicy::Immutable | CachePolicy::OneYear if image.replaced_at.is_some() => {
                return "public, max-age=0, must-revalidate".to_owned();
            }
            CachePolicy::Immutable => (YEAR_SECS, 0, true),
            CachePolicy::OneYear => (YEAR_SECS, 0, false),
            CachePolicy::MaxAge {
                seconds,
                stale_seconds: stale,
            } => (seconds, stale, false),
        };
        let left = image.expires_at.map_or(u64::MAX, |end| {
            let micros = end.micros().saturating_sub(now.micros());
            u64::try_from(micros / 1_000_000).unwrap_or_default()
        });
        let seconds = seconds.min(left);
        let stale = stale.min(left - seconds);
        let mut said = format!("public, max-age={seconds}");
        // What ends within the year is no promise for good.
        if lasting && left >= YEAR_SECS {
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

    use library::{Actor, AddOutcome, Library, Settings, Upload, UploadMetadata};

    use super::*;

    const DAY: u64 = 24 * 60 * 60;

    fn image() -> Image {
        let folder = tempfile::TempDir::new().unwrap();
        let library = Library::open(folder.path(), Settings::default()).unwrap();
        let mut incoming = library.stage_upload().unwrap();
        incoming.append(&crate::tests::harness::png(9, 9)).unwrap();
        let upload = Upload {
            staged_upload: incoming,
            name: String::new(),
            origin: "imgs",
            metadata: UploadMetadata::default(),
        };
        match library.add_image(&Actor::Guest, upload, None).unwrap() {
            AddOutcome::New(kept) => kept.image,
            AddOutcome::Replay(_) => unreachable!("nothing was to be remembered"),
        }
    }

    #[test]
    fn caching_never_outlasts_the_images_expiry() {
        let mut image = image();
        let now = image.created_at;
        let for_a_while = CachePolicy::MaxAge {
            seconds: DAY,
            stale_seconds: YEAR_SECS,
        };
        assert_eq!(
            for_a_while.header_value(&image, now),
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
            assert_eq!(CachePolicy::Immutable.header_value(&image, now), lasting);
            assert_eq!(for_a_while.header_value(&image, now), while_said);
        }
    }

    #[test]
    fn replaced_bytes_are_revalidated_instead_of_immutable() {
        let mut image = image();
        let now = image.created_at;
        assert_eq!(
            CachePolicy::Immutable.header_value(&image, now),
            "public, max-age=31536000, immutable"
        );
        image.replaced_at = Some(now);
        assert_eq!(
            CachePolicy::Immutable.header_value(&image, now),
            "public, max-age=0, must-revalidate"
        );
        let day = CachePolicy::MaxAge {
            seconds: DAY,
            stale_seconds: 0,
        };
        assert_eq!(day.header_value(&image, now), "public, max-age=86400");
    }
}
