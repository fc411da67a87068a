//! The `imgshare` API: the key is a field of the form, and a picture has three smaller ones, which fit into boxes.

use serde::Deserialize;

use super::errors::{failure_for_status, unexpected_reply};
use super::response_urls::{absolute_url, is_plain_id, strip_base};
use super::{Body, Reply, Request, SecretTemplate};
use crate::{Failure, Picture, Target, UploadResult};

/// `POST {base}/api/v1/img_upload.php` with the key first, so that a server that refuses it need not read the picture.
pub fn request(target: &Target, picture: &Picture) -> Request {
    let texts = vec![
        ("token".into(), SecretTemplate::whole_key()),
        ("preserve_filename".into(), "1".into()),
        ("output".into(), "json".into()),
    ];
    Request {
        method: "POST",
        url: format!("{}/api/v1/img_upload.php", target.base).into(),
        headers: vec![("accept".into(), "application/json".into())],
        body: Body::multipart(picture, "file", texts),
    }
}

/// The boxes that the smaller pictures fit into, upright pictures too, by what the answer calls them.
pub const SIZE_BOXES: [(&str, (u32, u32)); 3] = [
    ("qvga", (320, 240)),
    ("vga", (640, 480)),
    ("xga", (1024, 768)),
];

/// How wide a picture becomes in the box of this width.
pub fn actual_width(width: u32, picture: (u32, u32)) -> u32 {
    match SIZE_BOXES.iter().find(|(_, (wide, _))| *wide == width) {
        Some((_, inside)) => fitted_width(picture, *inside),
        None => width.min(picture.0),
    }
}

/// The width of a picture that is shrunk until neither side is longer than the box's, and never enlarged.
fn fitted_width((width, height): (u32, u32), (widest, highest): (u32, u32)) -> u32 {
    if width <= widest && height <= highest {
        return width;
    }
    let by_height =
        (u64::from(width) * u64::from(highest) + u64::from(height) / 2) / u64::from(height.max(1));
    u32::try_from(by_height).unwrap_or(widest).clamp(1, widest)
}

#[derive(Deserialize)]
struct UploadResponse {
    #[serde(default)]
    filename: String,
    native: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

/// Reads the links, or what the status says: of a refusal nothing else may be relied on.
pub fn parse(target: &Target, picture: &Picture, reply: &Reply) -> Result<UploadResult, Failure> {
    match reply.status {
        200 => parse_links(target, picture, reply).ok_or_else(|| unexpected_reply(target, reply)),
        // A key that is unknown, over, or taken back; one that may not upload is answered the same.
        403 => Err(Failure::Unauthorised),
        _ => Err(failure_for_status(
            target,
            picture,
            reply,
            plain_text_message(reply).as_deref(),
        )),
    }
}

fn parse_links(target: &Target, picture: &Picture, reply: &Reply) -> Option<UploadResult> {
    let response: UploadResponse = serde_json::from_slice(&reply.body).ok()?;
    let native = absolute_url(&response.native, &target.base)?;
    let its_base = base_of_link(&native);
    let size = (picture.info.width, picture.info.height);
    let sizes = SIZE_BOXES
        .iter()
        .filter_map(|(name, inside)| {
            let url = absolute_url(response.rest.get(*name)?.as_str()?, &target.base)?;
            Some((
                fitted_width(size, *inside),
                strip_base(target, its_base, url),
            ))
        })
        // A picture that fits as it is has its three JPEGs, too, but they are no smaller.
        .filter(|(width, _)| *width < size.0)
        .collect();
    Some(UploadResult {
        id: Some(response.filename).filter(|name| is_plain_id(name)),
        original: strip_base(target, its_base, native.clone()),
        sizes,
        ..UploadResult::default()
    })
}

/// `POST {base}/api/v1/img_delete.php` with the file's name.
pub fn delete_request(target: &Target, uploaded: &UploadResult) -> Option<Request> {
    let name = uploaded.id.as_ref()?;
    Some(Request {
        method: "POST",
        url: format!("{}/api/v1/img_delete.php", target.base).into(),
        headers: Vec::new(),
        body: Body::Form(vec![
            ("token".into(), SecretTemplate::whole_key()),
            ("filename".into(), name.as_str().into()),
        ]),
    })
}

/// What stands before `/img/{account}/{file}`.
fn base_of_link(native: &str) -> Option<&str> {
    let (folder, _file) = native.rsplit_once('/')?;
    let (images, _account) = folder.rsplit_once('/')?;
    images.strip_suffix("/img")
}

/// The body of a refusal is meant for people, unless something in between has written a page.
fn plain_text_message(reply: &Reply) -> Option<String> {
    let text = std::str::from_utf8(&reply.body).ok()?.trim();
    (!text.starts_with('<')).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::Dialect;
    use crate::targets::fixtures::{self, hostile_bodies, picture, reply, with_header};

    fn target(here: bool) -> Target {
        fixtures::target(Dialect::Imgshare, here)
    }

    fn upload_reply(base: &str) -> Reply {
        let body = format!(
            r#"{{"filename":"20260214_cat.png",
               "native":"{base}/img/kitten/20260214_cat.png",
               "xga":"{base}/img/kitten/xga/20260214_cat.jpg",
               "vga":"{base}/img/kitten/vga/20260214_cat.jpg",
               "qvga":"{base}/img/kitten/qvga/20260214_cat.jpg",
               "mime":"image/png","size":123456,"width":4000,"height":3000,
               "permanent":true,"expires":null}}"#
        );
        reply(200, &body)
    }

    #[test]
    fn the_request_has_the_key_before_the_picture() {
        let expected = Request {
            method: "POST",
            url: "http://127.0.0.1:4870/api/v1/img_upload.php".into(),
            headers: vec![("accept".into(), "application/json".into())],
            body: Body::Multipart {
                texts: vec![
                    ("token".into(), SecretTemplate::whole_key()),
                    ("preserve_filename".into(), "1".into()),
                    ("output".into(), "json".into()),
                ],
                field: "file".into(),
                file_name: "cat.png".into(),
                media_type: "image/png",
            },
        };
        assert_eq!(request(&target(false), &picture(1, 1)), expected);
    }

    #[test]
    fn sizes_are_keyed_by_their_actual_width() {
        type Sizes = &'static [(u32, &'static str)];
        let cases: [((u32, u32), Sizes); 6] = [
            ((4000, 3000), &[(320, "qvga"), (640, "vga"), (1024, "xga")]),
            ((400, 900), &[(107, "qvga"), (213, "vga"), (341, "xga")]),
            ((900, 300), &[(320, "qvga"), (640, "vga")]),
            ((700, 400), &[(320, "qvga"), (640, "vga")]),
            ((320, 240), &[]),
            // One pixel is as narrow as it gets; three names for one width are one size.
            ((3, 16000), &[(1, "xga")]),
        ];
        for ((width, height), expected) in cases {
            let uploaded = parse(
                &target(false),
                &picture(width, height),
                &upload_reply("https://h"),
            )
            .unwrap();
            let expected: BTreeMap<_, _> = expected
                .iter()
                .map(|(width, name)| {
                    (
                        *width,
                        format!("https://h/img/kitten/{name}/20260214_cat.jpg"),
                    )
                })
                .collect();
            assert_eq!(uploaded.sizes, expected, "{width}×{height}");
            assert_eq!(uploaded.original, "https://h/img/kitten/20260214_cat.png");
            assert_eq!(uploaded.id.as_deref(), Some("20260214_cat.png"));
        }
    }

    #[test]
    fn a_requested_width_is_a_size_box() {
        let cases = [
            (640, (4000, 3000), 640),
            (640, (400, 900), 213),
            (320, (100, 100), 100),
            (800, (4000, 3000), 800),
            (640, (u32::MAX, u32::MAX), 480),
        ];
        for (width, size, made) in cases {
            assert_eq!(actual_width(width, size), made, "{width} of {size:?}");
        }
    }

    #[test]
    fn local_links_are_stored_without_the_base_url() {
        for base in ["http://127.0.0.1:4870", "https://pics.example/img/img"] {
            let uploaded = parse(&target(true), &picture(600, 400), &upload_reply(base)).unwrap();
            assert_eq!(uploaded.original, "/img/kitten/20260214_cat.png");
            assert_eq!(uploaded.sizes[&320], "/img/kitten/qvga/20260214_cat.jpg");
        }
    }

    #[test]
    fn a_size_that_is_missing_or_no_link_is_left_out() {
        let body = r#"{"native":"/img/kitten/a.png","vga":"javascript:alert(1)","qvga":7}"#;
        let uploaded = parse(&target(false), &picture(4000, 3000), &reply(200, body)).unwrap();
        assert_eq!(uploaded.original, "http://127.0.0.1:4870/img/kitten/a.png");
        assert!(uploaded.sizes.is_empty());
        assert_eq!(uploaded.id, None);
    }

    #[test]
    fn the_status_alone_decides_the_failure() {
        let said = |words: &str| Failure::Refused { said: words.into() };
        let no_type = "Only JPEG, BMP, PNG and WEBP files are supported.";
        let page = "<html><h1>429 Too Many Requests</h1></html>";
        let cases = [
            (reply(400, "No file was sent.\n"), said("No file was sent.")),
            (reply(400, page), said("status 400")),
            (reply(401, "The token is missing."), Failure::Unauthorised),
            (reply(403, "The token is unknown."), Failure::Unauthorised),
            (reply(413, ""), Failure::TooLarge { megabytes: 1 }),
            (reply(415, no_type), said(no_type)),
            (
                with_header(reply(429, page), "retry-after", "7"),
                Failure::RateLimited {
                    after_seconds: Some(7),
                },
            ),
            (reply(500, page), Failure::ServerError { status: 500 }),
            (
                reply(502, page),
                Failure::Busy {
                    after_seconds: None,
                },
            ),
            (
                reply(201, ""),
                unexpected_reply(&target(false), &reply(201, "")),
            ),
            (
                reply(404, page),
                unexpected_reply(&target(false), &reply(404, "")),
            ),
            (
                reply(405, ""),
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
        let no_links = ["javascript:alert(1)", "//h/a", "a.png"]
            .map(|link| format!(r#"{{"filename":"a.png","native":"{link}"}}"#));
        for body in hostile_bodies().into_iter().chain(no_links) {
            let reply = reply(200, &body);
            assert_eq!(
                parse(&target(false), &picture(1, 1), &reply),
                Err(unexpected_reply(&target(false), &reply))
            );
        }
    }
}
