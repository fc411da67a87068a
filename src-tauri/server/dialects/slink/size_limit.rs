//! A file that is too large is told its size beside the limit, in Symfony's words.
//!
//! The size is known from the announced length of the body, less what stands around the file: the beginning of
//! the body is looked at for that, if its client does not wait to be asked for it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt;

use crate::error::{Error, Result};

/// Where the headers of the file's part should have ended.
const HEAD_BYTES: usize = 8 << 10;
/// What the headers of a part usually take, for those who cannot be looked at.
const TYPICAL_HEADER_BYTES: u64 = 110;

/// The body, unless it announces a file that is larger than `most`.
///
/// # Errors
/// The violation that says so; [`Error::BodyTimeout`] if nothing of the body comes within `idle`.
pub async fn check_announced_size(
    headers: &HeaderMap,
    body: Body,
    most: u64,
    idle: Duration,
) -> Result<Body> {
    let Some(announced) = body.size_hint().exact().filter(|length| *length > most) else {
        return Ok(body);
    };
    let Some(boundary) = multipart_boundary(headers) else {
        return Ok(body);
    };
    let closing = boundary.len() as u64 + 8;
    if headers.contains_key(header::EXPECT) {
        let around = boundary.len() as u64 + 4 + TYPICAL_HEADER_BYTES + closing;
        let file = announced.saturating_sub(around);
        return if file > most {
            Err(too_large_error(Some(file), most))
        } else {
            Ok(body)
        };
    }
    let (head, body) = tokio::time::timeout(idle, read_head(body))
        .await
        .map_err(|_| Error::BodyTimeout)?;
    let file = image_content_start(&head, &boundary)
        .map(|start| announced.saturating_sub(start as u64 + closing));
    match file {
        Some(file) if file > most => Err(too_large_error(Some(file), most)),
        _ => Ok(body),
    }
}

/// The violation of a file that is larger than `most`; of how many bytes, if that is known.
pub fn too_large_error(file: Option<u64>, most: u64) -> Error {
    let message = match file {
        Some(file) => {
            let (file, most, unit) = format_sizes(file, most);
            format!("The file is too large ({file} {unit}). Allowed maximum size is {most} {unit}.")
        }
        None => {
            let (_, most, unit) = format_sizes(0, most);
            format!("The file is too large. Allowed maximum size is {most} {unit}.")
        }
    };
    Error::violation("image", message)
}

/// Symfony's rule: the largest decimal unit in which the limit has at most two decimals and does not look like the
/// rounded size.
fn format_sizes(size: u64, limit: u64) -> (String, String, &'static str) {
    const UNITS: [(u64, &str); 3] = [(1_000_000, "MB"), (1000, "kB"), (1, "bytes")];
    for (unit, name) in UNITS {
        // In hundredths, since a limit with more decimals is not shown in this unit.
        let exact = limit >= unit && (unit == 1 || (limit * 100).is_multiple_of(unit));
        let limit = format_hundredths(limit.saturating_mul(100) / unit);
        let size = format_hundredths((size.saturating_mul(200) / unit).div_ceil(2));
        if unit == 1 || (exact && limit != size) {
            return (size, limit, name);
        }
    }
    (size.to_string(), limit.to_string(), "bytes")
}

/// Hundredths, without zeros at the end.
fn format_hundredths(hundredths: u64) -> String {
    let (whole, part) = (hundredths / 100, hundredths % 100);
    match part {
        0 => whole.to_string(),
        part if part % 10 == 0 => format!("{whole}.{}", part / 10),
        part => format!("{whole}.{part:02}"),
    }
}

fn multipart_boundary(headers: &HeaderMap) -> Option<String> {
    multer::parse_boundary(headers.get(header::CONTENT_TYPE)?.to_str().ok()?).ok()
}

/// Where the content of the part `image` begins, if that is within what was read.
fn image_content_start(head: &[u8], boundary: &str) -> Option<usize> {
    let text = String::from_utf8_lossy(head);
    // Replacing what is no UTF-8 would move the places.
    let text = match text {
        std::borrow::Cow::Borrowed(text) => text,
        std::borrow::Cow::Owned(_) => {
            let valid = std::str::from_utf8(head).err()?.valid_up_to();
            std::str::from_utf8(&head[..valid]).ok()?
        }
    };
    let delimiter = format!("--{boundary}\r\n");
    let mut from = 0;
    while let Some(at) = text[from..].find(&delimiter) {
        let headers = from + at + delimiter.len();
        let end = headers + text[headers..].find("\r\n\r\n")? + 4;
        let named = text[headers..end].to_ascii_lowercase();
        if named.contains("name=\"image\"") || named.contains("name=image") {
            return Some(end);
        }
        from = end;
    }
    None
}

/// The first bytes of a body, and the body as it was.
async fn read_head(mut body: Body) -> (Bytes, Body) {
    let mut head = BytesMut::new();
    let whole = body.size_hint();
    while head.len() < HEAD_BYTES && !has_image_headers(&head) {
        match body.frame().await {
            Some(Ok(frame)) => {
                if let Ok(bytes) = frame.into_data() {
                    head.extend_from_slice(&bytes);
                }
            }
            // Whoever reads on meets the error again.
            Some(Err(_)) | None => break,
        }
    }
    let head = head.freeze();
    let first = Some(head.clone()).filter(|head| !head.is_empty());
    (
        head,
        Body::new(ReplayedBody {
            head: first,
            body,
            initial_size: whole,
        }),
    )
}

fn has_image_headers(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let image = text
        .find("name=\"image\"")
        .or_else(|| text.find("name=image"));
    image.is_some_and(|at| text[at..].contains("\r\n\r\n"))
}

/// A body whose beginning was read, from its beginning.
struct ReplayedBody {
    head: Option<Bytes>,
    body: Body,
    initial_size: SizeHint,
}

impl http_body::Body for ReplayedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match self.head.take() {
            Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            None => Pin::new(&mut self.body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.head.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        if self.head.is_some() {
            self.initial_size
        } else {
            self.body.size_hint()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_as_symfony_writes_them() {
        let words = |size, limit| {
            let (size, limit, unit) = format_sizes(size, limit);
            format!("{size} of {limit} {unit}")
        };
        assert_eq!(words(2_140_000, 1_000_000), "2.14 of 1 MB");
        assert_eq!(words(2_144_999, 1_000_000), "2.14 of 1 MB");
        assert_eq!(words(2_145_000, 1_000_000), "2.15 of 1 MB");
        assert_eq!(words(60_000_000, 52_428_800), "60000 of 52428.8 kB");
        assert_eq!(words(16_100_000, 15_000_000), "16.1 of 15 MB");
        // They would look alike in MB.
        assert_eq!(words(1_001_000, 1_000_000), "1001 of 1000 kB");
        assert_eq!(words(1_000_001, 1_000_000), "1000001 of 1000000 bytes");
        assert_eq!(words(2000, 1000), "2 of 1 kB");
        assert_eq!(words(1500, 999), "1500 of 999 bytes");
        assert_eq!(words(2_000_000, 1_234_567), "2000000 of 1234567 bytes");
        assert_eq!(words(u64::MAX, 1_000_000).split(' ').count(), 4);
    }

    #[test]
    fn the_file_begins_after_the_headers_of_its_part() {
        let head = b"--x\r\nContent-Disposition: form-data; name=\"isPublic\"\r\n\r\ntrue\r\n--x\r\ncontent-disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n\xFF\xD8";
        assert_eq!(image_content_start(head, "x"), Some(head.len() - 2));
        assert_eq!(image_content_start(&head[..70], "x"), None);
        assert_eq!(image_content_start(head, "y"), None);
    }
}
