//! Conditional requests: ETag, `If-None-Match`, `If-Modified-Since`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderValue, header};

/// What identifies the bytes behind an address.
#[derive(Clone, Debug)]
pub struct Validators {
    /// Strong, with its quotes.
    pub etag: String,
    pub modified_at: SystemTime,
}

impl Validators {
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        if let Ok(etag) = HeaderValue::from_str(&self.etag) {
            headers.insert(header::ETAG, etag);
        }
        if let Ok(modified) = HeaderValue::from_str(&httpdate::fmt_http_date(self.modified_at)) {
            headers.insert(header::LAST_MODIFIED, modified);
        }
    }

    /// Whether the image is as it was at that time; HTTP's dates have whole seconds only.
    pub fn is_unchanged_since(&self, date: &str) -> bool {
        httpdate::parse_http_date(date)
            .is_ok_and(|date| truncate_to_seconds(self.modified_at) <= date)
    }
}

/// `If-None-Match` decides alone where it is given.
pub fn is_not_modified(asked: &HeaderMap, validators: &Validators) -> bool {
    etag_matches(asked, &validators.etag).unwrap_or_else(|| {
        asked
            .get(header::IF_MODIFIED_SINCE)
            .and_then(|date| date.to_str().ok())
            .is_some_and(|date| validators.is_unchanged_since(date))
    })
}

/// Whether `If-None-Match` names this ETag, if it is given; it compares weakly, as RFC 9110 has it.
pub fn etag_matches(asked: &HeaderMap, etag: &str) -> Option<bool> {
    let mut lists = asked.get_all(header::IF_NONE_MATCH).iter().peekable();
    lists.peek()?;
    let named = lists
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag);
    Some(named)
}

fn truncate_to_seconds(time: SystemTime) -> SystemTime {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    UNIX_EPOCH + Duration::from_secs(since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_not_modified_with(headers: &[(header::HeaderName, &str)]) -> bool {
        let validators = Validators {
            etag: "\"abc\"".into(),
            modified_at: UNIX_EPOCH + Duration::from_millis(784_111_777_500),
        };
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect();
        is_not_modified(&headers, &validators)
    }

    #[test]
    fn a_known_etag_is_found_in_lists_weak_and_behind_a_star() {
        for list in [
            "\"abc\"",
            "W/\"abc\"",
            "\"x\", \"abc\"",
            "*",
            "\"x\" , W/\"abc\"",
        ] {
            assert!(
                is_not_modified_with(&[(header::IF_NONE_MATCH, list)]),
                "{list}"
            );
        }
        for list in ["\"ab\"", "abc", "", "\"x\",\"y\""] {
            assert!(
                !is_not_modified_with(&[(header::IF_NONE_MATCH, list)]),
                "{list}"
            );
        }
    }

    #[test]
    fn dates_count_in_whole_seconds_and_only_without_etags() {
        let at = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert!(is_not_modified_with(&[(header::IF_MODIFIED_SINCE, at)]));
        assert!(!is_not_modified_with(&[(
            header::IF_MODIFIED_SINCE,
            "Sun, 06 Nov 1994 08:49:36 GMT"
        )]));
        assert!(!is_not_modified_with(&[(
            header::IF_MODIFIED_SINCE,
            "yesterday"
        )]));
        assert!(!is_not_modified_with(&[
            (header::IF_MODIFIED_SINCE, at),
            (header::IF_NONE_MATCH, "\"x\"")
        ]));
    }
}
