//! What happens to every request, around the dialects: [`answer`] is the list, outermost first.

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

use crate::dialects::Doors;
use crate::state::App;
use drain_body::{Bounds, Held};
use real_ip::Client;

/// How this program calls itself, so that uploaders know what else it can do.
const SERVER: HeaderValue =
    HeaderValue::from_static(concat!("vitrine/", env!("CARGO_PKG_VERSION")));

/// One request, from the connection's edge and back.
pub async fn answer(
    app: &App,
    doors: &Doors,
    bounds: &Bounds,
    peer: SocketAddr,
    request: Request<Body>,
) -> Response {
    let trace = request_log::begin(request.method());
    let (mut request, held) = Held::take(request);
    normalize_path::normalise(request.uri_mut());
    let client = Client::of(&app.config(), peer, request.headers(), request.uri());
    let address = client.address;
    request.extensions_mut().insert(client);

    let expecting = request.headers().contains_key(header::EXPECT);
    let open = cors::open_to_others(request.uri().path());
    let mut response = if open && request.method() == Method::OPTIONS {
        cors::preflight()
    } else {
        doors.answer(request, &trace).await
    };

    if open {
        cors::allow(response.headers_mut());
    }
    response.headers_mut().insert(header::SERVER, SERVER);
    trace.end(&mut response, address, &app.recent);
    drain_body::afterwards(response, held, expecting, bounds)
}
