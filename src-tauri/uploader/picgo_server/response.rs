//! What editors are told. Several of them take any status but 200 for a failure without words, so a failure has that
//! too, unless it is asked for strictly.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    CACHE_CONTROL, CONTENT_TYPE, HeaderValue, VARY,
};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use super::origin_check::OriginError;
use crate::Job;

pub(super) struct EditorResponse {
    /// As it is strictly.
    status: StatusCode,
    /// Whoever this is for is no editor.
    always_strict: bool,
    body: Value,
}

impl EditorResponse {
    fn new(status: StatusCode, body: Value) -> EditorResponse {
        EditorResponse {
            status,
            always_strict: false,
            body,
        }
    }

    pub fn heartbeat() -> EditorResponse {
        EditorResponse::new(
            StatusCode::OK,
            json!({ "success": true, "result": "alive" }),
        )
    }

    pub fn help() -> EditorResponse {
        let message = "Vitrine takes pictures from editors here: POST /upload with {\"list\": [\"/a/picture.png\"]}, \
                       with a form of files, or with nothing for the picture on the clipboard.";
        EditorResponse::new(
            StatusCode::OK,
            json!({ "success": true, "message": message }),
        )
    }

    pub fn upload_succeeded(pictures: &[(Job, String)]) -> EditorResponse {
        let links: Vec<_> = pictures.iter().map(|(_, link)| link.clone()).collect();
        let items: Vec<_> = pictures
            .iter()
            .map(|(job, link)| item_json(job, link))
            .collect();
        let full: Vec<_> = pictures
            .iter()
            .map(|(job, link)| {
                let mut full = item_json(job, link);
                // What `/delete` knows it by.
                full["id"] = job.id.0.to_string().into();
                full
            })
            .collect();
        EditorResponse::new(
            StatusCode::OK,
            json!({ "success": true, "result": links, "items": items, "fullResult": full }),
        )
    }

    pub fn delete_summary(done: usize, failed: usize) -> EditorResponse {
        let message = format!("delete success: {done}, fail: {failed}");
        EditorResponse::new(
            StatusCode::OK,
            json!({ "success": failed == 0, "message": message }),
        )
    }

    pub fn failure(status: StatusCode, code: Option<&str>, sentence: &str) -> EditorResponse {
        let mut body = json!({
            "success": false, "result": [], "items": [], "fullResult": [], "message": sentence, "msg": sentence,
        });
        if let Some(code) = code {
            body["code"] = code.into();
        }
        EditorResponse::new(status, body)
    }

    /// What was asked for makes no sense.
    pub fn invalid_selection(sentence: &str) -> EditorResponse {
        let code = Some("INVALID_UPLOAD_SELECTION");
        EditorResponse::failure(StatusCode::BAD_REQUEST, code, sentence)
    }

    pub fn payload_too_large(max_bytes: u64) -> EditorResponse {
        let sentence = format!(
            "The picture is larger than {} MB. Make it smaller and try again.",
            max_bytes / 1_000_000
        );
        EditorResponse {
            always_strict: true,
            ..EditorResponse::failure(StatusCode::PAYLOAD_TOO_LARGE, None, &sentence)
        }
    }

    pub fn unauthorised() -> EditorResponse {
        let sentence = "The token is missing or wrong. Put the one from the settings for editors into the address, as \
                        ?secret=TOKEN.";
        EditorResponse::failure(StatusCode::UNAUTHORIZED, None, sentence)
    }

    pub fn too_many_uploads() -> EditorResponse {
        let sentence = "Too many pictures are being uploaded at once. Try again in a moment.";
        EditorResponse::failure(StatusCode::SERVICE_UNAVAILABLE, None, sentence)
    }

    pub fn not_found() -> EditorResponse {
        EditorResponse {
            always_strict: true,
            ..EditorResponse::failure(
                StatusCode::NOT_FOUND,
                None,
                "There is nothing here. Pictures go to /upload.",
            )
        }
    }

    pub fn forbidden_origin(refusal: OriginError) -> EditorResponse {
        EditorResponse {
            always_strict: true,
            ..EditorResponse::failure(StatusCode::FORBIDDEN, None, refusal.sentence())
        }
    }

    /// `origin` is the one that may read it.
    pub fn into_response(self, origin: Option<&str>, strict: bool) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.body.to_string().into()));
        if strict || self.always_strict {
            *response.status_mut() = self.status;
        }
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let nosniff = HeaderValue::from_static("nosniff");
        headers.insert("x-content-type-options", nosniff);
        set_cors_headers(&mut response, origin);
        response
    }
}

/// Before a browser carries a page's question it asks whether it may.
pub(super) fn preflight_response(origin: Option<&str>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if origin.is_some() {
        let headers = response.headers_mut();
        let methods = HeaderValue::from_static("GET, POST, OPTIONS");
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
        let names = HeaderValue::from_static("authorization, content-type, x-picgo-secret");
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names);
    }
    set_cors_headers(&mut response, origin);
    response
}

fn set_cors_headers(response: &mut Response<Full<Bytes>>, origin: Option<&str>) {
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin.and_then(|origin| HeaderValue::from_str(origin).ok()) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
}

fn item_json(job: &Job, link: &str) -> Value {
    let (name, width, height) = job.name_and_size();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    json!({
        "imgUrl": link,
        "fileName": name,
        "type": "vitrine",
        "size": job.sent.as_ref().map_or(job.bytes, |sent| sent.bytes),
        "width": width,
        "height": height,
        "extname": format!(".{ending}"),
        "origin": job.name,
    })
}
