//! The `imgs` API: one multipart field, a Bearer key, and an answer that names the original and the sizes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::errors::{error_text, refusal, unexpected};
use super::response_urls::{absolute, kept, plain_id};
use super::{Body, Reply, Request, Words};
use crate::{Failure, Picture, Target, Uploaded};

/// `POST {base}/upload` with the picture in the field `file`.
pub fn request(target: &Target, picture: &Picture) -> Request {
    Request {
        method: "POST",
        url: format!("{}/upload", target.base).into(),
        headers: vec![
            ("accept".into(), "application/json".into()),
            ("authorization".into(), Words::bearer()),
        ],
        body: Body::form(picture, "file", Vec::new()),
    }
}

/// `/{id}` of any server of this kind shows at most this many pixels across.
const WIDEST: u32 = 2400;

#[derive(Deserialize)]
struct Answer {
    id: String,
    original: String,
    #[serde(default)]
    sizes: serde_json::Value,
}

/// Reads the links, or the refusal.
pub fn parse(target: &Target, picture: &Picture, reply: &Reply) -> Result<Uploaded, Failure> {
    match reply.status {
        200..=299 => links(target, picture, reply).ok_or_else(|| unexpected(target, reply)),
        _ => Err(refusal(
            target,
            picture,
            reply,
            error_text(reply).as_deref(),
        )),
    }
}

fn links(target: &Target, picture: &Picture, reply: &Reply) -> Option<Uploaded> {
    let answer: Answer = serde_json::from_slice(&reply.body).ok()?;
    if !plain_id(&answer.id) {
        return None;
    }
    let given = absolute(&answer.original, &target.base)?;
    // What the server calls itself, which is not always what we call it: it may have a public address of its own.
    let its_base = given
        .strip_suffix(&format!("/{}", answer.id))
        .map(str::to_owned);
    let kept = |url: String| kept(target, its_base.as_deref(), url);

    let wide = picture.info.width > WIDEST;
    // Only our own server keeps the whole original at `/{id}/original`.
    let whole = its_base
        .as_ref()
        .filter(|_| wide && reply.is_from_vitrine());
    let original_width = (wide && whole.is_none()).then_some(WIDEST);
    let original = match whole {
        Some(_) => format!("{given}/original"),
        None => given,
    };
    // PHP writes an empty map as a list, so anything but a map means no sizes.
    let sizes = match &answer.sizes {
        serde_json::Value::Object(sizes) => sizes
            .iter()
            .filter_map(|(width, url)| {
                Some((
                    width.parse().ok()?,
                    kept(absolute(url.as_str()?, &target.base)?),
                ))
            })
            .collect(),
        _ => BTreeMap::new(),
    };
    Some(Uploaded {
        id: Some(answer.id),
        original: kept(original),
        original_width,
        sizes,
        ..Uploaded::default()
    })
}

/// `DELETE {base}/{id}`.
pub fn deletion(target: &Target, uploaded: &Uploaded) -> Option<Request> {
    let id = uploaded.id.as_ref()?;
    Some(Request {
        method: "DELETE",
        url: format!("{}/{id}", target.base).into(),
        headers: vec![
            ("accept".into(), "application/json".into()),
            ("authorization".into(), Words::bearer()),
        ],
        body: Body::Nothing,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::targets::fixtures::{self, hostile_bodies, with_header};

    fn picture(width: u32) -> Picture {
        fixtures::picture(width, 1)
    }

    fn target(here: bool) -> Target {
        fixtures::target(Kind::Imgs, here)
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
                ("authorization".into(), Words::bearer()),
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
    fn this_computer_s_links_are_kept_without_whatever_base_it_calls_itself_by() {
        for base in ["http://127.0.0.1:4870", "https://pics.example/shop"] {
            let sizes = format!(r#"{{"200":"{base}/a7xK9mPq2w/200"}}"#);
            let uploaded = parse(&target(true), &picture(600), &reply(base, &sizes, true)).unwrap();
            assert_eq!(uploaded.original, "/a7xK9mPq2w");
            assert_eq!(uploaded.sizes[&200], "/a7xK9mPq2w/200");
        }
    }

    #[test]
    fn a_wide_original_is_whole_on_our_own_server_and_capped_elsewhere() {
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
    fn what_is_no_answer_of_this_kind_is_named_as_that() {
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
