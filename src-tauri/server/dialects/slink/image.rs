//! `GET /image/{id}.{ext}`: the picture, at the size and in the format that the address asks for.

use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use imaging::{Fit, Format, OutputFormat, Transform};
use library::Image;
use utoipa::Modify;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

use super::auth;
use super::schemas;
use crate::deliver::{Representation, deliver_and_count};
use crate::dialects::openapi::ImageResponses;
use crate::error::{Error, Result};
use crate::http::extract::{PathParams, Query};
use crate::state::App;
use crate::upload::form::Fields;

/// A thumbnail's sides; square.
const THUMBNAIL_SIDE: u32 = 300;
/// More is taken for this.
const MAX_SIDE: u32 = 8192;

/// The picture in the format of the ending, at a size or cut to it
#[utoipa::path(get, path = "/image/{id}.{ext}", responses(ImageResponses, (status = 400)), params(schemas::Size, ("id" = String, Path, format = "uuid"), ("ext" = String, Path, pattern = "^(jpe?g|jpe|png|webp|gif|avif|bmp|tiff?|ico|svg|hei[cf]|tga)$")))]
pub async fn show(
    State(app): State<App>,
    method: Method,
    PathParams(file): PathParams<String>,
    Query(query): Query,
    asked: HeaderMap,
) -> Result<Response> {
    let name = FileName::parse(&file).ok_or(Error::NoSuchImage)?;
    let size = if name.is_thumbnail {
        RequestedSize::thumbnail(&query)?
    } else {
        RequestedSize::from_query(&query)?
    };
    let image = auth::parse_image_name(&name.id)?;
    deliver_and_count(&app, &method, asked, image, move |image| {
        choose_representation(image, &name.extension, size)
    })
    .await
}

/// Describes the other three paths that [`show`] answers: under `/api`, and with `_thumbnail`.
pub struct ImagePaths;

impl Modify for ImagePaths {
    fn modify(&self, api: &mut OpenApi) {
        let Some(item) = api.paths.paths.get("/image/{id}.{ext}").cloned() else {
            return;
        };
        for (path, operation_id, is_thumbnail) in [
            ("/image/{id}_thumbnail.{ext}", "thumbnail", true),
            ("/api/image/{id}.{ext}", "show_by_api", false),
            ("/api/image/{id}_thumbnail.{ext}", "thumbnail_by_api", true),
        ] {
            let mut item = item.clone();
            if let Some(operation) = &mut item.get {
                operation.operation_id = Some(operation_id.to_owned());
                if is_thumbnail {
                    operation.summary = Some("The image cropped to a square of 300 px".to_owned());
                    let parameters = operation.parameters.iter_mut().flatten();
                    let in_path = parameters.filter(|parameter| is_in_path(parameter));
                    operation.parameters =
                        Some(in_path.map(|parameter| parameter.clone()).collect());
                }
            }
            api.paths.paths.insert(path.to_owned(), item);
        }
    }
}

fn is_in_path(parameter: &RefOr<Parameter>) -> bool {
    matches!(parameter, RefOr::T(parameter) if matches!(parameter.parameter_in, ParameterIn::Path))
}

/// Whether this is how a picture is called, and no title of Chevereto's: an id and an image's ending.
pub fn is_image_file(file: &str) -> bool {
    FileName::parse(file).is_some_and(|name| {
        auth::parse_image_name(&name.id).is_ok() && EXTENSIONS.contains(&name.extension.as_str())
    })
}

/// The endings that image files have.
const EXTENSIONS: [&str; 15] = [
    "jpg", "jpeg", "jpe", "png", "webp", "gif", "avif", "bmp", "tif", "tiff", "ico", "svg", "heic",
    "heif", "tga",
];

/// `{id}.{extension}` or `{id}_thumbnail.{extension}`.
#[derive(Debug, PartialEq, Eq)]
struct FileName {
    id: String,
    is_thumbnail: bool,
    /// In lower case.
    extension: String,
}

impl FileName {
    fn parse(file: &str) -> Option<FileName> {
        let (stem, extension) = file.rsplit_once('.')?;
        let (id, thumbnail) = match stem.strip_suffix("_thumbnail") {
            Some(id) => (id, true),
            None => (stem, false),
        };
        Some(FileName {
            id: id.to_owned(),
            is_thumbnail: thumbnail,
            extension: extension.to_ascii_lowercase(),
        })
    }
}

/// What the query asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct RequestedSize {
    width: Option<u32>,
    height: Option<u32>,
    crop: bool,
    quality: Option<u8>,
}

impl RequestedSize {
    fn from_query(query: &Fields) -> Result<RequestedSize> {
        let width = parse_side(query, ["w", "width"])?;
        let height = parse_side(query, ["h", "height"])?;
        let crop = query.get("crop").is_some_and(is_truthy);
        // Cut to one side, it is cut to a square.
        let (width, height) = match (width, height) {
            (Some(one), None) | (None, Some(one)) if crop => (Some(one), Some(one)),
            both => both,
        };
        Ok(RequestedSize {
            width,
            height,
            crop,
            quality: parse_quality(query)?,
        })
    }

    fn thumbnail(query: &Fields) -> Result<RequestedSize> {
        Ok(RequestedSize {
            width: Some(THUMBNAIL_SIDE),
            height: Some(THUMBNAIL_SIDE),
            crop: true,
            quality: parse_quality(query)?,
        })
    }
}

/// A yes as PHP reads it; everything else is a no.
pub fn is_truthy(text: &str) -> bool {
    ["true", "1", "on", "yes"]
        .iter()
        .any(|yes| text.eq_ignore_ascii_case(yes))
}

fn parse_side(query: &Fields, names: [&'static str; 2]) -> Result<Option<u32>> {
    let Some(text) = query.first_present(&names) else {
        return Ok(None);
    };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // Digits that make no number make one that is too large.
    let number = digits.then(|| text.parse().unwrap_or(u32::MAX));
    match number {
        Some(pixels) if pixels > 0 => Ok(Some(pixels.min(MAX_SIDE))),
        _ => {
            let name = if query.get(names[0]).is_some() {
                names[0]
            } else {
                names[1]
            };
            Err(Error::bad_parameter(
                name,
                "must be a whole number of pixels, at least 1",
            ))
        }
    }
}

fn parse_quality(query: &Fields) -> Result<Option<u8>> {
    let Some(text) = query.get("quality") else {
        return Ok(None);
    };
    match text.parse() {
        Ok(quality @ 1..=100) if !text.starts_with('+') => Ok(Some(quality)),
        _ => Err(Error::bad_parameter(
            "quality",
            "must be a whole number from 1 to 100",
        )),
    }
}

/// What of the image an address with this ending and size means; `None` where it means nothing.
fn choose_representation(
    image: &Image,
    extension: &str,
    size: RequestedSize,
) -> Option<Representation> {
    let source = image.info.format;
    let own = is_same_extension(extension, &image.extension);
    // The image keeps its name when its bytes are replaced, and the type tells what they are.
    let target = match (own, output_format(extension)) {
        (true, _) => source,
        (false, Some(target)) if source != Format::Svg => target,
        (false, _) => return None,
    };
    if source == Format::Svg {
        return Some(Representation::Original);
    }
    let size = if source == Format::Ico {
        RequestedSize::default()
    } else {
        size
    };
    let has_quality = matches!(target, Format::Jpeg | Format::WebP | Format::Avif);
    let transform = Transform {
        width: size.width,
        height: size.height,
        fit: if size.crop { Fit::Cover } else { Fit::Inside },
        format: match target {
            // Said so it is the same variant as other doors'.
            target if target == source && target != Format::Bmp => OutputFormat::Source,
            target if target.can_encode() => OutputFormat::Fixed(target),
            _ => OutputFormat::Source,
        },
        quality: size.quality.filter(|_| has_quality),
        ..Transform::to_width(1)
    };
    let (_, width, height) = transform.resolve_output(&image.info);
    let whole = (width, height) == (image.info.width, image.info.height);
    if target == source && whole && transform.quality.is_none() {
        Some(Representation::Original)
    } else {
        Some(Representation::Variant(transform))
    }
}

/// The format that a picture of this ending is made in.
fn output_format(extension: &str) -> Option<Format> {
    match extension {
        "jpg" | "jpeg" => Some(Format::Jpeg),
        "png" => Some(Format::Png),
        "webp" => Some(Format::WebP),
        "gif" => Some(Format::Gif),
        "avif" => Some(Format::Avif),
        "bmp" => Some(Format::Bmp),
        _ => None,
    }
}

/// Two spellings of one ending are one.
fn is_same_extension(one: &str, other: &str) -> bool {
    let usual = |ending: &str| match ending {
        "jpeg" | "jpe" => "jpg".to_owned(),
        "tiff" => "tif".to_owned(),
        other => other.to_owned(),
    };
    usual(one) == usual(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_size(query: &str) -> Result<RequestedSize> {
        RequestedSize::from_query(&Fields::from_query(query))
    }

    fn sides(query: &str) -> (Option<u32>, Option<u32>, bool) {
        let size = parse_size(query).unwrap();
        (size.width, size.height, size.crop)
    }

    #[test]
    fn a_file_name_is_an_id_an_extension_and_perhaps_a_thumbnail_suffix() {
        let name = FileName::parse("a.b_thumbnail.WebP").unwrap();
        assert_eq!(
            (&*name.id, name.is_thumbnail, &*name.extension),
            ("a.b", true, "webp")
        );
        assert!(!FileName::parse("a.jpg").unwrap().is_thumbnail);
        assert_eq!(FileName::parse("a"), None);
    }

    #[test]
    fn both_spellings_of_a_side_are_read_and_the_short_one_wins() {
        assert_eq!(sides(""), (None, None, false));
        assert_eq!(sides("w=800&h=600"), (Some(800), Some(600), false));
        assert_eq!(sides("width=800&height=600"), (Some(800), Some(600), false));
        assert_eq!(sides("w=1&width=2&height=3&h=4"), (Some(1), Some(4), false));
        assert_eq!(
            sides("w=0800&s=signature&filter=x"),
            (Some(800), None, false)
        );
    }

    #[test]
    fn sides_beyond_the_maximum_are_clamped() {
        assert_eq!(
            sides("w=8193&h=99999999999999999999"),
            (Some(8192), Some(8192), false)
        );
    }

    #[test]
    fn a_side_that_is_no_number_of_pixels_is_refused() {
        for query in [
            "w=0",
            "h=0",
            "w=-5",
            "w=abc",
            "w=",
            "width=1.5",
            "w=1e3",
            "w=%2B5",
            "h=0x10",
            "w=٤",
        ] {
            assert!(
                matches!(parse_size(query), Err(Error::BadParameter { .. })),
                "{query}"
            );
        }
        for query in [
            "quality=0",
            "quality=101",
            "quality=",
            "quality=x",
            "quality=-1",
            "quality=300",
        ] {
            assert!(
                matches!(parse_size(query), Err(Error::BadParameter { .. })),
                "{query}"
            );
        }
        assert_eq!(parse_size("quality=100").unwrap().quality, Some(100));
    }

    #[test]
    fn crop_is_a_yes_or_a_no_and_with_one_side_a_square() {
        for yes in ["true", "1", "on", "yes", "TRUE"] {
            assert_eq!(
                sides(&format!("w=9&crop={yes}")),
                (Some(9), Some(9), true),
                "{yes}"
            );
        }
        for no in ["false", "0", "off", "no", "", "2", "maybe"] {
            assert_eq!(
                sides(&format!("w=9&crop={no}")),
                (Some(9), None, false),
                "{no}"
            );
        }
        assert_eq!(sides("h=7&crop=1"), (Some(7), Some(7), true));
        assert_eq!(sides("w=9&h=7&crop=1"), (Some(9), Some(7), true));
        assert_eq!(sides("crop=1"), (None, None, true));
    }
}
