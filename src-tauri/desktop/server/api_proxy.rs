//! Forwards the page's requests to the server, with the app's key: the dashboard API, and images. The page has neither
//! the key nor network access.

use std::borrow::Cow;
use std::sync::Arc;

use tauri::http::{Method, Request, Response, StatusCode, header};
use uploader::ProxyRequest;

use crate::context::AppContext;
use crate::i18n::t;
use crate::network::lan_sharing::LanSharing;
use crate::server::embedded_server::EmbeddedServer;
use crate::server::scheme_response::{SchemeResponse, allow_page_origin};
use crate::view::app_state::ServerState;

/// Request headers to forward. Cookies and authorisation of the web view are dropped.
const FORWARDED_HEADERS: [&str; 6] = [
    "accept",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "range",
    "x-request-id",
];
/// Response headers to return.
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

/// The dashboard API with every method, and images to show. Not the other dialects, which are for other programs.
pub fn is_permitted(request: &Request<Vec<u8>>) -> bool {
    let path = request.uri().path();
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    path.starts_with("/api/dashboard/") || (looks && !path.starts_with("/api/"))
}

/// The server's settings, which include the base URL of links.
const SETTINGS_PATH: &str = "/api/dashboard/settings";

pub struct ApiProxy {
    pub context: Arc<AppContext>,
    pub server: Arc<EmbeddedServer>,
    pub lan: Arc<LanSharing>,
}

impl ApiProxy {
    pub async fn forward(&self, request: Request<Vec<u8>>) -> SchemeResponse {
        // A preflight request, because the page's origin is not that of the scheme.
        if request.method() == Method::OPTIONS {
            return build_response(StatusCode::NO_CONTENT, Vec::new(), Vec::new());
        }
        let ServerState::Running { address, .. } = self.server.state() else {
            return error_response("server_not_running", t("passing.not_running"));
        };
        let Some(key) = self.context.keychain.app_key() else {
            return error_response("keychain", t("passing.no_key"));
        };
        let (parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let header = |name: &&str| {
            let value = parts.headers.get(*name)?.to_str().ok()?;
            Some(((*name).to_owned(), value.to_owned()))
        };
        let forwarded = ProxyRequest {
            method: parts.method.as_str().to_owned(),
            url: format!("http://{address}{path}"),
            headers: FORWARDED_HEADERS.iter().filter_map(header).collect(),
            body,
        };
        match self.context.uploader.forward_request(forwarded, &key).await {
            Ok(reply) => {
                if !parts.method.is_safe() && parts.uri.path().starts_with(SETTINGS_PATH) {
                    self.lan.refresh().await;
                }
                let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::BAD_GATEWAY);
                let headers = reply.headers.into_iter();
                let headers = headers.filter(|(name, _)| RETURNED_HEADERS.contains(&name.as_str()));
                build_response(status, headers.collect(), reply.body)
            }
            Err(failure) => error_response(failure.code(), &failure.to_string()),
        }
    }
}

/// An error in the format of the dashboard API.
fn error_response(code: &str, sentence: &str) -> SchemeResponse {
    let error = serde_json::json!({ "error": sentence, "code": code });
    let json = ("content-type".to_owned(), "application/json".to_owned());
    build_response(
        StatusCode::BAD_GATEWAY,
        vec![json],
        error.to_string().into_bytes(),
    )
}

fn build_response(
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
) -> SchemeResponse {
    let mut response = allow_page_origin(Response::builder().status(status))
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
        response = response.header(name, value);
    }
    response.body(Cow::Owned(body)).unwrap_or_else(|error| {
        tracing::warn!(%error, "could not build a response");
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
