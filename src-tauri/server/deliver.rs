//! From an image to a response: originals and variants, with ETag, 304, Range, HEAD and caching.

mod conditions;
mod range;

use std::time::SystemTime;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http_body::Frame;
use http_body_util::StreamBody;
use imaging::{Format, Transform};
use library::{Content, Image, ImageName};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::error::{Error, Result};
use crate::state::App;
use conditions::Validators;
use range::Part;

/// What of an image is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The stored bytes, verbatim.
    Original,
    Variant(Transform),
}

/// Finds the image, lets `choose` say what of it is wanted, and answers with that, or with 304 if
/// the client has it. A variant that nobody asked for before is made first.
pub async fn deliver(
    app: &App,
    asked: HeaderMap,
    name: ImageName,
    choose: impl FnOnce(&Image) -> Wish + Send + 'static,
) -> Result<Response> {
    let conditions = asked.clone();
    let found = app
        .ask(move |library, _| {
            let image = library.find(&name)?;
            let wish = choose(&image);
            let validators = validators(&image, wish);
            if conditions::not_modified(&conditions, &validators) {
                return Ok(Found::Unchanged(image, validators));
            }
            Ok(match wish {
                Wish::Original => {
                    let content = library.original(&image)?;
                    Found::Original(image, validators, content)
                }
                Wish::Variant(transform) => match library.variant(&image, &transform)? {
                    Some(content) => Found::Variant(image, validators, content),
                    None => Found::Missing(image, validators, transform),
                },
            })
        })
        .await?;
    match found {
        Found::Unchanged(image, validators) => {
            let mut response = headed(StatusCode::NOT_MODIFIED, &image, &validators);
            *response.body_mut() = Body::empty();
            Ok(response)
        }
        Found::Original(image, validators, content) => {
            original(&asked, &image, &validators, content).await
        }
        Found::Variant(image, validators, content) => Ok(whole(&image, &validators, content)),
        Found::Missing(image, validators, transform) => {
            let content = make(app, image.clone(), transform).await?;
            Ok(whole(&image, &validators, content))
        }
    }
}

/// What the first look brought.
enum Found {
    Unchanged(Image, Validators),
    Original(Image, Validators, Content),
    Variant(Image, Validators, Content),
    Missing(Image, Validators, Transform),
}

fn validators(image: &Image, wish: Wish) -> Validators {
    let transform = match &wish {
        Wish::Original => None,
        Wish::Variant(transform) => Some(transform),
    };
    Validators {
        etag: image.etag(transform),
        modified: SystemTime::from(image.updated_at.unwrap_or(image.created_at)),
    }
}

/// Makes a variant, once for all who ask for it at the same time.
async fn make(app: &App, image: Image, transform: Transform) -> Result<Content> {
    let turn = app.workers.only_maker(&image.etag(Some(&transform))).await;
    // Whoever had the turn before has made it, unless that client left in the middle; or the background
    // makes it just now, and needs no permit of ours. Turn and permit go along to the blocking side, which works on for a moment when the client is gone.
    let (image, looked) = app
        .ask(move |library, stop| {
            let made = library.variant_in_the_making(&image, &transform, stop)?;
            let looked = made.ok_or_else(|| library.estimate(&image, &[transform]));
            Ok((image, looked))
        })
        .await?;
    let memory = match looked {
        Ok(content) => return Ok(content),
        Err(memory) => memory,
    };
    let permit = app.workers.permit(memory).await?;
    app.ask(move |library, stop| {
        let made = library.make_variant(&image, &transform, stop);
        drop((permit, turn));
        Ok(made?)
    })
    .await
}

fn whole(image: &Image, validators: &Validators, content: Content) -> Response {
    let mut response = headed(StatusCode::OK, image, validators);
    describe(response.headers_mut(), content.format, content.len);
    if content.stilled {
        response.headers_mut().insert(
            HeaderName::from_static("vitrine-animation"),
            HeaderValue::from_static("first-frame"),
        );
    }
    *response.body_mut() = match content.body {
        library::Body::Whole(bytes) => Body::from(bytes),
        library::Body::Open(file) => stream(file.into(), content.len),
    };
    response
}

async fn original(
    asked: &HeaderMap,
    image: &Image,
    validators: &Validators,
    content: Content,
) -> Result<Response> {
    let part = range::part(asked, validators, content.len)?;
    let mut response = match part {
        None => whole(image, validators, content),
        Some(part) => slice(image, validators, content, part).await?,
    };
    response
        .headers_mut()
        .insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    Ok(response)
}

async fn slice(
    image: &Image,
    validators: &Validators,
    content: Content,
    part: Part,
) -> Result<Response> {
    let mut response = headed(StatusCode::PARTIAL_CONTENT, image, validators);
    let headers = response.headers_mut();
    describe(headers, content.format, part.length());
    let place = format!("bytes {}-{}/{}", part.first, part.last, content.len);
    headers.insert(header::CONTENT_RANGE, value(&place)?);
    *response.body_mut() = match content.body {
        library::Body::Whole(bytes) => Body::from(part.of(Bytes::from(bytes))),
        library::Body::Open(file) => {
            let mut file = tokio::fs::File::from_std(file);
            file.seek(std::io::SeekFrom::Start(part.first))
                .await
                .map_err(Error::internal)?;
            stream(file, part.length())
        }
    };
    Ok(response)
}

/// A response with all that is the same for a whole, a part and a 304.
fn headed(status: StatusCode, image: &Image, validators: &Validators) -> Response {
    // A replaced image has other bytes at the same address, so it is asked for each time.
    let cache = match image.updated_at {
        None => "public, max-age=31536000, immutable",
        Some(_) => "public, max-age=0, must-revalidate",
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    validators.put(headers);
    response
}

fn describe(headers: &mut HeaderMap, format: Format, length: u64) {
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(format.media_type()),
    );
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if format == Format::Svg {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        );
    }
}

fn value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(Error::internal)
}

/// The next `length` bytes of a file, read as the client takes them.
fn stream(file: tokio::fs::File, length: u64) -> Body {
    const PIECE: usize = 64 << 10;
    let pieces = futures_util::stream::try_unfold(file.take(length), |mut file| async move {
        let mut piece = BytesMut::with_capacity(PIECE);
        let read = file.read_buf(&mut piece).await?;
        let next = (read > 0).then(|| (Frame::data(piece.freeze()), file));
        Ok::<_, std::io::Error>(next)
    });
    Body::new(StreamBody::new(pieces))
}
