//! Chevereto's API V1.1: a key in a header, and an answer that says more about the picture than anybody asks. What it
//! means stands in the body: a refusal of every sort has the same status.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::errors::{failure_for_status, refused_failure, too_large_failure, unexpected_reply};
use super::response_urls::{absolute_url, is_plain_id, strip_base};
use super::{Body, Reply, Request, SecretTemplate};
use crate::{Failure, Picture, Target, UploadResult};

/// `POST {base}/api/1/upload` with the picture in the field `source`.
pub fn request(target: &Target, picture: &Picture) -> Request {
    Request {
        method: "POST",
        url: format!("{}/api/1/upload", target.base).into(),
        headers: vec![
            ("accept".into(), "application/json".into()),
            ("x-api-key".into(), SecretTemplate::whole_key()),
        ],
        body: Body::multipart(picture, "source", vec![("format".into(), "json".into())]),
    }
}

/// How wide the medium picture is, unless a site is set up otherwise.
pub const MEDIUM_WIDTH: u32 = 500;

#[derive(Deserialize)]
struct Image {
    #[serde(default)]
    id_encoded: String,
    url: String,
    /// A number, or one in quotes in older versions.
    #[serde(default)]
    width: Value,
    medium: Option<ImageLink>,
    thumb: Option<ImageLink>,
    display_url: Option<String>,
    #[serde(default)]
    display_width: Value,
    url_viewer: Option<String>,
    url_short: Option<String>,
    delete_url: Option<String>,
}

/// Without an address where there is no such picture.
#[derive(Deserialize)]
struct ImageLink {
    url: Option<String>,
}

/// Reads the links, or the refusal.
pub fn parse(target: &Target, picture: &Picture, reply: &Reply) -> Result<UploadResult, Failure> {
    let answer: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let error = answer.get("error").filter(|error| !error.is_null());
    let code = answer.get("status_code").and_then(parse_number);
    match (reply.status, error) {
        (200..=299, None) if code.is_none_or(|code| code == 200) => answer
            .get("image")
            .and_then(|image| parse_links(target, picture, image))
            .ok_or_else(|| unexpected_reply(target, reply)),
        (200..=299, None) => Err(refused_failure(reply, status_text(&answer))),
        (200..=299 | 400, Some(error)) => Err(failure_for_code(picture, reply, error)),
        _ => Err(failure_for_status(
            target,
            picture,
            reply,
            error.and_then(error_message),
        )),
    }
}

fn parse_links(target: &Target, picture: &Picture, image: &Value) -> Option<UploadResult> {
    let image = Image::deserialize(image).ok()?;
    let its_base = image
        .url_short
        .as_ref()
        .and_then(|short| short.strip_suffix(&format!("/image/{}", image.id_encoded)));
    let parse_link = |link: &str| {
        Some(strip_base(
            target,
            its_base,
            absolute_url(link, &target.base)?,
        ))
    };
    let parse_named_link = |named: &Option<ImageLink>| parse_link(named.as_ref()?.url.as_deref()?);

    let original = parse_link(&image.url)?;
    let displayed_width = parse_pixels(&image.width).unwrap_or(picture.info.width);
    // Since version 3.7 it says how wide the picture is that its pages show, which is the medium one if there is one.
    let shows_medium = image
        .medium
        .as_ref()
        .is_some_and(|medium| medium.url == image.display_url);
    let medium_width = parse_pixels(&image.display_width)
        .filter(|width| shows_medium && *width < displayed_width)
        .unwrap_or(MEDIUM_WIDTH);
    let sizes = match parse_named_link(&image.medium) {
        Some(medium) if medium_width < displayed_width => BTreeMap::from([(medium_width, medium)]),
        _ => BTreeMap::new(),
    };
    Some(UploadResult {
        original_width: Some(displayed_width).filter(|shown| *shown < picture.info.width),
        original,
        sizes,
        page: image.url_viewer.as_deref().and_then(parse_link),
        thumbnail: parse_named_link(&image.thumb),
        delete: image.delete_url.as_deref().and_then(parse_link),
        id: Some(image.id_encoded.clone()).filter(|id| is_plain_id(id)),
    })
}

fn parse_number(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

fn parse_pixels(value: &Value) -> Option<u32> {
    parse_number(value)
        .and_then(|number| u32::try_from(number).ok())
        .filter(|pixels| *pixels > 0)
}

/// What the codes mean that somebody can do something about; all others are the server's own words.
fn failure_for_code(picture: &Picture, reply: &Reply, error: &Value) -> Failure {
    let message = error_message(error);
    // Code 100 is also what a request without an action or a version gets.
    let is_key_error = message.is_some_and(|said| said.to_ascii_lowercase().contains("key"));
    match error.get("code").and_then(parse_number) {
        Some(100) if is_key_error => Failure::Unauthorised,
        Some(401) => Failure::Forbidden,
        Some(601) => too_large_failure(picture),
        _ => refused_failure(reply, message),
    }
}

/// `{"error": {"message": "…"}}`, or `{"error": "…"}`.
fn error_message(error: &Value) -> Option<&str> {
    error.get("message").unwrap_or(error).as_str()
}

fn status_text(answer: &Value) -> Option<&str> {
    answer.get("status_txt").and_then(Value::as_str)
}

#[cfg(test)]
mod tests;
