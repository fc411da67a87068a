//! IMGSHARE, the language of imgshare.danielthefox.com: scripts upload, delete and gather with a token in the form, and
//! every picture has three smaller ones under `/img/{account}/`.
//!
//! Only what was answered with 200 is for programs. All else is text for people, and its status says it all.

mod expiration;
mod file_names;
mod params;
mod paths;
mod responses;
mod schemas;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use imaging::Format;
use library::{Action, Actor, Library, Scope, StagedUpload, StoredImage, Upload, UploadMetadata};

use crate::aliases::imgshare;
use crate::aliases::imgshare::{ImgshareAliases, Size};
use crate::deliver::{CachePolicy, Representation, deliver};
use crate::dialects::dialect::Dialect;
use crate::dialects::openapi::IdempotencyParams;
use crate::dialects::openapi::ImageResponses;
use crate::dialects::openapi::{OpenApiStyle, text_schema};
use crate::dialects::reply::{into_response, store_idempotent, text};
use crate::error::{CredentialError, Error, Result};
use crate::http::extract;
use crate::http::extract::{IdempotencyKey, PathParams, Query};
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;
use crate::upload::form;
use crate::upload::form::{Form, FormSpec};
use crate::upload::remote_fetch::fetch;
use params::{UploadOptions, first_value};
use responses::render;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub const IMGSHARE: Dialect = Dialect {
    name: imgshare::DIALECT,
    claims,
    routes,
    render_error,
    openapi_style: OpenApiStyle {
        body_errors: &[400, 401, 403, 408, 413, 415, 429],
        credential_errors: &[401, 403, 429],
        error_bodies: |_| vec![("text/plain; charset=utf-8", text_schema())],
    },
};

const UPLOAD_PATH: &str = "/api/v1/img_upload.php";
const DELETE_PATH: &str = "/api/v1/img_delete.php";
const GATHER_PATH: &str = "/api/v1/img_gather.php";
const UNIVERSE_DELETE_PATH: &str = "/api/v1/universe_delete.php";

/// Of an original, whatever the server's own limit is.
const MAX_BYTES: u64 = 32 << 20;

const UPLOAD_FORM: FormSpec = FormSpec {
    file_fields: params::FILE_FIELDS,
    max_bytes: MAX_BYTES,
    key_field: Some((params::TOKEN_FIELD, Scope::Upload)),
    ..FormSpec::EMPTY
};
const GATHER_FORM: FormSpec = FormSpec {
    key_field: Some((params::TOKEN_FIELD, Scope::Upload)),
    ..FormSpec::EMPTY
};
const DELETE_FORM: FormSpec = FormSpec {
    key_field: Some((params::TOKEN_FIELD, Scope::Delete)),
    ..FormSpec::EMPTY
};

/// All under `/img/`, and four paths beside another dialect's.
fn claims(_: &Method, path: &str) -> bool {
    path.starts_with("/img/")
        || [UPLOAD_PATH, DELETE_PATH, GATHER_PATH, UNIVERSE_DELETE_PATH].contains(&path)
}

#[derive(utoipa::OpenApi)]
#[openapi(
    tags((name = "imgshare", description = "The API of imgshare.danielthefox.com: scripts upload, fetch and delete with a key as `token` in the form. Errors are text for people; programs go by the status."))
)]
struct ApiDoc;

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(ApiDoc::openapi())
        .routes(routes!(upload))
        .routes(routes!(delete))
        .routes(routes!(gather))
        .routes(routes!(delete_universe))
        .routes(routes!(show_original))
        .routes(routes!(show_size))
}

/// Take a picture in
#[utoipa::path(post, path = "/api/v1/img_upload.php", params(IdempotencyParams),
    request_body(content = schemas::Upload, content_type = "multipart/form-data"),
    responses((status = 200, description = "It is kept.", content((responses::Uploaded = "application/json"), (String = "text/plain; charset=utf-8"))), (status = 422)))]
async fn upload(
    State(app): State<App>,
    client: ClientInfo,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let form = form::read_form(&app, &client, &headers, body, &UPLOAD_FORM).await?;
    let actor = require_actor(&form)?;
    let wishes = UploadOptions::from_fields(&form.fields);
    let (incoming, name) = form.into_file()?;
    let picture = ReceivedFile {
        staged: incoming,
        name,
    };
    store(&app, client, actor, picture, wishes, key).await
}

/// Take in a picture from an address
#[utoipa::path(post, path = "/api/v1/img_gather.php", params(IdempotencyParams),
    request_body(content((schemas::Gathered = "multipart/form-data"), (schemas::Gathered = "application/x-www-form-urlencoded"), (schemas::Gathered = "application/json"))),
    responses((status = 200, description = "It is kept.", content((responses::Uploaded = "application/json"), (String = "text/plain; charset=utf-8"))), (status = 422)))]
async fn gather(
    State(app): State<App>,
    client: ClientInfo,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let form = form::read_form(&app, &client, &headers, body, &GATHER_FORM).await?;
    let actor = require_actor(&form)?;
    let url = first_value(&form.fields, params::URL_FIELDS)
        .ok_or_else(|| missing_parameter(params::URL_FIELDS))?;
    let agent = build_user_agent(&app, &client, &actor).await?;
    let (incoming, name) = fetch(&app, url, &agent, MAX_BYTES).await?;
    let picture = ReceivedFile {
        staged: incoming,
        name,
    };
    store(
        &app,
        client,
        actor,
        picture,
        UploadOptions::from_fields(&form.fields),
        key,
    )
    .await
}

/// Delete a picture and all its sizes
#[utoipa::path(post, path = "/api/v1/img_delete.php",
    request_body(content((schemas::Deletion = "multipart/form-data"), (schemas::Deletion = "application/x-www-form-urlencoded"), (schemas::Deletion = "application/json"))),
    responses((status = 200, body = String, content_type = "text/plain; charset=utf-8", description = "It is gone."), (status = 404)))]
async fn delete(
    State(app): State<App>,
    client: ClientInfo,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let form = form::read_form(&app, &client, &headers, body, &DELETE_FORM).await?;
    let actor = require_actor(&form)?;
    let name = first_value(&form.fields, params::DELETE_FIELDS);
    let name = name
        .ok_or_else(|| missing_parameter(params::DELETE_FIELDS))?
        .to_owned();
    app.run_blocking(move |library, _| {
        let own = account_name(library, &actor)?;
        let name = paths::parse(&own, &name).ok_or(Error::NoSuchImage)?;
        let image = library.find_image_for(&actor, Action::Delete, &name)?;
        Ok(library.delete_image(&actor, &image)?)
    })
    .await?;
    Ok(text(
        StatusCode::OK,
        "The picture and all its sizes are deleted.\n",
    ))
}

// A joke of the reference's. Whoever calls it correctly is refused; nothing is ever touched.
/// Always refused: nothing is ever touched
#[utoipa::path(get, path = "/api/v1/universe_delete.php", operation_id = "universe", security(("token_in_query" = [])), responses((status = 403)))]
async fn delete_universe(
    State(app): State<App>,
    client: ClientInfo,
    Query(query): Query,
) -> Result<Response> {
    let token = first_value(&query, &[params::TOKEN_FIELD]).ok_or(MISSING_TOKEN)?;
    match extract::authenticate(&app, &client, token.to_owned()).await {
        Ok(_) => Err(Error::Forbidden),
        // Elsewhere a wrong token is forbidden; here that would say that it is right.
        Err(Error::Unauthorised(_)) => Err(MISSING_TOKEN),
        Err(error) => Err(error),
    }
}

/// The picture's own bytes
#[utoipa::path(get, path = "/img/{account}/{file}", operation_id = "native", responses(ImageResponses),
    params(("account" = String, Path), ("file" = String, Path, description = "The picture's name, as in `20260214_fountain.jpg`.")))]
async fn show_original(
    State(app): State<App>,
    PathParams((account, file)): PathParams<(String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    let name = imgshare::original_name(&account, &file).ok_or(Error::NoSuchImage)?;
    deliver(&app, asked, name, CachePolicy::OneYear, |_| {
        Representation::Original
    })
    .await
}

/// The picture within 1024 × 768, 640 × 480 or 320 × 240
///
/// Made within a minute of the upload; until then it is not there, and Retry-After says when to ask again.
#[utoipa::path(get, path = "/img/{account}/{size}/{file}", operation_id = "reduced", responses(ImageResponses),
    params(("account" = String, Path), ("size" = String, Path, description = "`xga`, `vga` or `qvga`."),
        ("file" = String, Path, description = "The picture's name, as in `20260214_fountain.jpg`.")))]
async fn show_size(
    State(app): State<App>,
    PathParams((account, size, file)): PathParams<(String, String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    let (name, transform) = paths::parse_size(&account, &size, &file).ok_or(Error::NoSuchImage)?;
    deliver(&app, asked, name, CachePolicy::OneYear, move |_| {
        Representation::BackgroundVariant(transform)
    })
    .await
}

/// A picture that was uploaded or gathered, which makes no difference from here on.
struct ReceivedFile {
    staged: StagedUpload,
    /// The file name it came with.
    name: String,
}

async fn store(
    app: &App,
    client: ClientInfo,
    actor: Actor,
    picture: ReceivedFile,
    wishes: UploadOptions,
    key: Option<String>,
) -> Result<Response> {
    let config = app.config();
    let tiers = config.imgshare_lifetimes.clone();
    let extra_sizes_delay = Duration::from_millis(config.reductions_delay_ms);
    let answer = app
        .run_blocking(move |library, _| {
            let ReceivedFile {
                staged: incoming,
                name,
            } = picture;
            let format = detect_format(&incoming)?;
            let name = wishes.filename.unwrap_or(name);
            let life = wishes.expiration.lifetime(incoming.size(), &tiers);
            let details = UploadMetadata {
                expires_at: life.map(|life| library.now().plus(life)),
                alias_makers: vec![Arc::new(if wishes.preserve_name {
                    file_names::preserve_name(&name, format)
                } else {
                    ImgshareAliases::default()
                })],
                extra_sizes: imgshare::SIZES.iter().map(Size::transform).collect(),
                extra_sizes_delay,
                ..UploadMetadata::default()
            };
            let answer = |kept: &StoredImage| render(&client.base_url, kept, wishes.output);
            let upload = Upload {
                staged_upload: incoming,
                name,
                origin: IMGSHARE.name,
                metadata: details,
            };
            Ok(store_idempotent(key.as_deref(), &answer, |remember| {
                library.add_image(&actor, upload, remember)
            })?)
        })
        .await?;
    into_response(answer)
}

/// The format, if it is one of those that there are here. Neither name nor declared type matter.
fn detect_format(incoming: &StagedUpload) -> Result<Format> {
    let refusal = match incoming.sniff_format()? {
        Some(format) if imgshare::FORMATS.contains(&format) => return Ok(format),
        Some(format) => imaging::Error::Unsupported(format),
        None if incoming.size() == 0 => imaging::Error::Empty,
        None => imaging::Error::NotAnImage,
    };
    Err(Error::BadImage(refusal))
}

const MISSING_TOKEN: Error = Error::Unauthorised(CredentialError::Missing);

fn require_actor(form: &Form) -> Result<Actor> {
    form.actor.clone().ok_or(MISSING_TOKEN)
}

fn missing_parameter(parameter: &[&'static str]) -> Error {
    Error::bad_parameter(parameter[0], "is missing")
}

fn account_name(library: &Library, actor: &Actor) -> Result<String> {
    let id = actor.account().ok_or(MISSING_TOKEN)?;
    Ok(library.account(id)?.name)
}

/// Whoever is asked for a picture may know for whom, and whom to complain to.
async fn build_user_agent(app: &App, client: &ClientInfo, actor: &Actor) -> Result<String> {
    let actor = actor.clone();
    let account = app
        .run_blocking(move |library, _| account_name(library, &actor))
        .await?;
    let config = app.config();
    let contact = config.contact.as_deref().unwrap_or(&client.base_url);
    let version = env!("CARGO_PKG_VERSION");
    Ok(format!(
        "vitrine/{version} (fetched for {account}; contact: {contact})"
    ))
}

/// The text is for people, and nobody else should read it.
fn render_error(error: &Error) -> Response {
    let status = match error {
        // A token that is no good.
        Error::Unauthorised(CredentialError::Wrong | CredentialError::Expired) => {
            StatusCode::FORBIDDEN
        }
        Error::BadImage(imaging::Error::NotAnImage | imaging::Error::Unsupported(_)) => {
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        }
        other => other.status(),
    };
    let words: Cow<'static, str> = match error {
        Error::NoFile => "There is no picture in the request; send one as `file` of a multipart form.".into(),
        Error::BadImage(imaging::Error::NotAnImage | imaging::Error::Unsupported(_)) => {
            "Only JPEG, BMP, PNG and WEBP pictures are taken here; convert it first.".into()
        }
        Error::Unauthorised(CredentialError::Missing) => "This needs a valid token; send it as `token`.".into(),
        Error::Unauthorised(_) => "This token is unknown, has expired or was deleted; make a new one.".into(),
        Error::Forbidden => "This token is not allowed to do that.".into(),
        Error::TooLarge => "The picture is too large; at most 32 MiB are taken here, or less where the server says so.".into(),
        Error::NotReady { retry_after_secs: after } => format!("This size is being made; ask again in {after} seconds.").into(),
        other => other.message(),
    };
    text(status, format!("{words}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_four_calls_and_the_img_prefix_are_claimed_and_nothing_else() {
        for path in [
            "/api/v1/img_upload.php",
            "/api/v1/img_delete.php",
            "/api/v1/img_gather.php",
            "/api/v1/universe_delete.php",
            "/img/kitten/a.jpg",
            "/img/kitten/xga/a.jpg",
            "/img/a/b/c/d",
            "/img/x",
        ] {
            assert!(claims(&Method::GET, path), "{path}");
        }
        for path in [
            "/img",
            "/image/x",
            "/images/2026/x",
            "/api/v1/images",
            "/api/v1/img_list.php",
        ] {
            assert!(!claims(&Method::GET, path), "{path}");
        }
    }
}
