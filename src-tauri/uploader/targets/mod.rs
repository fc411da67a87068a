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
mod reply;
mod request;
mod response_urls;
mod secret_template;
pub(crate) mod self_test;
mod slink;
pub mod sxcu;
pub(crate) mod test_picture;

use crate::{Dialect, Failure, Picture, Target, UploadResult};
pub use reply::Reply;
use request::DEFAULT_WIDTHS;
pub use request::{Body, PictureEncoding, Request};
pub use secret_template::SecretTemplate;

/// Describes the request that uploads `picture` to `target`.
pub fn request(target: &Target, picture: &Picture) -> Request {
    match &target.kind {
        Dialect::Imgs => imgs::request(target, picture),
        Dialect::Imgshare => imgshare::request(target, picture),
        Dialect::Media => media::request(target, picture),
        Dialect::Slink => slink::request(target, picture),
        Dialect::Chevereto => chevereto::request(target, picture),
        Dialect::Sxcu(sxcu) => sxcu::request(sxcu, picture),
    }
}

/// Describes what is asked next, after the answer to [`request()`] and those to the follow-ups so far; `None` once there
/// is nothing more to ask.
pub fn follow_up_request(
    target: &Target,
    picture: &Picture,
    reply: &Reply,
    follow_ups: &[Reply],
) -> Option<Request> {
    match &target.kind {
        Dialect::Media => media::follow_up_request(target, picture, reply, follow_ups),
        Dialect::Imgs
        | Dialect::Imgshare
        | Dialect::Slink
        | Dialect::Chevereto
        | Dialect::Sxcu(_) => None,
    }
}

/// Reads the answer to [`request()`] and those to the follow-ups. Fewer of these than were asked for may be enough.
pub fn parse(
    target: &Target,
    picture: &Picture,
    reply: &Reply,
    follow_ups: &[Reply],
) -> Result<UploadResult, Failure> {
    match &target.kind {
        Dialect::Imgs => imgs::parse(target, picture, reply),
        Dialect::Imgshare => imgshare::parse(target, picture, reply),
        Dialect::Media => media::parse(target, picture, reply, follow_ups),
        Dialect::Slink => slink::parse(target, picture, reply),
        Dialect::Chevereto => chevereto::parse(target, picture, reply),
        Dialect::Sxcu(sxcu) => sxcu::parse(target, sxcu, picture, reply),
    }
}

/// Describes the request that takes a picture away again; `None` where there is no such thing.
pub fn delete_request(target: &Target, uploaded: &UploadResult) -> Option<Request> {
    match &target.kind {
        Dialect::Imgs => imgs::delete_request(target, uploaded),
        Dialect::Imgshare => imgshare::delete_request(target, uploaded),
        Dialect::Media => media::delete_request(target, uploaded),
        Dialect::Chevereto | Dialect::Sxcu(_) => delete_link_request(target, uploaded),
        // Its keys may upload and nothing else.
        Dialect::Slink => None,
    }
}

/// Whether there can be such a thing: of some kinds only an upload's answer tells.
pub fn supports_delete(kind: &Dialect) -> bool {
    !matches!(kind, Dialect::Slink)
}

/// The address of its own that an upload's answer gave for this.
fn delete_link_request(target: &Target, uploaded: &UploadResult) -> Option<Request> {
    let link = uploaded.to_absolute(&target.base).delete?;
    Some(Request {
        method: "GET",
        url: link.into(),
        headers: Vec::new(),
        body: Body::Empty,
    })
}

/// Reads the answer to [`delete_request`]. What is not there has been deleted.
pub fn parse_delete(target: &Target, reply: &Reply) -> Result<(), Failure> {
    // A link sends to the page of what it has deleted.
    let uses_link = matches!(target.kind, Dialect::Chevereto | Dialect::Sxcu(_));
    match reply.status {
        200..=299 | 404 | 410 => Ok(()),
        301 | 302 | 303 | 307 | 308 if uses_link => Ok(()),
        _ => Err(errors::delete_failure(
            target,
            reply,
            errors::error_message(reply).as_deref(),
        )),
    }
}

/// The parts that a target's requests want of its key, out of what the keychain has; `None` if that is no key of this
/// kind.
pub(crate) fn key_parts(kind: &Dialect, secret: &str) -> Option<Vec<String>> {
    match kind {
        Dialect::Sxcu(_) => serde_json::from_str(secret).ok(),
        _ => Some(vec![secret.trim().to_owned()]),
    }
}

/// The smaller sizes that can be asked of a kind, by the width that they are known by.
pub fn available_widths(kind: &Dialect) -> Vec<u32> {
    match kind {
        Dialect::Imgs | Dialect::Media | Dialect::Slink => DEFAULT_WIDTHS.to_vec(),
        Dialect::Imgshare => imgshare::SIZE_BOXES
            .iter()
            .map(|(_, (width, _))| *width)
            .collect(),
        Dialect::Chevereto => vec![chevereto::MEDIUM_WIDTH],
        Dialect::Sxcu(_) => Vec::new(),
    }
}

/// How wide a picture of this size is made when `width` is asked for: less, where a kind's sizes are boxes.
pub fn actual_width(kind: &Dialect, width: u32, picture: (u32, u32)) -> u32 {
    match kind {
        Dialect::Imgshare => imgshare::actual_width(width, picture),
        _ => width.min(picture.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dialect_has_its_delete_request() {
        let uploaded = UploadResult {
            id: Some("a7xK".into()),
            delete: Some("/image/a7xK/delete/e8".into()),
            ..UploadResult::default()
        };
        let asked = |kind: Dialect| {
            let request = delete_request(&fixtures::target(kind, true), &uploaded)?;
            let key = ["sk".to_owned()];
            let form = crate::http::request_body::frame_body(&request.body, &key)?.head;
            let url = request.url.fill(&key)?;
            let path = url.strip_prefix(fixtures::BASE)?.to_owned();
            Some((request.method, path, String::from_utf8(form.to_vec()).ok()?))
        };
        let with =
            |method, path: &str, body: &str| Some((method, path.to_owned(), body.to_owned()));
        let form = "token=sk&filename=a7xK";
        assert_eq!(asked(Dialect::Imgs), with("DELETE", "/a7xK", ""));
        assert_eq!(
            asked(Dialect::Imgshare),
            with("POST", "/api/v1/img_delete.php", form)
        );
        assert_eq!(
            asked(Dialect::Media),
            with("DELETE", "/api/v1/images/a7xK", "")
        );
        assert_eq!(
            asked(Dialect::Chevereto),
            with("GET", "/image/a7xK/delete/e8", "")
        );
        assert_eq!(asked(Dialect::Slink), None);
        for kind in Dialect::ALL {
            let target = fixtures::target(kind, false);
            assert_eq!(
                delete_request(&target, &UploadResult::default()),
                None,
                "it has no name there"
            );
        }
    }

    #[test]
    fn only_a_delete_link_may_redirect() {
        let by_key = fixtures::target(Dialect::Imgs, false);
        let by_link = fixtures::target(Dialect::Chevereto, false);
        let moved = fixtures::reply(301, "");
        assert_eq!(parse_delete(&by_link, &moved), Ok(()));
        assert!(parse_delete(&by_key, &moved).is_err());
        for status in [200, 204, 404, 410] {
            assert_eq!(parse_delete(&by_key, &fixtures::reply(status, "")), Ok(()));
        }
        let refused = parse_delete(&by_key, &fixtures::reply(401, ""));
        assert_eq!(refused, Err(Failure::Unauthorised));
        let busy = parse_delete(&by_key, &fixtures::reply(503, "")).unwrap_err();
        assert!(busy.is_transient());
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
