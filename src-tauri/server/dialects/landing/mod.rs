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

use super::openapi::document_json;
use super::{Dialect, json};
use crate::error::{Error, Result};
use crate::http::extract::PathParams;
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;
use crate::web_ui::templates;
use crate::web_ui::templates::TemplateValue;

pub const LANDING: Dialect = Dialect {
    name: "pages",
    claims,
    routes,
    render_error,
    describe: openapi::describe,
};

const PAGE_TEMPLATE: &str = include_str!("landing.html");
const STYLE: &str = concat!(
    include_str!("../../web_ui/family.css"),
    include_str!("landing.css")
);
/// Pictures may be indexed by who may see them; the API is nothing to crawl.
const ROBOTS: &str = "User-agent: *\nDisallow: /api/\nDisallow: /upload\n";
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Also what is not among the assets: it is no image's address either.
fn claims(_: &Method, path: &str) -> bool {
    matches!(
        path,
        "/" | "/favicon.ico" | "/robots.txt" | "/api/openapi.json"
    ) || path.starts_with("/assets/")
}

fn routes() -> Router<App> {
    Router::new()
        .route("/", get(show_front_page))
        .route(
            "/assets/landing.css",
            get(|| async { page_response("text/css; charset=utf-8", STYLE) }),
        )
        .route("/assets/{name}", get(serve_asset))
        .route(
            "/robots.txt",
            get(|| async { page_response("text/plain; charset=utf-8", ROBOTS) }),
        )
        .route(
            "/favicon.ico",
            get(|| async { page_response("image/x-icon", favicon::encode_ico()) }),
        )
        .route("/api/openapi.json", get(serve_openapi))
}

async fn show_front_page(
    State(app): State<App>,
    client: ClientInfo,
    asked: HeaderMap,
) -> Result<Response> {
    match &app.spa {
        Some(page) => page.serve_asset("index.html", &asked),
        None => Ok(landing_page(&client)),
    }
}

async fn serve_asset(
    State(app): State<App>,
    PathParams(name): PathParams<String>,
    asked: HeaderMap,
) -> Result<Response> {
    let page = app.spa.as_ref().ok_or(Error::UnknownRoute)?;
    page.serve_asset(&format!("assets/{name}"), &asked)
}

fn landing_page(client: &ClientInfo) -> Response {
    let page_of = templates::render(
        PAGE_TEMPLATE,
        &[
            // Built from headers that a client wrote.
            ("base", TemplateValue::Text(&client.base_url)),
            ("version", TemplateValue::Text(env!("CARGO_PKG_VERSION"))),
        ],
    );
    page_response("text/html; charset=utf-8", page_of)
}

/// How every door is spoken to. It changes with the program only.
async fn serve_openapi() -> Response {
    let mut response = page_response("application/json", document_json());
    let an_hour = HeaderValue::from_static("public, max-age=3600");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, an_hour);
    response
}

fn page_response(media_type: &'static str, body: impl IntoResponse) -> Response {
    let policy = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
    templates::page_response(media_type, &policy, "no-referrer", body)
}

fn render_error(error: &Error) -> Response {
    let words = match error {
        Error::UnknownRoute => "Not found",
        Error::MethodNotAllowed => "Method not allowed",
        _ => "Internal server error",
    };
    json(error.status(), &serde_json::json!({ "error": words }))
}
