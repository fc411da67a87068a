//! The few pages of the server itself, for whoever opens its address in a browser: the dashboard, or where the program
//! has none inside, a page that says what this is.
//!
//! Nothing here comes from other hosts, and nothing lists images: who knows an address sees that
//! image, and nobody finds more without signing in. It also words the refusal of paths that no dialect claims.

mod favicon;
mod openapi;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::openapi::document;
use super::{Dialect, json};
use crate::error::{Error, Result};
use crate::http::extract::Segments;
use crate::http::middleware::real_ip::Client;
use crate::state::App;
use crate::web_ui::templates;
use crate::web_ui::templates::Part;

pub const PAGES: Dialect = Dialect {
    name: "pages",
    claims,
    routes,
    refuse,
    describe: openapi::describe,
};

const PAGE: &str = include_str!("landing.html");
const STYLE: &str = concat!(
    include_str!("../../web_ui/family.css"),
    include_str!("landing.css")
);
/// Pictures may be indexed by who may see them; the API is nothing to crawl.
const ROBOTS: &str = "User-agent: *\nDisallow: /api/\nDisallow: /upload\n";
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Also what is not among the assets: it is no image's address either.
fn claims(_: &Method, path: &str) -> bool {
    matches!(
        path,
        "/" | "/favicon.ico" | "/robots.txt" | "/api/openapi.json"
    ) || path.starts_with("/assets/")
}

fn routes() -> Router<App> {
    Router::new()
        .route("/", get(front))
        .route(
            "/assets/landing.css",
            get(|| async { page("text/css; charset=utf-8", STYLE) }),
        )
        .route("/assets/{name}", get(asset))
        .route(
            "/robots.txt",
            get(|| async { page("text/plain; charset=utf-8", ROBOTS) }),
        )
        .route(
            "/favicon.ico",
            get(|| async { page("image/x-icon", favicon::ico()) }),
        )
        .route("/api/openapi.json", get(description))
}

async fn front(State(app): State<App>, client: Client, asked: HeaderMap) -> Result<Response> {
    match &app.page {
        Some(page) => page.answer("index.html", &asked),
        None => Ok(landing(&client)),
    }
}

async fn asset(
    State(app): State<App>,
    Segments(name): Segments<String>,
    asked: HeaderMap,
) -> Result<Response> {
    let page = app.page.as_ref().ok_or(Error::NoSuchPlace)?;
    page.answer(&format!("assets/{name}"), &asked)
}

fn landing(client: &Client) -> Response {
    let page_of = templates::fill(
        PAGE,
        &[
            // Built from headers that a client wrote.
            ("base", Part::Text(&client.base)),
            ("version", Part::Text(env!("CARGO_PKG_VERSION"))),
        ],
    );
    page("text/html; charset=utf-8", page_of)
}

/// How every door is spoken to. It changes with the program only.
async fn description() -> Response {
    let mut response = page("application/json", document());
    let an_hour = HeaderValue::from_static("public, max-age=3600");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, an_hour);
    response
}

fn page(media_type: &'static str, body: impl IntoResponse) -> Response {
    let policy = HeaderValue::from_static(POLICY);
    templates::page(media_type, &policy, "no-referrer", body)
}

fn refuse(error: &Error) -> Response {
    let words = match error {
        Error::NoSuchPlace => "Not found",
        Error::MethodNotAllowed => "Method not allowed",
        _ => "Internal server error",
    };
    json(error.status(), &serde_json::json!({ "error": words }))
}
