//! Chevereto, API V1.1 as imgz.io speaks it: one upload that takes a picture in many ways, dated file names, a page
//! for each picture, and a link that deletes it.
//!
//! Every failure of the API but 429 and 503 is a 400 with a number inside. The version, the key, what the key may and
//! the action are looked at in this order, and before the picture wherever they come before it.

mod error_codes;
mod errors;
mod expiration;
mod file_names;
mod format;
mod image_page;
mod notice_page;
mod params;
mod response_format;
mod responses;
mod schemas;
mod sizes;
mod source;
mod upload;

use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, head};
use library::{Actor, Scope};

use crate::aliases::chevereto;
use crate::deliver::{CachePolicy, deliver};
use crate::dialects::dialect::Dialect;
use crate::dialects::openapi::{
    IdempotencyParams, ImageResponses, OpenApiStyle, schema_ref, text_schema,
};
use crate::dialects::reply::{into_response, redirect};
use crate::error::{CredentialError, Error, Result};
use crate::http::extract;
use crate::http::extract::{IdempotencyKey, PathParams, Query};
use crate::http::middleware::real_ip::ClientInfo;
use crate::links::chevereto as links;
use crate::state::App;
use crate::upload::form;
use crate::upload::form::{Form, FormSpec};
use errors::ErrorFormat;
use params::UploadParams;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub const CHEVERETO: Dialect = Dialect {
    name: chevereto::DIALECT,
    claims,
    routes,
    render_error: errors::render_error,
    openapi_style: OpenApiStyle {
        body_errors: &[400, 429],
        credential_errors: &[400, 429],
        error_bodies: |status| match status {
            "404" => vec![("text/html; charset=utf-8", text_schema())],
            _ => vec![
                (
                    "application/json; charset=UTF-8",
                    schema_ref("chevereto.Refusal"),
                ),
                ("text/plain; charset=UTF-8", text_schema()),
            ],
        },
    },
};

/// The only one there is.
const VERSION: &str = "1";
const ACTION: &str = "upload";

const FORM: FormSpec = FormSpec {
    file_fields: &source::PARAM_NAMES,
    accepts_text: true,
    ..FormSpec::EMPTY
};
const FORM_WITH_KEY: FormSpec = FormSpec {
    key_field: Some(("key", Scope::Upload)),
    ..FORM
};

/// The API of any version, the pages and the files. Slink, which is asked before, has taken its own
/// `/image/{uuid}.{ending}` already.
fn claims(_: &Method, path: &str) -> bool {
    let api = path.strip_prefix("/api/").is_some_and(|rest| {
        let version = rest.split('/').next().unwrap_or_default();
        !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit())
    });
    api || path.starts_with("/image/") || path.starts_with("/images/")
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(reject_missing_action, call_by_post, call_by_get),
    components(schemas(errors::Refusal)),
    tags((name = "chevereto", description = "The API of Chevereto sites, V1.1 as imgz.io has it. Every error of the API but 405, 429 and 503 is a 400 with a number in its body."))
)]
struct ApiDoc;

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(ApiDoc::openapi())
        .route("/api/{version}", any(reject_missing_action))
        .route(
            "/api/{version}/{action}",
            get(call_by_get).post(call_by_post).head(reject_head),
        )
        .routes(routes!(image_page::show_page))
        .routes(routes!(delete))
        .route("/image/{name}/delete/{password}", head(reject_head))
        .routes(routes!(show_file))
}

/// A GET changes something here, so a HEAD is not answered as one.
async fn reject_head() -> Response {
    let mut response = Error::MethodNotAllowed.into_response();
    let allowed = HeaderValue::from_static("GET, POST");
    response.headers_mut().insert(header::ALLOW, allowed);
    response
}

/// No action: always refused
#[utoipa::path(method(get, post), path = "/api/1", operation_id = "nothing_asked", responses((status = 400)))]
async fn reject_missing_action() -> Error {
    error_codes::NO_ACTION.to_error()
}

/// A call of the API, without its body.
struct ApiCall {
    version: String,
    action: String,
    client: ClientInfo,
    query: form::Fields,
    headers: HeaderMap,
    is_get: bool,
    idempotency_key: Option<String>,
}

impl FromRequestParts<App> for ApiCall {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<ApiCall> {
        let client = ClientInfo::from_request_parts(parts, app).await?;
        let PathParams((version, action)) = PathParams::from_request_parts(parts, app).await?;
        let Query(query) = Query::from_request_parts(parts, app).await?;
        let IdempotencyKey(idempotency_key) =
            IdempotencyKey::from_request_parts(parts, app).await?;
        Ok(ApiCall {
            version,
            action,
            client,
            query,
            headers: parts.headers.clone(),
            is_get: parts.method == Method::GET,
            idempotency_key,
        })
    }
}

/// Take a picture in
#[utoipa::path(post, path = "/api/1/upload", operation_id = "upload", params(IdempotencyParams, schemas::Wishes), security((), ("key_in_header" = []), ("key_in_query" = [])),
    request_body(content((schemas::Upload = "multipart/form-data"), (schemas::UploadAsText = "application/x-www-form-urlencoded"), (schemas::UploadAsText = "application/json"))),
    responses((status = 200, description = "It is kept.", content((responses::Uploaded = "application/json; charset=UTF-8"), (String = "text/plain; charset=UTF-8"))),
        (status = 302, body = String, content_type = "text/plain; charset=UTF-8", description = "It is kept, and Location is its page.")))]
async fn call_by_post(State(app): State<App>, call: ApiCall, body: Body) -> Response {
    answer_call(&app, call, body).await
}

/// Take in a picture from an address in the query
#[utoipa::path(get, path = "/api/1/upload", operation_id = "upload_by_get", params(IdempotencyParams, ("source" = Option<String>, Query, description = "An address. Needed, if not as `image`."), schemas::Wishes),
    security(("key_in_header" = []), ("key_in_query" = [])),
    responses((status = 200, description = "It is kept.", content((responses::Uploaded = "application/json; charset=UTF-8"), (String = "text/plain; charset=UTF-8"))),
        (status = 302, body = String, content_type = "text/plain; charset=UTF-8", description = "It is kept, and Location is its page.")))]
async fn call_by_get(State(app): State<App>, call: ApiCall, body: Body) -> Response {
    answer_call(&app, call, body).await
}

async fn answer_call(app: &App, call: ApiCall, body: Body) -> Response {
    let mut error_format = ErrorFormat::from_query(&app.config(), &call.query);
    match upload(app, call, body, &mut error_format).await {
        Ok(response) => response,
        Err(error) => {
            let mut response = error.into_response();
            response.extensions_mut().insert(error_format.renderer());
            response
        }
    }
}

async fn upload(
    app: &App,
    call: ApiCall,
    body: Body,
    error_format: &mut ErrorFormat,
) -> Result<Response> {
    let (actor, form) = authenticate_and_read_form(app, &call, body).await?;
    let asked = UploadParams::new(form.fields, call.query);
    error_format.format = asked.format();
    if call.action != ACTION {
        return Err(error_codes::BAD_ACTION.to_error());
    }
    let wishes = asked.options()?;
    let source = source::read_source(app, form.file, &asked, call.is_get).await?;
    let request = upload::UploadRequest {
        actor,
        base_url: call.client.base_url,
        format: error_format.format,
        idempotency_key: call.idempotency_key,
    };
    let answer = upload::store(app, request, source, wishes).await?;
    let moved = answer.status == StatusCode::FOUND.as_u16();
    let place = moved.then(|| String::from_utf8_lossy(&answer.body).into_owned());
    let mut response = into_response(answer)?;
    let headers = response.headers_mut();
    // The answer holds the link that deletes the picture.
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, no-store"),
    );
    if let Some(place) = place {
        headers.insert(
            header::LOCATION,
            HeaderValue::try_from(place).map_err(Error::internal)?,
        );
    }
    Ok(response)
}

/// Who calls, and the rest of what was sent. A key in the header counts before one in the body, and that before one
/// in the query.
async fn authenticate_and_read_form(
    app: &App,
    call: &ApiCall,
    body: Body,
) -> Result<(Actor, Form)> {
    let read = |wanted| form::read_form(app, &call.client, &call.headers, body, wanted);
    let in_header = extract::api_key_secret(&call.headers).map(str::to_owned);
    let in_query = call
        .query
        .get("key")
        .map(str::to_owned)
        .filter(|key| !key.is_empty());
    if call.version != VERSION {
        let outside = in_header.or(in_query).is_some();
        if !outside
            && read(&FORM)
                .await?
                .fields
                .get("key")
                .is_none_or(str::is_empty)
        {
            return Err(Error::Unauthorised(CredentialError::Missing));
        }
        return Err(error_codes::BAD_VERSION.to_error());
    }
    if let Some(key) = in_header {
        let actor = extract::authenticate(app, &call.client, key).await?;
        app.authorise_upload(&actor, &call.client)?;
        if call.action != ACTION {
            return Err(error_codes::BAD_ACTION.to_error());
        }
        return Ok((actor, read(&FORM).await?));
    }
    let mut form = read(&FORM_WITH_KEY).await?;
    if let Some(actor) = form.actor.take() {
        return Ok((actor, form));
    }
    let key = in_query.ok_or(Error::Unauthorised(CredentialError::Missing))?;
    let actor = extract::authenticate(app, &call.client, key).await?;
    app.authorise_upload(&actor, &call.client)?;
    Ok((actor, form))
}

/// The picture, or its square of 320 px as `….th.jpg`, or it 500 px wide as `….md.jpg`
#[utoipa::path(get, path = "/images/{year}/{month}/{day}/{file}", operation_id = "file", responses(ImageResponses),
    params(("year" = String, Path), ("month" = String, Path), ("day" = String, Path), ("file" = String, Path)))]
async fn show_file(
    State(app): State<App>,
    PathParams((year, month, day, file)): PathParams<(String, String, String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    let (name, size) =
        file_names::parse_file_path(&[year, month, day], &file).ok_or(Error::NoSuchImage)?;
    let wish = move |image: &library::Image| size.representation(image);
    deliver(&app, asked, name, CachePolicy::Immutable, wish).await
}

// Deletes the picture whose answer to its upload had this link in it, and leads to where it was.
/// Delete a picture by the link that was in the answer to its upload
#[utoipa::path(get, path = "/image/{name}/delete/{password}", params(("name" = String, Path), ("password" = String, Path)),
    responses((status = 200, body = String, content_type = "text/html; charset=utf-8", description = "A browser only looked ahead: nothing was deleted."), (status = 301, description = "It is gone; Location is where it was."), (status = 404)))]
async fn delete(
    State(app): State<App>,
    PathParams((name, password)): PathParams<(String, String)>,
    headers: HeaderMap,
    client: ClientInfo,
) -> Result<Response> {
    if image_page::is_prefetch(&headers) {
        return Ok(image_page::prefetch_notice());
    }
    let code = chevereto::coded_name(file_names::page_code(&name));
    let page = app
        .run_blocking(move |library, _| {
            let image = library.find_image(&code)?;
            let alias = chevereto::find_alias(library, &image)?;
            library.delete_with_secret(&image, CHEVERETO.name, &alias.code, &password)?;
            Ok(links::page_path(&client.base_url, &image, &alias))
        })
        .await?;
    let mut response = redirect(StatusCode::MOVED_PERMANENTLY, &format!("{page}?deleted"))?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_of_any_version_the_pages_and_the_files_are_claimed() {
        for path in [
            "/api/1/upload",
            "/api/1",
            "/api/2/upload",
            "/api/10/anything/else",
            "/image/some-title.ZfGd1234",
            "/image/ZfGd1234/delete/0123",
            "/images/2026/02/14/fountain.th.jpg",
        ] {
            assert!(claims(&Method::GET, path), "{path}");
        }
        for path in [
            "/api/v1/images",
            "/api/images",
            "/api/1a/upload",
            "/api/",
            "/image",
            "/images",
            "/upload",
        ] {
            assert!(!claims(&Method::GET, path), "{path}");
        }
    }
}
