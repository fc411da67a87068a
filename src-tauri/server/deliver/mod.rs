//! Delivery: originals and variants as responses, with ETag, 304, Range, HEAD and caching.

mod caching;
mod conditional;
mod range;
mod view_counting;

use std::time::SystemTime;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::BytesMut;
use http_body::Frame;
use http_body_util::StreamBody;
use imaging::{Format, Transform};
use library::{Action, Actor, Content, Image, ImageName, Library};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::error::{Error, Result};
use crate::state::App;
pub use caching::CachePolicy;
use conditional::Validators;
pub use conditional::etag_matches;
use range::ByteRange;
pub use view_counting::deliver_and_count;

/// Seconds after which a reduction that is still to be made is worth another look.
const RETRY_SECS: u64 = 5;

/// What of an image is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Representation {
    /// The stored bytes, verbatim.
    Original,
    /// Made when it is first asked for.
    Variant(Transform),
    /// Left to the background as long as it is owed; a variant like any other afterwards.
    BackgroundVariant(Transform),
}

/// What is to be answered with.
pub struct Delivery {
    pub image: Image,
    pub representation: Representation,
    pub caching: CachePolicy,
}

/// Finds the image, lets `choose` say what of it is wanted, and answers with that, or with 304 if
/// the client has it. A variant that nobody asked for before is made first.
///
/// # Errors
/// [`Error::NoSuchImage`], [`Error::NotReady`] for a reduction, [`Error::OutOfRange`], and what making a
/// variant ran into.
pub async fn deliver(
    app: &App,
    asked: HeaderMap,
    name: ImageName,
    caching: CachePolicy,
    choose: impl FnOnce(&Image) -> Representation + Send + 'static,
) -> Result<Response> {
    deliver_with(app, asked, move |library| {
        let image = library.find_image_for(&Actor::Anonymous, Action::View, &name)?;
        let wish = choose(&image);
        Ok(Delivery {
            image,
            representation: wish,
            caching,
        })
    })
    .await
}

/// As [`deliver`], for addresses that take more than a name to look up.
pub async fn deliver_with(
    app: &App,
    asked: HeaderMap,
    find: impl FnOnce(&Library) -> Result<Delivery> + Send + 'static,
) -> Result<Response> {
    let conditions = asked.clone();
    let (image, head, found) = app
        .run_blocking(move |library, _| {
            let Delivery {
                image,
                representation: wish,
                caching,
            } = find(library)?;
            let head = ResponseHead {
                validators: validators(&image, wish),
                cache_control: caching.header_value(&image, library.now()),
            };
            if conditional::is_not_modified(&conditions, &head.validators) {
                return Ok((image, head, Lookup::NotModified));
            }
            let (Representation::Variant(transform) | Representation::BackgroundVariant(transform)) = wish else {
                let content = library.original(&image)?;
                return Ok((image, head, Lookup::Original(content)));
            };
            let found = match library.variant(&image, &transform)? {
                Some(content) => Lookup::Variant(content),
                None if matches!(wish, Representation::BackgroundVariant(_))
                    && library.has_pending_extra_sizes(&image)? =>
                {
                    return Err(Error::NotReady {
                        retry_after_secs: RETRY_SECS,
                    });
                }
                None => Lookup::NotRendered(transform),
            };
            Ok((image, head, found))
        })
        .await?;
    match found {
        Lookup::NotModified => response_with_head(StatusCode::NOT_MODIFIED, &head),
        Lookup::Original(content) => original_response(&asked, &head, content).await,
        Lookup::Variant(content) => full_response(&head, content),
        Lookup::NotRendered(transform) => {
            let content = render_variant(app, image, transform).await?;
            full_response(&head, content)
        }
    }
}

/// What the first look brought.
enum Lookup {
    NotModified,
    Original(Content),
    Variant(Content),
    NotRendered(Transform),
}

/// What is the same for a whole, a part and a 304.
struct ResponseHead {
    validators: Validators,
    /// What `Cache-Control` says.
    cache_control: String,
}

fn validators(image: &Image, wish: Representation) -> Validators {
    let transform = match &wish {
        Representation::Original => None,
        Representation::Variant(transform) | Representation::BackgroundVariant(transform) => {
            Some(transform)
        }
    };
    Validators {
        etag: image.etag(transform),
        modified_at: SystemTime::from(image.replaced_at.unwrap_or(image.created_at)),
    }
}

/// Makes a variant, once for all who ask for it at the same time.
async fn render_variant(app: &App, image: Image, transform: Transform) -> Result<Content> {
    let turn = app.limiter.lock_render(&image.etag(Some(&transform))).await;
    // Whoever had the turn before has made it, unless that client left in the middle; or the background
    // makes it just now, and needs no permit of ours. Turn and permit go along to the blocking side, which works on for a moment when the client is gone.
    let (image, looked) = app
        .run_blocking(move |library, stop| {
            let made = library.wait_for_variant(&image, &transform, stop)?;
            let looked = made.ok_or_else(|| library.estimate_memory(&image, &[transform]));
            Ok((image, looked))
        })
        .await?;
    let memory = match looked {
        Ok(content) => return Ok(content),
        Err(memory) => memory,
    };
    let permit = app.limiter.acquire(memory).await?;
    app.run_blocking(move |library, stop| {
        let made = library.make_variant(&image, &transform, stop);
        drop((permit, turn));
        Ok(made?)
    })
    .await
}

fn full_response(head: &ResponseHead, content: Content) -> Result<Response> {
    let mut response = response_with_head(StatusCode::OK, head)?;
    set_content_headers(response.headers_mut(), content.format, content.len);
    if content.first_frame_only {
        response.headers_mut().insert(
            HeaderName::from_static("vitrine-animation"),
            HeaderValue::from_static("first-frame"),
        );
    }
    *response.body_mut() = match content.body {
        library::ContentBody::InMemory(bytes) => Body::from(bytes),
        library::ContentBody::OpenFile(file) => stream_body(file.into(), content.len),
    };
    Ok(response)
}

async fn original_response(
    asked: &HeaderMap,
    head: &ResponseHead,
    content: Content,
) -> Result<Response> {
    let part = range::requested_range(asked, &head.validators, content.len)?;
    let mut response = match part {
        None => full_response(head, content)?,
        Some(part) => partial_response(head, content, part).await?,
    };
    response
        .headers_mut()
        .insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    Ok(response)
}

async fn partial_response(
    head: &ResponseHead,
    content: Content,
    part: ByteRange,
) -> Result<Response> {
    let mut response = response_with_head(StatusCode::PARTIAL_CONTENT, head)?;
    let headers = response.headers_mut();
    set_content_headers(headers, content.format, part.length());
    let place = format!("bytes {}-{}/{}", part.first, part.last, content.len);
    headers.insert(header::CONTENT_RANGE, header_value(&place)?);
    *response.body_mut() = match content.body {
        library::ContentBody::InMemory(bytes) => Body::from(part.slice(bytes)),
        library::ContentBody::OpenFile(file) => {
            let mut file = tokio::fs::File::from_std(file);
            file.seek(std::io::SeekFrom::Start(part.first))
                .await
                .map_err(Error::internal)?;
            stream_body(file, part.length())
        }
    };
    Ok(response)
}

fn response_with_head(status: StatusCode, head: &ResponseHead) -> Result<Response> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header_value(&head.cache_control)?);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    head.validators.write_headers(headers);
    Ok(response)
}

fn set_content_headers(headers: &mut HeaderMap, format: Format, length: u64) {
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

fn header_value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(Error::internal)
}

/// The next `length` bytes of a file, read as the client takes them.
fn stream_body(file: tokio::fs::File, length: u64) -> Body {
    const CHUNK_BYTES: usize = 64 << 10;
    let pieces = futures_util::stream::try_unfold(file.take(length), |mut file| async move {
        let mut piece = BytesMut::with_capacity(CHUNK_BYTES);
        let read = file.read_buf(&mut piece).await?;
        let next = (read > 0).then(|| (Frame::data(piece.freeze()), file));
        Ok::<_, std::io::Error>(next)
    });
    Body::new(StreamBody::new(pieces))
}
