//! imgs, the language of imgs.modscape.com: one upload, ten-character names, widths made on demand.
//!
//! Our one addition is `/{id}/original`: the stored bytes whatever their width.

mod schemas;

use std::borrow::Cow;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use imaging::{Format, Transform};
use library::{Image, ImageName, Scope, StoredImage, StoredResponse, Upload, UploadMetadata};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::deliver::{CachePolicy, Representation, deliver};
use crate::dialects::dialect::Dialect;
use crate::dialects::openapi::IdempotencyParams;
use crate::dialects::openapi::ImageResponses;
use crate::dialects::openapi::{OpenApiStyle, schema_ref};
use crate::dialects::reply::{into_response, json, store_idempotent};
use crate::error::{Error, Result};
use crate::http::extract::{Bearer, IdempotencyKey, PathParams};
use crate::http::middleware::real_ip::ClientInfo;
use crate::links;
use crate::state::App;
use crate::upload::form;
use crate::upload::form::FormSpec;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub const IMGS: Dialect = Dialect {
    name: "imgs",
    claims,
    routes,
    render_error,
    openapi_style: OpenApiStyle {
        body_errors: &[400, 408, 413],
        credential_errors: &[401, 403, 429],
        error_bodies: |_| vec![("application/json", schema_ref("imgs.Refused"))],
    },
};

const FORM: FormSpec = FormSpec {
    file_fields: &["file"],
    multipart_only: true,
    ..FormSpec::EMPTY
};

/// No picture is served wider, except as `/{id}/original`.
const MAX_WIDTH: u32 = 2400;

/// Every path of one or two segments that is not another program's API.
fn claims(_: &Method, path: &str) -> bool {
    let Some(path) = path.strip_prefix('/') else {
        return false;
    };
    let mut segments = path.split('/');
    let first = segments.next().unwrap_or_default();
    !first.is_empty() && first != "api" && segments.count() <= 1
}

#[derive(utoipa::OpenApi)]
#[openapi(
    components(schemas(schemas::Refused)),
    tags((name = "imgs", description = "The API of imgs.modscape.com: one upload, ten-character ids, widths rendered on demand."))
)]
struct ApiDoc;

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(ApiDoc::openapi())
        .routes(routes!(upload))
        .routes(routes!(show_image, delete))
        .routes(routes!(show_original))
        .routes(routes!(show_resized))
}

/// Take a picture in
#[utoipa::path(post, path = "/upload", params(IdempotencyParams), security(("key" = [])),
    request_body(content = schemas::Upload, content_type = "multipart/form-data"),
    responses((status = 200, body = Uploaded, description = "It is kept."), (status = 422)))]
async fn upload(
    State(app): State<App>,
    client: ClientInfo,
    Bearer(actor): Bearer,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.authorise_upload(&actor, &client)?;
    let form = form::read_form(&app, &client, &headers, body, &FORM).await?;
    let (incoming, name) = form.into_file()?;
    let answer = app
        .run_blocking(move |library, _| {
            let answer = |kept: &StoredImage| upload_response(&client.base_url, &kept.image);
            let upload = Upload {
                staged_upload: incoming,
                name,
                origin: IMGS.name,
                metadata: UploadMetadata::default(),
            };
            Ok(store_idempotent(key.as_deref(), &answer, |remember| {
                library.add_image(&actor, upload, remember)
            })?)
        })
        .await?;
    into_response(answer)
}

/// The picture, at most 2400 px wide
#[utoipa::path(get, path = "/{id}", operation_id = "show", params(("id" = String, Path, pattern = "^[0-9A-Za-z]{10}$")), responses(ImageResponses))]
async fn show_image(
    State(app): State<App>,
    PathParams(id): PathParams<String>,
    asked: HeaderMap,
) -> Result<Response> {
    deliver(
        &app,
        asked,
        parse_name(id)?,
        CachePolicy::Immutable,
        default_representation,
    )
    .await
}

/// The very bytes that were uploaded
#[utoipa::path(get, path = "/{id}/original", operation_id = "original", params(("id" = String, Path, pattern = "^[0-9A-Za-z]{10}$")), responses(ImageResponses))]
async fn show_original(
    State(app): State<App>,
    PathParams(id): PathParams<String>,
    asked: HeaderMap,
) -> Result<Response> {
    deliver(&app, asked, parse_name(id)?, CachePolicy::Immutable, |_| {
        Representation::Original
    })
    .await
}

/// The picture at a width, never enlarged
#[utoipa::path(get, path = "/{id}/{width}", operation_id = "resized", responses(ImageResponses, (status = 400)),
    params(("id" = String, Path, pattern = "^[0-9A-Za-z]{10}$"), ("width" = u32, Path, minimum = 1, maximum = 2400)))]
async fn show_resized(
    State(app): State<App>,
    PathParams((id, width)): PathParams<(String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    let name = parse_name(id)?;
    let width = parse_width(&width)?;
    deliver(&app, asked, name, CachePolicy::Immutable, move |image| {
        representation_at_width(image, width)
    })
    .await
}

/// Delete a picture and all its sizes
#[utoipa::path(delete, path = "/{id}", params(("id" = String, Path, pattern = "^[0-9A-Za-z]{10}$")), security(("key" = [])),
    responses((status = 200, body = schemas::Deleted, description = "It is gone."), (status = 404)))]
async fn delete(
    State(app): State<App>,
    Bearer(actor): Bearer,
    PathParams(id): PathParams<String>,
) -> Result<Response> {
    actor.require_scope(Scope::Delete)?;
    let name = parse_name(id.clone())?;
    app.run_blocking(move |library, _| {
        let image = library.find_image(&name)?;
        Ok(library.delete_image(&actor, &image)?)
    })
    .await?;
    Ok(json(StatusCode::OK, &serde_json::json!({ "deleted": id })))
}

/// Ten letters or digits; anything else names nothing.
fn parse_name(id: String) -> Result<ImageName> {
    let well_formed = id.len() == 10 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if well_formed {
        Ok(ImageName::ShortName(id))
    } else {
        Err(Error::NoSuchImage)
    }
}

/// Digits that make 1 to 2400; `0400` is 400.
fn parse_width(text: &str) -> Result<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let width = if digits { text.parse().ok() } else { None };
    width
        .filter(|width| (1..=MAX_WIDTH).contains(width))
        .ok_or(Error::BadWidth {
            least: 1,
            most: MAX_WIDTH,
        })
}

/// What the bare address shows: the original, where a browser can show it and it is not too wide.
fn default_representation(image: &Image) -> Representation {
    let narrow = image.info.width <= MAX_WIDTH && image.info.format.has_browser_support();
    if narrow || is_vector(image) {
        Representation::Original
    } else {
        representation_at_width(image, MAX_WIDTH)
    }
}

/// Never enlarged: from its own width on the picture is served as it is, unless that would be a
/// format that we do not write.
fn representation_at_width(image: &Image, width: u32) -> Representation {
    let transform = Transform::to_width(width.min(image.info.width));
    let (format, _, _) = transform.resolve_output(&image.info);
    if width >= image.info.width && format == image.info.format || is_vector(image) {
        Representation::Original
    } else {
        Representation::Variant(transform)
    }
}

/// Whether it is no raster of pixels: browsers draw it at any size.
fn is_vector(image: &Image) -> bool {
    image.info.format == Format::Svg
}

/// The answer to an upload.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = imgs::Uploaded)]
struct Uploaded<'a> {
    id: &'a str,
    /// Where the picture is shown.
    original: String,
    /// Its usual smaller widths, each with its address.
    #[schema(value_type = BTreeMap<String, String>)]
    sizes: SizeUrls,
}

fn upload_response(base: &str, image: &Image) -> StoredResponse {
    let uploaded = Uploaded {
        id: &image.short_name,
        original: links::short_url(base, image),
        sizes: SizeUrls(links::size_urls(base, image)),
    };
    StoredResponse {
        status: 200,
        media_type: "application/json".to_owned(),
        body: serde_json::to_vec(&uploaded).unwrap_or_default(),
    }
}

/// An object whose keys are widths, in the order of the widths; `{}` when there are none.
struct SizeUrls(Vec<(u32, String)>);

impl Serialize for SizeUrls {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sizes = serializer.serialize_map(Some(self.0.len()))?;
        for (width, url) in &self.0 {
            sizes.serialize_entry(&width.to_string(), url)?;
        }
        sizes.end()
    }
}

fn render_error(error: &Error) -> Response {
    let words: Cow<'static, str> = match error {
        // A body that is no readable form has no file part either.
        Error::NoFile | Error::BadBody { .. } | Error::UnsupportedMediaType => {
            "No file uploaded".into()
        }
        Error::BadImage(_) => "Invalid image file".into(),
        Error::BadWidth { .. } => "Width must be between 1 and 2400".into(),
        Error::BadIdempotencyKey { .. } => "Idempotency-Key must have 1 to 128 characters".into(),
        Error::Unauthorised(_) => "Unauthorized".into(),
        Error::Forbidden => "Forbidden".into(),
        Error::NoSuchImage | Error::NotYours | Error::UnknownRoute => "Image not found".into(),
        Error::MethodNotAllowed => "Method not allowed".into(),
        Error::BodyTimeout => "Upload timed out".into(),
        Error::TooLarge => "File too large".into(),
        Error::OutOfRange { .. } => "Range not satisfiable".into(),
        Error::KeyReused => "Idempotency-Key was used for another file".into(),
        Error::RateLimited { .. } => "Too many requests".into(),
        Error::Overloaded { .. } => "Server is busy".into(),
        Error::DiskFull => "Server storage is full".into(),
        Error::Internal(_) => "Internal server error".into(),
        other => other.message(),
    };
    json(error.status(), &serde_json::json!({ "error": words }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_width_is_digits_between_1_and_2400() {
        for (text, width) in [
            ("1", 1),
            ("2400", 2400),
            ("0400", 400),
            ("0000000000000000000001", 1),
        ] {
            assert_eq!(parse_width(text).unwrap(), width, "{text}");
        }
        for text in [
            "0",
            "2401",
            "abc",
            "-5",
            "+400",
            "400.5",
            "1e3",
            "",
            " 400",
            "٤٠٠",
            "0x10",
            "99999999999999999999",
        ] {
            assert!(
                matches!(parse_width(text), Err(Error::BadWidth { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn a_name_is_ten_letters_or_digits() {
        assert!(parse_name("a7xK9mPq2w".into()).is_ok());
        for id in [
            "a7xK9mPq2",
            "a7xK9mPq2wX",
            "a7xK9mPq2-",
            "a7xK9mPqé",
            "favicon.ico",
        ] {
            assert!(parse_name(id.into()).is_err(), "{id}");
        }
    }

    #[test]
    fn short_paths_outside_of_other_apis_are_claimed() {
        for path in [
            "/upload",
            "/a7xK9mPq2w",
            "/a7xK9mPq2w/400",
            "/nothing",
            "/no/thing",
            "/apis",
        ] {
            assert!(claims(&Method::GET, path), "{path}");
        }
        for path in ["/", "*", "", "/api", "/api/x", "/api/1/upload", "/a/b/c"] {
            assert!(!claims(&Method::GET, path), "{path}");
        }
    }
}
