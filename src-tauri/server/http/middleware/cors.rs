//! CORS: pages on other sites may call the API and show images; cookies are never involved.
//!
//! The dashboard is the exception: its API works with a cookie, so it and its pages say nothing of
//! other sites at all, and browsers keep those out.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

/// Whether pages of other sites may ask for this path (in its one spelling).
pub fn is_public(path: &str) -> bool {
    let dashboard = ["/api/dashboard", "/dashboard", "/assets"]
        .into_iter()
        .filter_map(|closed| path.strip_prefix(closed))
        .any(|rest| rest.is_empty() || rest.starts_with('/'));
    !dashboard && path != "/"
}

pub fn allow_any_origin(headers: &mut HeaderMap) {
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
}

/// The answer to every OPTIONS request, whatever it asks about.
pub fn preflight_response() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    for (name, value) in [
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, POST, PUT, PATCH, DELETE, OPTIONS",
        ),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, Content-Type, X-Api-Key, Accept",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_the_dashboard_is_open_to_other_sites() {
        for path in [
            "/upload",
            "/a7xK9mPq2w/400",
            "/api/dashboards",
            "/api/v1/sign",
            "*",
        ] {
            assert!(is_public(path), "{path}");
        }
        for path in [
            "/api/dashboard",
            "/api/dashboard/keys",
            "/dashboard/x",
            "/assets/a.js",
            "/",
        ] {
            assert!(!is_public(path), "{path}");
        }
    }
}
