//! What the page asks of the server goes through here, with the app's key: the dashboard's API, and
//! pictures. The page has neither the key nor an address of the network.

use std::borrow::Cow;
use std::sync::Arc;

use tauri::http::{Method, Request, Response, StatusCode, header};
use uploader::ProxyRequest;

use crate::context::AppContext;
use crate::i18n::t;
use crate::network::lan_sharing;
use crate::server::uri_scheme::{ORIGIN, SchemeResponse};
use crate::view::app_state::ServerState;

/// What goes along of what the webview says. Its cookies and its own idea of who it is do not.
const FORWARDED_HEADERS: [&str; 6] = [
    "accept",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "range",
    "x-request-id",
];
/// What comes back.
const RETURNED_HEADERS: [&str; 9] = [
    "cache-control",
    "content-disposition",
    "content-range",
    "content-type",
    "etag",
    "last-modified",
    "retry-after",
    "vitrine-animation",
    "x-content-type-options",
];
const ALLOWED_METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";

/// The dashboard's API with every method; pictures to look at. No other door: what is done there is
/// done by other programs, with keys of their own.
pub fn is_permitted(request: &Request<Vec<u8>>) -> bool {
    let path = request.uri().path();
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    path.starts_with("/api/dashboard/") || (looks && !path.starts_with("/api/"))
}

/// Where the server's settings are changed, of which one says what links start with.
const SETTINGS_PATH: &str = "/api/dashboard/settings";

pub async fn forward(app: &Arc<AppContext>, request: Request<Vec<u8>>) -> SchemeResponse {
    // The page's origin is not the scheme's, so the webview asks first.
    if request.method() == Method::OPTIONS {
        return build_response(StatusCode::NO_CONTENT, Vec::new(), Vec::new());
    }
    let ServerState::Running { address, .. } = app.state().server else {
        return error_response("server_not_running", t("passing.not_running"));
    };
    let Some(key) = app.keychain.app_key() else {
        return error_response("keychain", t("passing.no_key"));
    };
    let (parts, body) = request.into_parts();
    let place = parts
        .uri
        .path_and_query()
        .map_or("/", |place| place.as_str());
    let said = |name: &&str| {
        let value = parts.headers.get(*name)?.to_str().ok()?;
        Some(((*name).to_owned(), value.to_owned()))
    };
    let question = ProxyRequest {
        method: parts.method.as_str().to_owned(),
        url: format!("http://{address}{place}"),
        headers: FORWARDED_HEADERS.iter().filter_map(said).collect(),
        body,
    };
    match app.uploader.forward_request(question, &key).await {
        Ok(reply) => {
            if !parts.method.is_safe() && parts.uri.path().starts_with(SETTINGS_PATH) {
                lan_sharing::refresh(app).await;
            }
            let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::BAD_GATEWAY);
            let headers = reply.headers.into_iter();
            let headers = headers.filter(|(name, _)| RETURNED_HEADERS.contains(&name.as_str()));
            build_response(status, headers.collect(), reply.body)
        }
        Err(failure) => error_response(failure.code(), &failure.to_string()),
    }
}

/// In the words of the dashboard's API.
fn error_response(code: &str, sentence: &str) -> SchemeResponse {
    let words = serde_json::json!({ "error": sentence, "code": code });
    let json = ("content-type".to_owned(), "application/json".to_owned());
    build_response(
        StatusCode::BAD_GATEWAY,
        vec![json],
        words.to_string().into_bytes(),
    )
}

fn build_response(
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
) -> SchemeResponse {
    let mut answer = Response::builder()
        .status(status)
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN)
        .header(header::ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS)
        .header(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            FORWARDED_HEADERS.join(", "),
        )
        .header(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            RETURNED_HEADERS.join(", "),
        );
    for (name, value) in headers {
        answer = answer.header(name, value);
    }
    answer.body(Cow::Owned(body)).unwrap_or_else(|error| {
        tracing::warn!(%error, "an answer could not be passed on");
        let mut broken = Response::new(Cow::Borrowed(&b""[..]));
        *broken.status_mut() = StatusCode::BAD_GATEWAY;
        broken
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits_request(method: Method, path: &str) -> bool {
        let request = Request::builder()
            .method(method)
            .uri(format!("app://localhost{path}"))
            .body(Vec::new());
        request.is_ok_and(|request| is_permitted(&request))
    }

    #[test]
    fn the_page_reaches_only_the_dashboard_and_pictures() {
        for (method, path) in [
            (Method::GET, "/api/dashboard/images?page=2"),
            (Method::PATCH, "/api/dashboard/images/abc"),
            (Method::GET, "/aB3dE5gH7j/800"),
        ] {
            assert!(permits_request(method.clone(), path), "{method} {path}");
        }
        for (method, path) in [
            (Method::POST, "/upload"),
            (Method::DELETE, "/aB3dE5gH7j"),
            (Method::GET, "/api/v1/images"),
            (Method::POST, "/api/dashboards"),
        ] {
            assert!(!permits_request(method.clone(), path), "{method} {path}");
        }
    }
}
