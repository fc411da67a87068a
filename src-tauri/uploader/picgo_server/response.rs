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

use super::origin_check::Refusal;
use crate::Job;

pub(super) struct Answer {
    /// As it is strictly.
    status: StatusCode,
    /// Whoever this is for is no editor.
    always: bool,
    body: Value,
}

impl Answer {
    fn of(status: StatusCode, body: Value) -> Answer {
        Answer {
            status,
            always: false,
            body,
        }
    }

    pub fn alive() -> Answer {
        Answer::of(
            StatusCode::OK,
            json!({ "success": true, "result": "alive" }),
        )
    }

    pub fn help() -> Answer {
        let message = "Vitrine takes pictures from editors here: POST /upload with {\"list\": [\"/a/picture.png\"]}, \
                       with a form of files, or with nothing for the picture on the clipboard.";
        Answer::of(
            StatusCode::OK,
            json!({ "success": true, "message": message }),
        )
    }

    pub fn uploaded(pictures: &[(Job, String)]) -> Answer {
        let links: Vec<_> = pictures.iter().map(|(_, link)| link.clone()).collect();
        let items: Vec<_> = pictures.iter().map(|(job, link)| item(job, link)).collect();
        let full: Vec<_> = pictures
            .iter()
            .map(|(job, link)| {
                let mut full = item(job, link);
                // What `/delete` knows it by.
                full["id"] = job.id.0.to_string().into();
                full
            })
            .collect();
        Answer::of(
            StatusCode::OK,
            json!({ "success": true, "result": links, "items": items, "fullResult": full }),
        )
    }

    pub fn deleted(done: usize, failed: usize) -> Answer {
        let message = format!("delete success: {done}, fail: {failed}");
        Answer::of(
            StatusCode::OK,
            json!({ "success": failed == 0, "message": message }),
        )
    }

    pub fn failed(status: StatusCode, code: Option<&str>, sentence: &str) -> Answer {
        let mut body = json!({
            "success": false, "result": [], "items": [], "fullResult": [], "message": sentence, "msg": sentence,
        });
        if let Some(code) = code {
            body["code"] = code.into();
        }
        Answer::of(status, body)
    }

    /// What was asked for makes no sense.
    pub fn bad_selection(sentence: &str) -> Answer {
        let code = Some("INVALID_UPLOAD_SELECTION");
        Answer::failed(StatusCode::BAD_REQUEST, code, sentence)
    }

    pub fn too_large(max_bytes: u64) -> Answer {
        let sentence = format!(
            "The picture is larger than {} MB. Make it smaller and try again.",
            max_bytes / 1_000_000
        );
        Answer {
            always: true,
            ..Answer::failed(StatusCode::PAYLOAD_TOO_LARGE, None, &sentence)
        }
    }

    pub fn wrong_token() -> Answer {
        let sentence = "The token is missing or wrong. Put the one from the settings for editors into the address, as \
                        ?secret=TOKEN.";
        Answer::failed(StatusCode::UNAUTHORIZED, None, sentence)
    }

    pub fn busy() -> Answer {
        let sentence = "Too many pictures are being uploaded at once. Try again in a moment.";
        Answer::failed(StatusCode::SERVICE_UNAVAILABLE, None, sentence)
    }

    pub fn nothing_there() -> Answer {
        Answer {
            always: true,
            ..Answer::failed(
                StatusCode::NOT_FOUND,
                None,
                "There is nothing here. Pictures go to /upload.",
            )
        }
    }

    pub fn refused(refusal: Refusal) -> Answer {
        Answer {
            always: true,
            ..Answer::failed(StatusCode::FORBIDDEN, None, refusal.sentence())
        }
    }

    /// `origin` is the one that may read it.
    pub fn response(self, origin: Option<&str>, strict: bool) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.body.to_string().into()));
        if strict || self.always {
            *response.status_mut() = self.status;
        }
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let nosniff = HeaderValue::from_static("nosniff");
        headers.insert("x-content-type-options", nosniff);
        allow(&mut response, origin);
        response
    }
}

/// Before a browser carries a page's question it asks whether it may.
pub(super) fn preflight(origin: Option<&str>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if origin.is_some() {
        let headers = response.headers_mut();
        let methods = HeaderValue::from_static("GET, POST, OPTIONS");
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
        let names = HeaderValue::from_static("authorization, content-type, x-picgo-secret");
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names);
    }
    allow(&mut response, origin);
    response
}

fn allow(response: &mut Response<Full<Bytes>>, origin: Option<&str>) {
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin.and_then(|origin| HeaderValue::from_str(origin).ok()) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
}

fn item(job: &Job, link: &str) -> Value {
    let (name, width, height) = job.shown();
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
