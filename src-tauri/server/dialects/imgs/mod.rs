//! imgs, the language of imgs.modscape.com: one upload, ten-character names, widths made on demand.
//!
//! Our one addition is `/{id}/original`: the stored bytes whatever their width.

mod openapi;

use std::borrow::Cow;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use imaging::{Format, Transform};
use library::{Answer, Details, Door, Image, ImageName, Kept, Scope, Upload};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Dialect, answered, json, kept};
use crate::deliver::{Caching, Wish, deliver};
use crate::error::{Error, Result};
use crate::http::extract::{Bearer, IdempotencyKey, Segments};
use crate::http::middleware::real_ip::Client;
use crate::links;
use crate::state::App;
use crate::upload::form;
use crate::upload::form::Wanted;

pub const IMGS: Dialect = Dialect {
    name: "imgs",
    claims,
    routes,
    refuse,
    describe: openapi::describe,
};

const WANTED: Wanted = Wanted {
    files: &["file"],
    only_parts: true,
    ..Wanted::NOTHING
};

/// No picture is served wider, except as `/{id}/original`.
const WIDEST: u32 = 2400;

/// Every path of one or two segments that is not another program's API.
fn claims(_: &Method, path: &str) -> bool {
    let Some(path) = path.strip_prefix('/') else {
        return false;
    };
    let mut segments = path.split('/');
    let first = segments.next().unwrap_or_default();
    !first.is_empty() && first != "api" && segments.count() <= 1
}

fn routes() -> Router<App> {
    Router::new()
        .route("/upload", post(upload))
        .route("/{id}", get(show).delete(delete))
        .route("/{id}/original", get(original))
        .route("/{id}/{width}", get(resized))
}

async fn upload(
    State(app): State<App>,
    client: Client,
    Bearer(actor): Bearer,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.admit(&actor, &client)?;
    let form = form::form(&app, &client, &headers, body, &WANTED).await?;
    let (incoming, name) = form.picture()?;
    let answer = app
        .ask(move |library, _| {
            let answer = |kept: &Kept| uploaded(&client.base, &kept.image);
            let upload = Upload {
                incoming,
                name,
                door: Door::Imgs,
                details: Details::default(),
            };
            Ok(kept(key.as_deref(), &answer, |remember| {
                library.add(&actor, upload, remember)
            })?)
        })
        .await?;
    answered(answer)
}

async fn show(
    State(app): State<App>,
    Segments(id): Segments<String>,
    asked: HeaderMap,
) -> Result<Response> {
    deliver(&app, asked, name(id)?, Caching::Lasting, shown).await
}

async fn original(
    State(app): State<App>,
    Segments(id): Segments<String>,
    asked: HeaderMap,
) -> Result<Response> {
    deliver(&app, asked, name(id)?, Caching::Lasting, |_| Wish::Original).await
}

async fn resized(
    State(app): State<App>,
    Segments((id, width)): Segments<(String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    let name = name(id)?;
    let width = parse_width(&width)?;
    deliver(&app, asked, name, Caching::Lasting, move |image| {
        at_width(image, width)
    })
    .await
}

async fn delete(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Segments(id): Segments<String>,
) -> Result<Response> {
    actor.may(Scope::Delete)?;
    let name = name(id.clone())?;
    app.ask(move |library, _| {
        let image = library.find(&name)?;
        Ok(library.delete(&actor, &image)?)
    })
    .await?;
    Ok(json(StatusCode::OK, &serde_json::json!({ "deleted": id })))
}

/// Ten letters or digits; anything else names nothing.
fn name(id: String) -> Result<ImageName> {
    let well_formed = id.len() == 10 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if well_formed {
        Ok(ImageName::Short(id))
    } else {
        Err(Error::NoSuchImage)
    }
}

/// Digits that make 1 to 2400; `0400` is 400.
fn parse_width(text: &str) -> Result<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let width = if digits { text.parse().ok() } else { None };
    width
        .filter(|width| (1..=WIDEST).contains(width))
        .ok_or(Error::BadWidth {
            least: 1,
            most: WIDEST,
        })
}

/// What the bare address shows: the original, where a browser can show it and it is not too wide.
fn shown(image: &Image) -> Wish {
    let narrow = image.info.width <= WIDEST && image.info.format.browsers_show();
    if narrow || is_drawn(image) {
        Wish::Original
    } else {
        at_width(image, WIDEST)
    }
}

/// Never enlarged: from its own width on the picture is served as it is, unless that would be a
/// format that we do not write.
fn at_width(image: &Image, width: u32) -> Wish {
    let transform = Transform::to_width(width.min(image.info.width));
    let (format, _, _) = transform.output(&image.info);
    if width >= image.info.width && format == image.info.format || is_drawn(image) {
        Wish::Original
    } else {
        Wish::Variant(transform)
    }
}

/// Whether it is no raster of pixels: browsers draw it at any size.
fn is_drawn(image: &Image) -> bool {
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
    sizes: Sizes,
}

fn uploaded(base: &str, image: &Image) -> Answer {
    let uploaded = Uploaded {
        id: &image.short,
        original: links::short(base, image),
        sizes: Sizes(links::sizes(base, image)),
    };
    Answer {
        status: 200,
        media_type: "application/json".to_owned(),
        body: serde_json::to_vec(&uploaded).unwrap_or_default(),
    }
}

/// An object whose keys are widths, in the order of the widths; `{}` when there are none.
struct Sizes(Vec<(u32, String)>);

impl Serialize for Sizes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sizes = serializer.serialize_map(Some(self.0.len()))?;
        for (width, url) in &self.0 {
            sizes.serialize_entry(&width.to_string(), url)?;
        }
        sizes.end()
    }
}

fn refuse(error: &Error) -> Response {
    let words: Cow<'static, str> = match error {
        // A body that is no readable form has no file part either.
        Error::NoFile | Error::BadBody { .. } | Error::UnsupportedMediaType => {
            "No file uploaded".into()
        }
        Error::BadPicture(_) => "Invalid image file".into(),
        Error::BadWidth { .. } => "Width must be between 1 and 2400".into(),
        Error::BadIdempotencyKey { .. } => "Idempotency-Key must have 1 to 128 characters".into(),
        Error::Unauthorised(_) => "Unauthorized".into(),
        Error::Forbidden => "Forbidden".into(),
        Error::NoSuchImage | Error::NotYours | Error::NoSuchPlace => "Image not found".into(),
        Error::MethodNotAllowed => "Method not allowed".into(),
        Error::TooSlow => "Upload timed out".into(),
        Error::TooLarge => "File too large".into(),
        Error::OutOfRange { .. } => "Range not satisfiable".into(),
        Error::KeyReused => "Idempotency-Key was used for another file".into(),
        Error::TooMany { .. } => "Too many requests".into(),
        Error::Busy { .. } => "Server is busy".into(),
        Error::Full => "Server storage is full".into(),
        Error::Internal(_) => "Internal server error".into(),
        other => other.sentence(),
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
        assert!(name("a7xK9mPq2w".into()).is_ok());
        for id in [
            "a7xK9mPq2",
            "a7xK9mPq2wX",
            "a7xK9mPq2-",
            "a7xK9mPqé",
            "favicon.ico",
        ] {
            assert!(name(id.into()).is_err(), "{id}");
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
