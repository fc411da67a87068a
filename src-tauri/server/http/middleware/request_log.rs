//! Request log: one line per request, with an id that the response carries too.
//!
//! The line names the route that matched, never the path or the query: both can carry secrets.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

use crate::error::Error;
use crate::recent_requests::{RecentRequests, RequestRecord};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub struct RequestLog {
    id: String,
    method: Method,
    started_at: Instant,
}

/// The route that a request took, carried back in its response's extensions.
#[derive(Clone)]
struct MatchedRoute(MatchedPath);

pub fn start(method: &Method) -> RequestLog {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    RequestLog {
        id: format!("{:x}-{count:x}", std::process::id()),
        method: method.clone(),
        started_at: Instant::now(),
    }
}

/// A layer for inside of a router: what matched is known only there.
pub async fn record_route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(MatchedRoute(route));
    }
    response
}

impl RequestLog {
    /// Logs a failure of ours, where it becomes a response and nowhere else.
    pub fn log_failure(&self, error: &Error, dialect: &str) {
        tracing::error!(id = self.id, method = %self.method, dialect, error = error.cause_chain(), "a request failed");
    }

    pub fn finish(&self, response: &mut Response, client: IpAddr, recent: &RecentRequests) {
        let route = response.extensions().get::<MatchedRoute>();
        let ms = self.started_at.elapsed().as_millis();
        tracing::info!(
            id = self.id,
            method = %self.method,
            route = route.map_or("-", |route| route.0.as_str()),
            status = response.status().as_u16(),
            ms,
            "answered"
        );
        recent.record(RequestRecord {
            answered_at: jiff::Timestamp::now(),
            method: self.method.clone(),
            route: route.map(|route| route.0.as_str().to_owned()),
            status: response.status(),
            duration_ms: u64::try_from(ms).unwrap_or(u64::MAX),
            client,
        });
        if let Ok(id) = HeaderValue::from_str(&self.id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
    }
}
