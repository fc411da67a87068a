//! The `imgs` API: one multipart field, a Bearer key, and an answer that names the original and the sizes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Body, KeyPlace, Reply, Request};
use crate::{Failure, Picture, Target, Uploaded};

/// `POST {base}/upload` with the picture in the field `file`.
pub fn request(target: &Target, picture: &Picture) -> Request {
    Request {
        method: "POST",
        url: format!("{}/upload", target.base),
        headers: vec![("accept", "application/json".to_owned())],
        key: KeyPlace::Bearer,
        body: Body::Multipart {
            field: "file",
            file_name: picture.name.clone(),
            media_type: picture.info.format.media_type(),
        },
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
        200..=299 => links(target, picture, reply).ok_or_else(|| Failure::UnexpectedReply {
            address: target.base.clone(),
            status: Some(reply.status),
        }),
        status => Err(refusal(target, picture, reply, status)),
    }
}

fn links(target: &Target, picture: &Picture, reply: &Reply) -> Option<Uploaded> {
    let answer: Answer = serde_json::from_slice(&reply.body).ok()?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if answer.id.is_empty() || !answer.id.chars().all(plain) {
        return None;
    }
    let given = absolute(&answer.original, &target.base)?;
    // What the server calls itself, which is not always what we call it: it may have a public address of its own.
    let its_base = given
        .strip_suffix(&format!("/{}", answer.id))
        .map(str::to_owned);
    let kept = |url: String| match (&its_base, target.here) {
        (Some(base), true) => url
            .strip_prefix(base.as_str())
            .map(str::to_owned)
            .unwrap_or(url),
        _ => url,
    };

    let wide = picture.info.width > WIDEST;
    let whole = its_base.as_ref().filter(|_| wide && speaks_vitrine(reply));
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

/// Only our own server keeps the whole original at `/{id}/original`.
fn speaks_vitrine(reply: &Reply) -> bool {
    reply
        .header("server")
        .is_some_and(|server| server.starts_with("vitrine/"))
}

/// Links are pasted into other people's pages: nothing but http and https becomes one.
fn absolute(link: &str, base: &str) -> Option<String> {
    let whole = match link.starts_with('/') && !link.starts_with("//") {
        true => format!("{base}{link}"),
        false => link.to_owned(),
    };
    let url = url::Url::parse(&whole).ok()?;
    (matches!(url.scheme(), "http" | "https") && !whole.contains(char::is_whitespace))
        .then_some(whole)
}

fn refusal(target: &Target, picture: &Picture, reply: &Reply, status: u16) -> Failure {
    let after_seconds = reply.retry_after_seconds();
    match status {
        401 => Failure::Unauthorised,
        403 => Failure::Forbidden,
        408 => Failure::TimedOut {
            address: target.base.clone(),
        },
        413 => Failure::TooLarge {
            megabytes: picture.bytes.div_ceil(1_000_000),
        },
        400 | 409 | 415 | 422 => Failure::Refused { said: said(reply) },
        425 | 429 => Failure::RateLimited { after_seconds },
        502..=504 => Failure::Busy { after_seconds },
        500..=599 => Failure::ServerError { status },
        _ => Failure::UnexpectedReply {
            address: target.base.clone(),
            status: Some(status),
        },
    }
}

/// The server's own words, shortened to what fits in a row.
fn said(reply: &Reply) -> String {
    #[derive(Deserialize)]
    struct Words {
        error: String,
    }
    let words = serde_json::from_slice::<Words>(&reply.body)
        .map(|words| words.error)
        .unwrap_or_default();
    let line: String = words
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(200)
        .collect();
    match line.is_empty() {
        true => format!("status {}", reply.status),
        false => line,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::Kind;

    /// A picture of this size, without its pixels: nothing here reads the file.
    fn picture(width: u32) -> Picture {
        let mut bytes = Cursor::new(Vec::new());
        image::RgbImage::new(1, 1)
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        let mut picture = Picture::read("cat.png", bytes.get_ref().as_slice()).unwrap();
        picture.info.width = width;
        picture
    }

    fn target(here: bool) -> Target {
        Target {
            id: "t".into(),
            name: "T".into(),
            kind: Kind::Imgs,
            base: "http://127.0.0.1:4870".into(),
            here,
        }
    }

    fn reply(base: &str, sizes: &str, vitrine: bool) -> Reply {
        let server = if vitrine { "vitrine/0.1.0" } else { "nginx" };
        Reply {
            status: 200,
            headers: vec![("server".into(), server.into())],
            body: format!(
                r#"{{"id":"a7xK9mPq2w","original":"{base}/a7xK9mPq2w","sizes":{sizes}}}"#
            )
            .into_bytes(),
        }
    }

    #[test]
    fn the_request_is_one_field_behind_a_bearer_key() {
        let expected = Request {
            method: "POST",
            url: "http://127.0.0.1:4870/upload".into(),
            headers: vec![("accept", "application/json".into())],
            key: KeyPlace::Bearer,
            body: Body::Multipart {
                field: "file",
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
}
