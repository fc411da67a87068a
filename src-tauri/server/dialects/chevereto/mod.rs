//! Chevereto, API V1.1 as imgz.io speaks it: one upload that takes a picture in many ways, dated file names, a page
//! for each picture, and a link that deletes it.
//!
//! Every failure of the API but 429 and 503 is a 400 with a number inside. The version, the key, what the key may and
//! the action are looked at in this order, and before the picture wherever they come before it.

mod errors;
mod expiration;
mod file_names;
mod format;
mod image_page;
mod openapi;
mod params;
mod responses;
mod sizes;
mod source;
mod upload;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use library::{Actor, ImageName, Scope};

use super::{Dialect, Words, answered, redirect};
use crate::deliver::{Caching, deliver};
use crate::error::{Credentials, Error, Result};
use crate::http::extract;
use crate::http::extract::{IdempotencyKey, Query, Segments};
use crate::http::middleware::real_ip::Client;
use crate::links::chevereto as links;
use crate::state::App;
use crate::upload::form;
use crate::upload::form::{Form, Wanted};
use errors::Manner;
use params::Asked;

pub const CHEVERETO: Dialect = Dialect {
    name: "chevereto",
    claims,
    routes,
    refuse: errors::refuse,
    describe: openapi::describe,
};

/// The only one there is.
const VERSION: &str = "1";
const ACTION: &str = "upload";

const WANTED: Wanted = Wanted {
    files: &source::NAMES,
    texts: true,
    ..Wanted::NOTHING
};
const WANTED_WITH_KEY: Wanted = Wanted {
    key: Some(("key", Scope::Upload)),
    ..WANTED
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

fn routes() -> Router<App> {
    Router::new()
        .route("/api/{version}", any(nothing_asked))
        .route(
            "/api/{version}/{action}",
            get(call).post(call).head(not_by_head),
        )
        .route("/image/{name}", get(image_page::show))
        .route(
            "/image/{name}/delete/{password}",
            get(delete).head(not_by_head),
        )
        .route("/images/{year}/{month}/{day}/{file}", get(file))
}

/// A GET changes something here, so a HEAD is not answered as one.
async fn not_by_head() -> Response {
    let mut response = Error::MethodNotAllowed.into_response();
    let allowed = HeaderValue::from_static("GET, POST");
    response.headers_mut().insert(header::ALLOW, allowed);
    response
}

async fn nothing_asked() -> Error {
    errors::NO_ACTION.error()
}

/// What a call of the API comes with.
struct Call {
    version: String,
    action: String,
    client: Client,
    query: form::Fields,
    headers: HeaderMap,
    by_get: bool,
    idempotency_key: Option<String>,
}

#[allow(clippy::too_many_arguments, reason = "each is an extractor")]
async fn call(
    State(app): State<App>,
    method: Method,
    client: Client,
    Segments((version, action)): Segments<(String, String)>,
    Query(query): Query,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut manner = Manner::of(&app.config(), &query);
    let call = Call {
        version,
        action,
        client,
        query,
        headers,
        by_get: method == Method::GET,
        idempotency_key,
    };
    match upload(&app, call, body, &mut manner).await {
        Ok(response) => response,
        Err(error) => {
            let mut response = error.into_response();
            response.extensions_mut().insert(manner.words());
            response
        }
    }
}

async fn upload(app: &App, call: Call, body: Body, manner: &mut Manner) -> Result<Response> {
    let (actor, form) = admitted(app, &call, body).await?;
    let asked = Asked::new(form.fields, call.query);
    manner.format = asked.format();
    if call.action != ACTION {
        return Err(errors::BAD_ACTION.error());
    }
    let wishes = asked.wishes()?;
    let source = source::take(app, form.file, &asked, call.by_get).await?;
    let request = upload::Request {
        actor,
        base: call.client.base,
        format: manner.format,
        idempotency_key: call.idempotency_key,
    };
    let answer = upload::keep(app, request, source, wishes).await?;
    let moved = answer.status == StatusCode::FOUND.as_u16();
    let place = moved.then(|| String::from_utf8_lossy(&answer.body).into_owned());
    let mut response = answered(answer)?;
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
async fn admitted(app: &App, call: &Call, body: Body) -> Result<(Actor, Form)> {
    let read = |wanted| form::form(app, &call.client, &call.headers, body, wanted);
    let in_header = extract::api_key(&call.headers).map(str::to_owned);
    let in_query = call
        .query
        .get("key")
        .map(str::to_owned)
        .filter(|key| !key.is_empty());
    if call.version != VERSION {
        let outside = in_header.or(in_query).is_some();
        if !outside
            && read(&WANTED)
                .await?
                .fields
                .get("key")
                .is_none_or(str::is_empty)
        {
            return Err(Error::Unauthorised(Credentials::Missing));
        }
        return Err(errors::BAD_VERSION.error());
    }
    if let Some(key) = in_header {
        let actor = extract::actor(app, &call.client, key).await?;
        app.admit(&actor, &call.client)?;
        if call.action != ACTION {
            return Err(errors::BAD_ACTION.error());
        }
        return Ok((actor, read(&WANTED).await?));
    }
    let mut form = read(&WANTED_WITH_KEY).await?;
    if let Some(actor) = form.actor.take() {
        return Ok((actor, form));
    }
    let key = in_query.ok_or(Error::Unauthorised(Credentials::Missing))?;
    let actor = extract::actor(app, &call.client, key).await?;
    app.admit(&actor, &call.client)?;
    Ok((actor, form))
}

async fn file(
    State(app): State<App>,
    Segments((year, month, day, file)): Segments<(String, String, String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    let (name, size) = file_names::file(&[year, month, day], &file).ok_or(Error::NoSuchImage)?;
    let wish = move |image: &library::Image| size.of(image);
    deliver(&app, asked, name, Caching::Lasting, wish).await
}

/// Deletes the picture whose answer to its upload had this link in it, and leads to where it was.
async fn delete(
    State(app): State<App>,
    Segments((name, password)): Segments<(String, String)>,
    headers: HeaderMap,
    client: Client,
) -> Result<Response> {
    if image_page::is_prefetch(&headers) {
        return Ok(image_page::nothing_deleted());
    }
    let code = ImageName::Code(file_names::code(&name).to_owned());
    let page = app
        .ask(move |library, _| {
            let image = library.find(&code)?;
            let names = library.names(&image)?;
            library.delete_with_password(&image, &password)?;
            Ok(links::viewer_path(&client.base, &image, &names.chevereto))
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
