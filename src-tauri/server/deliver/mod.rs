//! From an image to a response: originals and variants, with ETag, 304, Range, HEAD and caching.

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
use library::{Act, Actor, Content, Image, ImageName, Library};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::error::{Error, Result};
use crate::state::App;
pub use caching::Caching;
use conditional::Validators;
pub use conditional::names_tag;
use range::Part;
pub use view_counting::deliver_counted;

/// Seconds after which a reduction that is still to be made is worth another look.
const REDUCED_AFTER: u64 = 5;

/// What of an image is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The stored bytes, verbatim.
    Original,
    /// Made when it is first asked for.
    Variant(Transform),
    /// Left to the background as long as it is owed; a variant like any other afterwards.
    Reduction(Transform),
}

/// What is to be answered with.
pub struct Shown {
    pub image: Image,
    pub wish: Wish,
    pub caching: Caching,
}

/// Finds the image, lets `choose` say what of it is wanted, and answers with that, or with 304 if
/// the client has it. A variant that nobody asked for before is made first.
///
/// # Errors
/// [`Error::NoSuchImage`], [`Error::NotYet`] for a reduction, [`Error::OutOfRange`], and what making a
/// variant ran into.
pub async fn deliver(
    app: &App,
    asked: HeaderMap,
    name: ImageName,
    caching: Caching,
    choose: impl FnOnce(&Image) -> Wish + Send + 'static,
) -> Result<Response> {
    deliver_found(app, asked, move |library| {
        let image = library.find_for(&Actor::Anonymous, Act::See, &name)?;
        let wish = choose(&image);
        Ok(Shown {
            image,
            wish,
            caching,
        })
    })
    .await
}

/// As [`deliver`], for addresses that take more than a name to look up.
pub async fn deliver_found(
    app: &App,
    asked: HeaderMap,
    find: impl FnOnce(&Library) -> Result<Shown> + Send + 'static,
) -> Result<Response> {
    let conditions = asked.clone();
    let (image, head, found) = app
        .ask(move |library, _| {
            let Shown {
                image,
                wish,
                caching,
            } = find(library)?;
            let head = Head {
                validators: validators(&image, wish),
                cache: caching.says(&image, library.now()),
            };
            if conditional::not_modified(&conditions, &head.validators) {
                return Ok((image, head, Found::Unchanged));
            }
            let (Wish::Variant(transform) | Wish::Reduction(transform)) = wish else {
                let content = library.original(&image)?;
                return Ok((image, head, Found::Original(content)));
            };
            let found = match library.variant(&image, &transform)? {
                Some(content) => Found::Variant(content),
                None if matches!(wish, Wish::Reduction(_))
                    && library.owes_reductions(&image)? =>
                {
                    return Err(Error::NotYet {
                        after: REDUCED_AFTER,
                    });
                }
                None => Found::Missing(transform),
            };
            Ok((image, head, found))
        })
        .await?;
    match found {
        Found::Unchanged => headed(StatusCode::NOT_MODIFIED, &head),
        Found::Original(content) => original(&asked, &head, content).await,
        Found::Variant(content) => whole(&head, content),
        Found::Missing(transform) => {
            let content = make(app, image, transform).await?;
            whole(&head, content)
        }
    }
}

/// What the first look brought.
enum Found {
    Unchanged,
    Original(Content),
    Variant(Content),
    Missing(Transform),
}

/// What is the same for a whole, a part and a 304.
struct Head {
    validators: Validators,
    /// What `Cache-Control` says.
    cache: String,
}

fn validators(image: &Image, wish: Wish) -> Validators {
    let transform = match &wish {
        Wish::Original => None,
        Wish::Variant(transform) | Wish::Reduction(transform) => Some(transform),
    };
    Validators {
        etag: image.etag(transform),
        modified: SystemTime::from(image.replaced_at.unwrap_or(image.created_at)),
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

fn whole(head: &Head, content: Content) -> Result<Response> {
    let mut response = headed(StatusCode::OK, head)?;
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
    Ok(response)
}

async fn original(asked: &HeaderMap, head: &Head, content: Content) -> Result<Response> {
    let part = range::part(asked, &head.validators, content.len)?;
    let mut response = match part {
        None => whole(head, content)?,
        Some(part) => slice(head, content, part).await?,
    };
    response
        .headers_mut()
        .insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    Ok(response)
}

async fn slice(head: &Head, content: Content, part: Part) -> Result<Response> {
    let mut response = headed(StatusCode::PARTIAL_CONTENT, head)?;
    let headers = response.headers_mut();
    describe(headers, content.format, part.length());
    let place = format!("bytes {}-{}/{}", part.first, part.last, content.len);
    headers.insert(header::CONTENT_RANGE, value(&place)?);
    *response.body_mut() = match content.body {
        library::Body::Whole(bytes) => Body::from(part.of(bytes)),
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

fn headed(status: StatusCode, head: &Head) -> Result<Response> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, value(&head.cache)?);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    head.validators.put(headers);
    Ok(response)
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
