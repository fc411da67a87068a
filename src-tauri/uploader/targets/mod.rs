//! What each kind of target is told and how it answers. Two pure functions a kind, one kind a file: no connection, no
//! file and no secret passes through here. A kind whose answer to an upload holds no link has a third one, which
//! describes what is asked next.

mod chevereto;
pub(crate) mod cooldown;
mod errors;
#[cfg(test)]
mod fixtures;
mod imgs;
mod imgshare;
mod media;
pub(crate) mod registry;
mod response_urls;
mod secret_template;
pub(crate) mod self_test;
mod slink;
pub mod sxcu;

use crate::{Failure, Kind, Picture, Target, Uploaded};
pub use secret_template::Words;

/// The widths below a picture's own that most kinds make.
const USUAL_WIDTHS: [u32; 5] = [200, 400, 800, 1200, 1600];

/// What is to be sent, but for the key and the bytes of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: &'static str,
    pub url: Words,
    /// Names in lower case.
    pub headers: Vec<(String, Words)>,
    pub body: Body,
}

/// What the request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// `multipart/form-data`: some text fields, then the picture.
    Multipart {
        texts: Vec<(String, Words)>,
        field: String,
        file_name: String,
        media_type: &'static str,
    },
    /// The picture alone.
    Binary {
        media_type: &'static str,
    },
    /// A text with the picture in it, in base64.
    Text {
        content_type: &'static str,
        before: Words,
        after: Words,
        written: Written,
    },
    /// `application/json`, without the picture.
    Json(String),
    /// `application/x-www-form-urlencoded`, without the picture.
    Form(Vec<(String, Words)>),
    Nothing,
}

/// How the bytes of a picture stand in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Plain,
    Base64,
    /// In base64, as a value of `application/x-www-form-urlencoded`.
    Base64InForm,
}

impl Body {
    /// The form with the picture in it.
    fn form(picture: &Picture, field: &str, texts: Vec<(String, Words)>) -> Body {
        Body::Multipart {
            texts,
            field: field.to_owned(),
            file_name: picture.name.clone(),
            media_type: picture.info.format.media_type(),
        }
    }
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

    /// Our own server, of whatever version, says so.
    pub(crate) fn is_from_vitrine(&self) -> bool {
        self.header("server")
            .is_some_and(|server| server.starts_with("vitrine/"))
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
    match &target.kind {
        Kind::Imgs => imgs::request(target, picture),
        Kind::Imgshare => imgshare::request(target, picture),
        Kind::Media => media::request(target, picture),
        Kind::Slink => slink::request(target, picture),
        Kind::Chevereto => chevereto::request(target, picture),
        Kind::Sxcu(sxcu) => sxcu::request(sxcu, picture),
    }
}

/// Describes what is asked next, after the answer to [`request`] and those to the follow-ups so far; `None` once there
/// is nothing more to ask.
pub fn follow_up(
    target: &Target,
    picture: &Picture,
    reply: &Reply,
    later: &[Reply],
) -> Option<Request> {
    match &target.kind {
        Kind::Media => media::follow_up(target, picture, reply, later),
        Kind::Imgs | Kind::Imgshare | Kind::Slink | Kind::Chevereto | Kind::Sxcu(_) => None,
    }
}

/// Reads the answer to [`request`] and those to the follow-ups. Fewer of these than were asked for may be enough.
pub fn parse(
    target: &Target,
    picture: &Picture,
    reply: &Reply,
    later: &[Reply],
) -> Result<Uploaded, Failure> {
    match &target.kind {
        Kind::Imgs => imgs::parse(target, picture, reply),
        Kind::Imgshare => imgshare::parse(target, picture, reply),
        Kind::Media => media::parse(target, picture, reply, later),
        Kind::Slink => slink::parse(target, picture, reply),
        Kind::Chevereto => chevereto::parse(target, picture, reply),
        Kind::Sxcu(sxcu) => sxcu::parse(target, sxcu, picture, reply),
    }
}

/// Describes the request that takes a picture away again; `None` where there is no such thing.
pub fn deletion(target: &Target, uploaded: &Uploaded) -> Option<Request> {
    match &target.kind {
        Kind::Imgs => imgs::deletion(target, uploaded),
        Kind::Imgshare => imgshare::deletion(target, uploaded),
        Kind::Media => media::deletion(target, uploaded),
        Kind::Chevereto | Kind::Sxcu(_) => by_link(target, uploaded),
        // Its keys may upload and nothing else.
        Kind::Slink => None,
    }
}

/// Whether there can be such a thing: of some kinds only an upload's answer tells.
pub fn can_delete(kind: &Kind) -> bool {
    !matches!(kind, Kind::Slink)
}

/// The address of its own that an upload's answer gave for this.
fn by_link(target: &Target, uploaded: &Uploaded) -> Option<Request> {
    let link = uploaded.absolute(&target.base).delete?;
    Some(Request {
        method: "GET",
        url: link.into(),
        headers: Vec::new(),
        body: Body::Nothing,
    })
}

/// Reads the answer to [`deletion`]. What is not there has been deleted.
pub fn deleted(target: &Target, reply: &Reply) -> Result<(), Failure> {
    // A link sends to the page of what it has deleted.
    let by_link = matches!(target.kind, Kind::Chevereto | Kind::Sxcu(_));
    match reply.status {
        200..=299 | 404 | 410 => Ok(()),
        301 | 302 | 303 | 307 | 308 if by_link => Ok(()),
        _ => Err(errors::not_deleted(
            target,
            reply,
            errors::error_text(reply).as_deref(),
        )),
    }
}

/// The parts that a target's requests want of its key, out of what the keychain has; `None` if that is no key of this
/// kind.
pub(crate) fn key_parts(kind: &Kind, secret: &str) -> Option<Vec<String>> {
    match kind {
        Kind::Sxcu(_) => serde_json::from_str(secret).ok(),
        _ => Some(vec![secret.trim().to_owned()]),
    }
}

/// The smaller sizes that can be asked of a kind, by the width that they are known by.
pub fn widths(kind: &Kind) -> Vec<u32> {
    match kind {
        Kind::Imgs | Kind::Media | Kind::Slink => USUAL_WIDTHS.to_vec(),
        Kind::Imgshare => imgshare::BOXES
            .iter()
            .map(|(_, (width, _))| *width)
            .collect(),
        Kind::Chevereto => vec![chevereto::MEDIUM],
        Kind::Sxcu(_) => Vec::new(),
    }
}

/// How wide a picture of this size is made when `width` is asked for: less, where a kind's sizes are boxes.
pub fn width_made(kind: &Kind, width: u32, picture: (u32, u32)) -> u32 {
    match kind {
        Kind::Imgshare => imgshare::width_made(width, picture),
        _ => width.min(picture.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_taken_away_as_its_kind_has_it() {
        let uploaded = Uploaded {
            id: Some("a7xK".into()),
            delete: Some("/image/a7xK/delete/e8".into()),
            ..Uploaded::default()
        };
        let asked = |kind: Kind| {
            let request = deletion(&fixtures::target(kind, true), &uploaded)?;
            let key = ["sk".to_owned()];
            let form = crate::http::request_body::framing(&request.body, &key)?.head;
            let url = request.url.with(&key)?;
            let path = url.strip_prefix(fixtures::BASE)?.to_owned();
            Some((request.method, path, String::from_utf8(form.to_vec()).ok()?))
        };
        let with =
            |method, path: &str, body: &str| Some((method, path.to_owned(), body.to_owned()));
        let form = "token=sk&filename=a7xK";
        assert_eq!(asked(Kind::Imgs), with("DELETE", "/a7xK", ""));
        assert_eq!(
            asked(Kind::Imgshare),
            with("POST", "/api/v1/img_delete.php", form)
        );
        assert_eq!(
            asked(Kind::Media),
            with("DELETE", "/api/v1/images/a7xK", "")
        );
        assert_eq!(
            asked(Kind::Chevereto),
            with("GET", "/image/a7xK/delete/e8", "")
        );
        assert_eq!(asked(Kind::Slink), None);
        for kind in Kind::ALL {
            let target = fixtures::target(kind, false);
            assert_eq!(
                deletion(&target, &Uploaded::default()),
                None,
                "it has no name there"
            );
        }
    }

    #[test]
    fn only_a_link_of_its_own_may_send_elsewhere_after_deleting() {
        let by_key = fixtures::target(Kind::Imgs, false);
        let by_link = fixtures::target(Kind::Chevereto, false);
        let moved = fixtures::reply(301, "");
        assert_eq!(deleted(&by_link, &moved), Ok(()));
        assert!(deleted(&by_key, &moved).is_err());
        for status in [200, 204, 404, 410] {
            assert_eq!(deleted(&by_key, &fixtures::reply(status, "")), Ok(()));
        }
        let refused = deleted(&by_key, &fixtures::reply(401, ""));
        assert_eq!(refused, Err(Failure::Unauthorised));
        let busy = deleted(&by_key, &fixtures::reply(503, "")).unwrap_err();
        assert!(busy.may_pass());
    }

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
