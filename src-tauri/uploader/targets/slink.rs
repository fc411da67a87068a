//! The `slink` API: its upload for programs, a Bearer key, and sizes that any link can be asked for.

use std::collections::BTreeMap;

use imaging::Format;
use serde::Deserialize;

use super::errors::{failure_for_status, unexpected_reply};
use super::request::DEFAULT_WIDTHS;
use super::response_urls::{absolute_url, is_plain_id, strip_base};
use super::{Body, Reply, Request, SecretTemplate};
use crate::{Failure, Picture, Target, UploadResult};

/// `POST {base}/api/external/upload` with the picture in the field `image`.
pub fn request(target: &Target, picture: &Picture) -> Request {
    Request {
        method: "POST",
        url: format!("{}/api/external/upload", target.base).into(),
        headers: vec![
            ("accept".into(), "application/json".into()),
            ("authorization".into(), SecretTemplate::bearer_header()),
        ],
        body: Body::multipart(picture, "image", Vec::new()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UploadResponse {
    id: String,
    url: String,
    thumbnail_url: Option<String>,
}

/// Reads the links, or the refusal.
pub fn parse(target: &Target, picture: &Picture, reply: &Reply) -> Result<UploadResult, Failure> {
    match reply.status {
        200..=299 => {
            parse_links(target, picture, reply).ok_or_else(|| unexpected_reply(target, reply))
        }
        _ => Err(failure_for_status(
            target,
            picture,
            reply,
            error_message(reply).as_deref(),
        )),
    }
}

fn parse_links(target: &Target, picture: &Picture, reply: &Reply) -> Option<UploadResult> {
    let response: UploadResponse = serde_json::from_slice(&reply.body).ok()?;
    if !is_plain_id(&response.id) {
        return None;
    }
    let url = absolute_from_root(&response.url, &target.base)?;
    let kept = |url: String| strip_base(target, Some(&target.base), url);
    let sizes = match is_resizable(picture.info.format) {
        true => DEFAULT_WIDTHS
            .into_iter()
            .filter(|width| *width < picture.info.width)
            .map(|width| (width, kept(url_at_width(&url, width))))
            .collect(),
        false => BTreeMap::new(),
    };
    let thumbnail = response.thumbnail_url;
    Some(UploadResult {
        id: Some(response.id),
        sizes,
        thumbnail: thumbnail.and_then(|link| Some(kept(absolute_from_root(&link, &target.base)?))),
        original: kept(url),
        ..UploadResult::default()
    })
}

/// Links are relative, with a slash at their start or without one, as the version has it: both begin at the base.
fn absolute_from_root(link: &str, base: &str) -> Option<String> {
    match url::Url::parse(link) {
        Err(url::ParseError::RelativeUrlWithoutBase) if !link.is_empty() => absolute_url(
            &format!("/{}", link.strip_prefix('/').unwrap_or(link)),
            base,
        ),
        _ => absolute_url(link, base),
    }
}

fn url_at_width(url: &str, width: u32) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}w={width}")
}

/// An icon is served as it is, whatever width is asked for.
fn is_resizable(format: Format) -> bool {
    !matches!(format, Format::Ico | Format::Svg)
}

/// What is wrong with the picture says more than that something is.
fn error_message(reply: &Reply) -> Option<String> {
    #[derive(Deserialize)]
    struct Envelope {
        error: ErrorDetail,
    }
    #[derive(Deserialize)]
    struct ErrorDetail {
        message: Option<String>,
        #[serde(default)]
        violations: Vec<Violation>,
    }
    #[derive(Deserialize)]
    struct Violation {
        message: String,
    }
    let Envelope { error } = serde_json::from_slice(&reply.body).ok()?;
    let violation = error.violations.into_iter().next();
    violation
        .map(|violation| violation.message)
        .or(error.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;
    use crate::targets::fixtures::{self, hostile_bodies, picture, reply, with_header};

    const ID: &str = "123e4567-e89b-12d3-a456-426614174000";

    fn target(here: bool) -> Target {
        fixtures::target(Dialect::Slink, here)
    }

    fn upload_reply(url: &str, thumbnail: &str) -> Reply {
        let body = format!(r#"{{"id":"{ID}","url":"{url}","thumbnailUrl":"{thumbnail}"}}"#);
        reply(201, &body)
    }

    #[test]
    fn the_request_is_one_field_behind_a_bearer_key() {
        let expected = Request {
            method: "POST",
            url: "http://127.0.0.1:4870/api/external/upload".into(),
            headers: vec![
                ("accept".into(), "application/json".into()),
                ("authorization".into(), SecretTemplate::bearer_header()),
            ],
            body: Body::Multipart {
                texts: vec![],
                field: "image".into(),
                file_name: "cat.png".into(),
                media_type: "image/png",
            },
        };
        assert_eq!(request(&target(false), &picture(1, 1)), expected);
    }

    #[test]
    fn relative_links_begin_at_the_base_with_a_slash_or_without() {
        let base = fixtures::BASE;
        let cases = [
            ("/api/image/a.jpg", format!("{base}/api/image/a.jpg")),
            ("image/a.jpg", format!("{base}/image/a.jpg")),
            (r"\/image\/a.jpg", format!("{base}/image/a.jpg")),
            (
                "https://cdn.example/a.jpg",
                "https://cdn.example/a.jpg".into(),
            ),
            ("@evil.example/a.jpg", format!("{base}/@evil.example/a.jpg")),
        ];
        for (url, original) in cases {
            let uploaded = parse(&target(false), &picture(300, 9), &upload_reply(url, "")).unwrap();
            assert_eq!(uploaded.original, original, "{url}");
            assert_eq!(uploaded.sizes, [(200, format!("{original}?w=200"))].into());
            assert_eq!(uploaded.id.as_deref(), Some(ID));
            assert_eq!(uploaded.thumbnail, None);
        }
    }

    #[test]
    fn every_usual_width_below_the_picture_s_own_is_a_size() {
        let reply = upload_reply(
            "/api/image/a.jpg",
            "image/a.jpg?width=300&height=300&crop=true",
        );
        let widths = |width| -> Vec<u32> {
            let uploaded = parse(&target(false), &picture(width, 9), &reply).unwrap();
            uploaded.sizes.into_keys().collect()
        };
        assert_eq!(widths(200), [0; 0]);
        assert_eq!(widths(201), [200]);
        assert_eq!(widths(5000), DEFAULT_WIDTHS);
        let uploaded = parse(&target(false), &picture(1, 1), &reply).unwrap();
        assert_eq!(
            uploaded.thumbnail,
            Some(format!(
                "{}/image/a.jpg?width=300&height=300&crop=true",
                fixtures::BASE
            ))
        );
        let mut icon = picture(256, 256);
        icon.info.format = Format::Ico;
        assert!(
            parse(&target(false), &icon, &reply)
                .unwrap()
                .sizes
                .is_empty()
        );
        let queried = upload_reply("/a.jpg?v=2", "");
        let uploaded = parse(&target(false), &picture(300, 9), &queried).unwrap();
        assert!(uploaded.sizes[&200].ends_with("/a.jpg?v=2&w=200"));
    }

    #[test]
    fn local_links_are_stored_without_the_base_url() {
        for url in [
            "/api/image/a.jpg",
            "api/image/a.jpg",
            "http://127.0.0.1:4870/api/image/a.jpg",
        ] {
            let uploaded = parse(
                &target(true),
                &picture(300, 9),
                &upload_reply(url, "/t.jpg"),
            )
            .unwrap();
            assert_eq!(uploaded.original, "/api/image/a.jpg");
            assert_eq!(uploaded.sizes[&200], "/api/image/a.jpg?w=200");
            assert_eq!(uploaded.thumbnail.as_deref(), Some("/t.jpg"));
        }
    }

    #[test]
    fn every_refusal_is_its_own_failure() {
        let said = |words: &str| Failure::Refused { said: words.into() };
        let invalid = |words: &str| {
            let violation = serde_json::json!({"property": "image", "message": words});
            let error = serde_json::json!({"title": "T", "message": "Validation Error", "violations": [violation]});
            reply(422, &serde_json::json!({ "error": error }).to_string())
        };
        let large = "The file is too large (2.14 MB). Allowed maximum size is 1 MB.";
        let mime = "The mime type of the file is invalid (\"application/pdf\").";
        let titled = |status, message: &str| {
            reply(
                status,
                &format!(r#"{{"error":{{"title":"T","message":"{message}"}}}}"#),
            )
        };
        let cases = [
            (invalid(large), said(large)),
            (invalid(mime), said(mime)),
            (
                reply(
                    401,
                    r#"{"error":{"message":"Authentication failed","code":"INVALID_API_KEY"}}"#,
                ),
                Failure::Unauthorised,
            ),
            (titled(403, "Access denied"), Failure::Forbidden),
            (
                titled(415, "Unsupported format."),
                said("Unsupported format."),
            ),
            (
                titled(400, "Specification Error"),
                said("Specification Error"),
            ),
            (reply(422, r#"{"error":"odd"}"#), said("status 422")),
            (
                reply(413, "<html>nginx</html>"),
                Failure::TooLarge { megabytes: 1 },
            ),
            (
                with_header(titled(429, "Slow down"), "retry-after", "7"),
                Failure::RateLimited {
                    after_seconds: Some(7),
                },
            ),
            (
                titled(503, "Busy"),
                Failure::Busy {
                    after_seconds: None,
                },
            ),
            (reply(500, ""), Failure::ServerError { status: 500 }),
            (
                titled(404, "No"),
                unexpected_reply(&target(false), &reply(404, "")),
            ),
            (
                titled(405, "No"),
                unexpected_reply(&target(false), &reply(405, "")),
            ),
        ];
        for (reply, expected) in cases {
            let outcome = parse(&target(false), &picture(1, 1), &reply);
            assert_eq!(outcome, Err(expected), "{reply:?}");
        }
    }

    #[test]
    fn a_foreign_reply_is_unexpected() {
        let no_links = [
            "javascript:alert(1)",
            "//evil.example/a",
            "data:,x",
            "",
            "a b.jpg",
        ]
        .map(|link| format!(r#"{{"id":"{ID}","url":"{link}"}}"#));
        let no_id = r#"{"id":"a/../b","url":"/a.jpg"}"#.to_owned();
        for body in hostile_bodies().into_iter().chain(no_links).chain([no_id]) {
            let reply = reply(201, &body);
            assert_eq!(
                parse(&target(false), &picture(1, 1), &reply),
                Err(unexpected_reply(&target(false), &reply)),
            );
        }
    }
}
