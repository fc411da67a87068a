//! The `media` API: its pictures are seen through signed addresses only, and each of them is asked for. So the answer
//! to an upload is no link yet; one for the full size and one for each smaller width follow.

use serde::Deserialize;

use super::errors::{error_message, failure_for_status, message_or_status, unexpected_reply};
use super::request::DEFAULT_WIDTHS;
use super::response_urls::{absolute_url, is_plain_id, strip_base};
use super::{Body, Reply, Request, SecretTemplate};
use crate::{Failure, Picture, Target, UploadResult};

/// `POST {base}/api/v1/images` with the picture in the field `file`; without a folder it goes to the topmost one.
pub fn request(target: &Target, picture: &Picture) -> Request {
    api_request(
        target,
        "images",
        Body::multipart(picture, "file", Vec::new()),
    )
}

/// `POST {base}/api/v1/sign`: first the full size, without which there is no link at all, then the widths below it.
pub fn follow_up_request(
    target: &Target,
    picture: &Picture,
    reply: &Reply,
    follow_ups: &[Reply],
) -> Option<Request> {
    let image = parse_image(reply)?;
    if follow_ups.iter().any(|reply| !is_success(reply)) {
        return None;
    }
    let body = match follow_ups.len().checked_sub(1) {
        // No transform is the full size.
        None => serde_json::json!({ "imageId": image.id }),
        Some(size) => {
            let width = smaller_widths(picture).nth(size)?;
            serde_json::json!({ "imageId": image.id, "transform": format!("w_{width},f_webp") })
        }
    };
    Some(api_request(target, "sign", Body::Json(body.to_string())))
}

/// `DELETE {base}/api/v1/images/{id}`.
pub fn delete_request(target: &Target, uploaded: &UploadResult) -> Option<Request> {
    let id = uploaded.id.as_ref()?;
    Some(Request {
        method: "DELETE",
        ..api_request(target, &format!("images/{id}"), Body::Empty)
    })
}

fn api_request(target: &Target, endpoint: &str, body: Body) -> Request {
    Request {
        method: "POST",
        url: format!("{}/api/v1/{endpoint}", target.base).into(),
        headers: vec![
            ("accept".into(), "application/json".into()),
            ("x-api-key".into(), SecretTemplate::whole_key()),
        ],
        body,
    }
}

fn smaller_widths(picture: &Picture) -> impl Iterator<Item = u32> {
    let picture_width = picture.info.width;
    DEFAULT_WIDTHS
        .into_iter()
        .filter(move |width| *width < picture_width)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Image {
    id: String,
    /// `/t/{client}`, which every signed address begins with.
    delivery_base: Option<String>,
    thumbnail_url: Option<String>,
}

fn parse_image(reply: &Reply) -> Option<Image> {
    is_success(reply)
        .then(|| serde_json::from_slice::<Image>(&reply.body).ok())?
        .filter(|image| is_plain_id(&image.id))
}

fn is_success(reply: &Reply) -> bool {
    matches!(reply.status, 200..=299)
}

/// Reads the signed addresses. Without the full size there is no link; a smaller one that is missing is left out.
pub fn parse(
    target: &Target,
    picture: &Picture,
    reply: &Reply,
    follow_ups: &[Reply],
) -> Result<UploadResult, Failure> {
    if !is_success(reply) {
        let said = error_message(reply);
        return Err(failure_for_status(target, picture, reply, said.as_deref()));
    }
    let image = parse_image(reply).ok_or_else(|| unexpected_reply(target, reply))?;
    let (full, smaller) = follow_ups
        .split_first()
        .ok_or_else(|| unexpected_reply(target, reply))?;
    if !is_success(full) {
        return Err(sign_failure(target, picture, full));
    }
    let url = parse_signed_url(target, full).ok_or_else(|| unexpected_reply(target, full))?;
    let its_base = image
        .delivery_base
        .as_ref()
        .and_then(|delivery| url.split_once(&format!("{delivery}/")))
        .map(|(base, _)| base.to_owned());
    let kept = |url: String| strip_base(target, its_base.as_deref(), url);

    let sizes = smaller_widths(picture)
        .zip(smaller)
        .filter(|(_, reply)| is_success(reply))
        .filter_map(|(width, reply)| Some((width, kept(parse_signed_url(target, reply)?))))
        .collect();
    let thumbnail = image
        .thumbnail_url
        .and_then(|link| absolute_url(&link, &target.base));
    Ok(UploadResult {
        id: Some(image.id),
        sizes,
        thumbnail: thumbnail.map(kept),
        original: kept(url.clone()),
        ..UploadResult::default()
    })
}

fn parse_signed_url(target: &Target, reply: &Reply) -> Option<String> {
    #[derive(Deserialize)]
    struct SignedUrl {
        url: String,
    }
    let SignedUrl { url } = serde_json::from_slice(&reply.body).ok()?;
    absolute_url(&url, &target.base)
}

/// The picture is there, so sending it again is worth it only where the refusal may pass.
fn sign_failure(target: &Target, picture: &Picture, reply: &Reply) -> Failure {
    let said = error_message(reply);
    let refusal = failure_for_status(target, picture, reply, said.as_deref());
    match refusal.is_transient() {
        true => refusal,
        false => Failure::NoLink {
            said: message_or_status(reply, said.as_deref()),
        },
    }
}

#[cfg(test)]
mod tests;
