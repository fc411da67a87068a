//! One line in the log for each request, and an id that the answer carries too.
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
use crate::recent_requests::{Answered, Recent};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub struct Trace {
    id: String,
    method: Method,
    since: Instant,
}

/// The route that a request took, carried back in its response's extensions.
#[derive(Clone)]
struct Route(MatchedPath);

pub fn begin(method: &Method) -> Trace {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    Trace {
        id: format!("{:x}-{count:x}", std::process::id()),
        method: method.clone(),
        since: Instant::now(),
    }
}

/// A layer for inside of a router: what matched is known only there.
pub async fn remember_route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(Route(route));
    }
    response
}

impl Trace {
    /// Logs a failure of ours, where it becomes a response and nowhere else.
    pub fn failed(&self, error: &Error, dialect: &str) {
        tracing::error!(id = self.id, method = %self.method, dialect, error = error.chain(), "a request failed");
    }

    pub fn end(&self, response: &mut Response, client: IpAddr, recent: &Recent) {
        let route = response.extensions().get::<Route>();
        let ms = self.since.elapsed().as_millis();
        tracing::info!(
            id = self.id,
            method = %self.method,
            route = route.map_or("-", |route| route.0.as_str()),
            status = response.status().as_u16(),
            ms,
            "answered"
        );
        recent.note(Answered {
            at: jiff::Timestamp::now(),
            method: self.method.clone(),
            route: route.map(|route| route.0.as_str().to_owned()),
            status: response.status(),
            ms: u64::try_from(ms).unwrap_or(u64::MAX),
            client,
        });
        if let Ok(id) = HeaderValue::from_str(&self.id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
    }
}
