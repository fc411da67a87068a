//! The few pages of the server itself, for whoever opens its address in a browser: the dashboard, or where the program
//! has none inside, a page that says what this is.
//!
//! Nothing here comes from other hosts, and nothing lists images: who knows an address sees that
//! image, and nobody finds more without signing in. It also words the refusal of paths that no dialect claims.

mod favicon;
mod schemas;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::dialects::dialect::Dialect;
use crate::dialects::openapi::{OpenApiJson, OpenApiStyle, schema_ref};
use crate::dialects::reply::json;
use crate::error::{Error, Result};
use crate::http::extract::PathParams;
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;
use crate::web_ui::templates;
use crate::web_ui::templates::TemplateValue;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub const LANDING: Dialect = Dialect {
    name: "pages",
    claims,
    routes,
    render_error,
    openapi_style: OpenApiStyle {
        body_errors: &[],
        credential_errors: &[],
        error_bodies: |_| vec![("application/json", schema_ref("pages.Refused"))],
    },
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

#[derive(utoipa::OpenApi)]
#[openapi(
    components(schemas(schemas::Refused)),
    tags((name = "pages", description = "The server itself."))
)]
struct ApiDoc;

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(ApiDoc::openapi())
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
        .routes(routes!(serve_openapi))
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

// How every door is spoken to. It changes with the program only.
/// This document
#[utoipa::path(get, path = "/api/openapi.json", operation_id = "description", responses((status = 200, body = Object, description = "OpenAPI 3.1.")))]
async fn serve_openapi(Extension(OpenApiJson(json)): Extension<OpenApiJson>) -> Response {
    let mut response = page_response("application/json", json);
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
