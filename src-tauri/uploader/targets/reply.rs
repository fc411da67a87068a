//! What a target replied.

/// What a target answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// At most a megabyte of it.
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }

    /// Our own server, of whatever version, says so.
    pub(crate) fn is_from_vitrine(&self) -> bool {
        self.header("server")
            .is_some_and(|server| server.starts_with("vitrine/"))
    }

    /// How long the target asks to be left alone: `Retry-After` in seconds, or as a date, which is read against the
    /// answer's own `Date` so that a wrong clock here does no harm.
    pub(crate) fn retry_after_seconds(&self) -> Option<u64> {
        let value = self.header("retry-after")?.trim();
        if let Ok(seconds) = value.parse() {
            return Some(seconds);
        }
        let until = httpdate::parse_http_date(value).ok()?;
        let now = httpdate::parse_http_date(self.header("date")?).ok()?;
        Some(until.duration_since(now).map_or(0, |wait| wait.as_secs()))
    }
}
