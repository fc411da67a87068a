//! What each kind of target is told and how it answers. Two pure functions a kind, one kind a file: no connection, no
//! file and no secret passes through here.

mod imgs;

use crate::{Failure, Kind, Picture, Target, Uploaded};

/// What is to be sent, but for the secret and the bytes of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    /// How the target wants to be shown the key.
    pub key: KeyPlace,
    pub body: Body,
}

/// Where a target looks for the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// `Authorization: Bearer KEY`.
    Bearer,
}

/// What the request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// `multipart/form-data` with the picture as its one part.
    Multipart {
        field: &'static str,
        file_name: String,
        media_type: &'static str,
    },
}

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

    /// How long the target asks to be left alone: `Retry-After` in seconds, or as a date, which is read against the
    /// answer's own `Date` so that a wrong clock here does no harm.
    pub(crate) fn retry_after_seconds(&self) -> Option<u64> {
        let wish = self.header("retry-after")?.trim();
        if let Ok(seconds) = wish.parse() {
            return Some(seconds);
        }
        let until = httpdate::parse_http_date(wish).ok()?;
        let now = httpdate::parse_http_date(self.header("date")?).ok()?;
        Some(until.duration_since(now).map_or(0, |wait| wait.as_secs()))
    }
}

/// Describes the request that uploads `picture` to `target`.
pub fn request(target: &Target, picture: &Picture) -> Request {
    match target.kind {
        Kind::Imgs => imgs::request(target, picture),
    }
}

/// Reads the answer to [`request`].
pub fn parse(target: &Target, picture: &Picture, reply: &Reply) -> Result<Uploaded, Failure> {
    match target.kind {
        Kind::Imgs => imgs::parse(target, picture, reply),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let reply = |retry_after: &str, date: Option<&str>| Reply {
            status: 503,
            headers: std::iter::once(("retry-after".to_owned(), retry_after.to_owned()))
                .chain(date.map(|date| ("date".to_owned(), date.to_owned())))
                .collect(),
            body: Vec::new(),
        };
        let date = Some("Sun, 22 Nov 2026 00:00:00 GMT");
        let cases = [
            (reply("120", None), Some(120)),
            (reply(" 0 ", None), Some(0)),
            (reply("Sun, 22 Nov 2026 00:01:30 GMT", date), Some(90)),
            (reply("Sat, 21 Nov 2026 23:00:00 GMT", date), Some(0)),
            (reply("Sun, 22 Nov 2026 00:01:30 GMT", None), None),
            (reply("soon", date), None),
            (reply("-5", date), None),
        ];
        for (reply, expected) in cases {
            assert_eq!(reply.retry_after_seconds(), expected, "{reply:?}");
        }
    }
}
