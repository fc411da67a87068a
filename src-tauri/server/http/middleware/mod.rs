//! Middleware around the dialects; [`respond`] lists it, outermost first.

pub mod cors;
pub mod drain_body;
pub mod normalize_path;
pub mod rate_limit;
pub mod real_ip;
pub mod request_log;

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, header};
use axum::response::Response;

use crate::dialects::registry::DialectRouters;
use crate::state::App;
use drain_body::{DrainLimits, SharedBody};
use real_ip::ClientInfo;

/// How this program calls itself, so that uploaders know what else it can do.
const SERVER_HEADER: HeaderValue =
    HeaderValue::from_static(concat!("vitrine/", env!("CARGO_PKG_VERSION")));

/// One request, from the connection's edge and back.
pub async fn respond(
    app: &App,
    doors: &DialectRouters,
    bounds: &DrainLimits,
    peer: SocketAddr,
    request: Request<Body>,
) -> Response {
    let trace = request_log::start(request.method());
    let (mut request, held) = SharedBody::share_body(request);
    normalize_path::normalise_path(request.uri_mut());
    let client = ClientInfo::from_request(&app.config(), peer, request.headers(), request.uri());
    let address = client.address;
    request.extensions_mut().insert(client);

    let expecting = request.headers().contains_key(header::EXPECT);
    let open = cors::is_public(request.uri().path());
    let mut response = if open && request.method() == Method::OPTIONS {
        cors::preflight_response()
    } else {
        doors.respond(request, &trace).await
    };

    if open {
        cors::allow_any_origin(response.headers_mut());
    }
    response.headers_mut().insert(header::SERVER, SERVER_HEADER);
    trace.finish(&mut response, address, &app.recent_requests);
    drain_body::drain_after_response(response, held, expecting, bounds)
}
