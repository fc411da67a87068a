//! Which part of the bytes is asked for. One range is served; of several, or of what cannot be
//! read, the whole is (RFC 9110 allows both).

use axum::http::{HeaderMap, header};
use bytes::Bytes;

use super::conditional::Validators;
use crate::error::{Error, Result};

/// First and last byte, both included; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    pub first: u64,
    pub last: u64,
}

impl ByteRange {
    pub fn length(self) -> u64 {
        self.last - self.first + 1
    }

    /// The part itself, of bytes that are whole in memory.
    pub fn slice(self, mut whole: Bytes) -> Bytes {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(whole.len());
        let (from, to) = (place(self.first), place(self.last + 1));
        whole.truncate(to);
        whole.split_off(from)
    }
}

/// The part of `length` bytes that is asked for; `None`: all of them.
///
/// # Errors
/// [`Error::OutOfRange`] if the range is well written but lies outside.
pub fn requested_range(
    asked: &HeaderMap,
    validators: &Validators,
    length: u64,
) -> Result<Option<ByteRange>> {
    let Some(range) = asked
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok())
    else {
        return Ok(None);
    };
    // A part of something else than the client began with would be of no use to it. A weak tag
    // never matches here, and neither does what is no text.
    let of_these_bytes = asked.get(header::IF_RANGE).is_none_or(|begun| {
        let begun = begun.to_str().unwrap_or_default();
        begun == validators.etag || is_same_date(begun, validators)
    });
    if !of_these_bytes {
        return Ok(None);
    }
    parse_range(range, length)
}

fn is_same_date(begun: &str, validators: &Validators) -> bool {
    httpdate::parse_http_date(begun).is_ok()
        && begun == httpdate::fmt_http_date(validators.modified_at)
}

fn parse_range(range: &str, length: u64) -> Result<Option<ByteRange>> {
    let Some((first, last)) = parse_single_range(range) else {
        return Ok(None);
    };
    let part = match (first, last) {
        (Some(first), Some(last)) if first > last => return Ok(None),
        (Some(first), last) => ByteRange {
            first,
            last: last.unwrap_or(u64::MAX).min(length.saturating_sub(1)),
        },
        (None, Some(0)) => return Err(Error::OutOfRange { len: length }),
        (None, Some(suffix)) => ByteRange {
            first: length.saturating_sub(suffix),
            last: length.saturating_sub(1),
        },
        (None, None) => return Ok(None),
    };
    if part.first < length {
        Ok(Some(part))
    } else {
        Err(Error::OutOfRange { len: length })
    }
}

/// `bytes=first-last`, either of which may be missing.
fn parse_single_range(range: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (unit, spec) = range.split_once('=')?;
    let (first, last) = spec.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    Some((parse_position(first)?, parse_position(last)?))
}

/// An outer `None` is what is no number; digits beyond 64 bits are beyond every file, too.
fn parse_position(text: &str) -> Option<Option<u64>> {
    if text.is_empty() {
        return Some(None);
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| Some(text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    #[test]
    fn one_range_is_read_in_its_three_forms() {
        let part = |first, last| Some(ByteRange { first, last });
        for (range, meant) in [
            ("bytes=0-0", part(0, 0)),
            ("bytes=2-5", part(2, 5)),
            ("bytes=2-", part(2, 9)),
            ("bytes=2-99999999999999999999999", part(2, 9)),
            ("bytes=-3", part(7, 9)),
            ("bytes=-30", part(0, 9)),
            ("Bytes=9-9", part(9, 9)),
            ("bytes=5-2", None),
            ("bytes=-", None),
            ("bytes=0-1,3-4", None),
            ("bytes=a-b", None),
            ("bytes=+1-2", None),
            ("pixels=0-1", None),
            ("0-1", None),
        ] {
            assert_eq!(parse_range(range, 10).unwrap(), meant, "{range}");
        }
    }

    #[test]
    fn a_range_outside_is_refused() {
        for (range, length) in [
            ("bytes=10-", 10),
            ("bytes=10-20", 10),
            ("bytes=-0", 10),
            ("bytes=0-0", 0),
        ] {
            assert!(
                matches!(parse_range(range, length), Err(Error::OutOfRange { .. })),
                "{range}"
            );
        }
    }

    #[test]
    fn a_part_of_other_bytes_than_the_client_began_with_is_not_sent() {
        let validators = Validators {
            etag: "\"abc\"".into(),
            modified_at: UNIX_EPOCH,
        };
        let asked = |begun: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, "bytes=1-2".parse().unwrap());
            headers.insert(header::IF_RANGE, begun.parse().unwrap());
            requested_range(&headers, &validators, 10)
                .unwrap()
                .is_some()
        };
        assert!(asked("\"abc\""));
        assert!(asked("Thu, 01 Jan 1970 00:00:00 GMT"));
        assert!(!asked("\"abd\""));
        assert!(!asked("W/\"abc\""));
        assert!(!asked("\"äbc\""));
        assert!(!asked("Fri, 02 Jan 1970 00:00:00 GMT"));
    }

    #[test]
    fn a_range_is_sliced_out_of_the_bytes() {
        let whole = Bytes::from_static(b"0123456789");
        assert_eq!(ByteRange { first: 2, last: 4 }.slice(whole.clone()), "234");
        assert_eq!(ByteRange { first: 9, last: 9 }.slice(whole), "9");
    }
}
