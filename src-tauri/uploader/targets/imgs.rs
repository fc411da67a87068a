//! The `imgs` API: one multipart field, a Bearer key, and an answer that names the original and the sizes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::errors::{error_message, failure_for_status, unexpected_reply};
use super::response_urls::{absolute_url, is_plain_id, strip_base};
use super::{Body, Reply, Request, SecretTemplate};
use crate::{Failure, Picture, Target, UploadResult};

/// `POST {base}/upload` with the picture in the field `file`.
pub fn request(target: &Target, picture: &Picture) -> Request {
    Request {
        method: "POST",
        url: format!("{}/upload", target.base).into(),
        headers: vec![
            ("accept".into(), "application/json".into()),
            ("authorization".into(), SecretTemplate::bearer_header()),
        ],
        body: Body::multipart(picture, "file", Vec::new()),
    }
}

/// `/{id}` of any server of this kind shows at most this many pixels across.
const MAX_SHOWN_WIDTH: u32 = 2400;

#[derive(Deserialize)]
struct UploadResponse {
    id: String,
    original: String,
    #[serde(default)]
    sizes: serde_json::Value,
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
    let original = absolute_url(&response.original, &target.base)?;
    // What the server calls itself, which is not always what we call it: it may have a public address of its own.
    let its_base = original
        .strip_suffix(&format!("/{}", response.id))
        .map(str::to_owned);
    let kept = |url: String| strip_base(target, its_base.as_deref(), url);

    let wide = picture.info.width > MAX_SHOWN_WIDTH;
    // Only our own server keeps the whole original at `/{id}/original`.
    let original_path_base = its_base
        .as_ref()
        .filter(|_| wide && reply.is_from_vitrine());
    let original_width = (wide && original_path_base.is_none()).then_some(MAX_SHOWN_WIDTH);
    let original = match original_path_base {
        Some(_) => format!("{original}/original"),
        None => original,
    };
    // PHP writes an empty map as a list, so anything but a map means no sizes.
    let sizes = match &response.sizes {
        serde_json::Value::Object(sizes) => sizes
            .iter()
            .filter_map(|(width, url)| {
                Some((
                    width.parse().ok()?,
                    kept(absolute_url(url.as_str()?, &target.base)?),
                ))
            })
            .collect(),
        _ => BTreeMap::new(),
    };
    Some(UploadResult {
        id: Some(response.id),
        original: kept(original),
        original_width,
        sizes,
        ..UploadResult::default()
    })
}

/// `DELETE {base}/{id}`.
pub fn delete_request(target: &Target, uploaded: &UploadResult) -> Option<Request> {
    let id = uploaded.id.as_ref()?;
    Some(Request {
        method: "DELETE",
        url: format!("{}/{id}", target.base).into(),
        headers: vec![
            ("accept".into(), "application/json".into()),
            ("authorization".into(), SecretTemplate::bearer_header()),
        ],
        body: Body::Empty,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;
    use crate::targets::fixtures::{self, hostile_bodies, with_header};

    fn picture(width: u32) -> Picture {
        fixtures::picture(width, 1)
    }

    fn target(here: bool) -> Target {
        fixtures::target(Dialect::Imgs, here)
    }

    fn reply(base: &str, sizes: &str, vitrine: bool) -> Reply {
        let server = if vitrine { "vitrine/0.1.0" } else { "nginx" };
        let body =
            format!(r#"{{"id":"a7xK9mPq2w","original":"{base}/a7xK9mPq2w","sizes":{sizes}}}"#);
        with_header(fixtures::reply(200, &body), "server", server)
    }

    #[test]
    fn the_request_is_one_field_behind_a_bearer_key() {
        let expected = Request {
            method: "POST",
            url: "http://127.0.0.1:4870/upload".into(),
            headers: vec![
                ("accept".into(), "application/json".into()),
                ("authorization".into(), SecretTemplate::bearer_header()),
            ],
            body: Body::Multipart {
                texts: vec![],
                field: "file".into(),
                file_name: "cat.png".into(),
                media_type: "image/png",
            },
        };
        assert_eq!(request(&target(false), &picture(1)), expected);
    }

    #[test]
    fn sizes_are_read_as_a_map_and_php_s_empty_list_as_none() {
        let sizes = r#"{"200":"https://h/a7xK9mPq2w/200","junk":"https://h/x","400":7}"#;
        let uploaded = parse(
            &target(false),
            &picture(600),
            &reply("https://h", sizes, false),
        )
        .unwrap();
        assert_eq!(
            uploaded.sizes,
            BTreeMap::from([(200, "https://h/a7xK9mPq2w/200".into())])
        );
        let uploaded = parse(
            &target(false),
            &picture(100),
            &reply("https://h", "[]", false),
        )
        .unwrap();
        assert!(uploaded.sizes.is_empty());
    }

    #[test]
    fn local_links_are_stored_without_the_base_url() {
        for base in ["http://127.0.0.1:4870", "https://pics.example/shop"] {
            let sizes = format!(r#"{{"200":"{base}/a7xK9mPq2w/200"}}"#);
            let uploaded = parse(&target(true), &picture(600), &reply(base, &sizes, true)).unwrap();
            assert_eq!(uploaded.original, "/a7xK9mPq2w");
            assert_eq!(uploaded.sizes[&200], "/a7xK9mPq2w/200");
        }
    }

    #[test]
    fn a_wide_original_is_full_size_on_vitrine_and_capped_elsewhere() {
        let cases = [
            (2400, true, "https://h/a7xK9mPq2w", None),
            (2401, true, "https://h/a7xK9mPq2w/original", None),
            (2400, false, "https://h/a7xK9mPq2w", None),
            (2401, false, "https://h/a7xK9mPq2w", Some(2400)),
        ];
        for (width, vitrine, original, capped) in cases {
            let uploaded = parse(
                &target(false),
                &picture(width),
                &reply("https://h", "{}", vitrine),
            )
            .unwrap();
            assert_eq!(
                (uploaded.original.as_str(), uploaded.original_width),
                (original, capped),
                "{width} {vitrine}"
            );
        }
    }

    #[test]
    fn links_that_are_no_web_addresses_are_no_links() {
        for base in [
            "javascript:alert(1)//",
            "file:///etc",
            "//h",
            "https://h/with space",
        ] {
            let outcome = parse(&target(false), &picture(1), &reply(base, "{}", false));
            assert!(
                matches!(outcome, Err(Failure::UnexpectedReply { .. })),
                "{base}: {outcome:?}"
            );
        }
    }

    #[test]
    fn a_foreign_reply_is_unexpected() {
        for body in hostile_bodies() {
            let outcome = parse(&target(false), &picture(1), &fixtures::reply(200, &body));
            assert!(
                matches!(
                    outcome,
                    Err(Failure::UnexpectedReply {
                        status: Some(200),
                        ..
                    })
                ),
                "{outcome:?}"
            );
        }
    }
}
