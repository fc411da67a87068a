//! The single-page app: one build of `ui/`, embedded in the program and served at `/`.
//!
//! The names under `assets/` carry their contents' hash, so those may be kept for good; `index.html`, which names
//! them, is asked for again each time, and mostly answered with 304.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::deliver::etag_matches;
use crate::error::{Error, Result};
use crate::web_ui::templates;

/// Only what the page needs: files of its own, and pictures that it holds in memory before they are sent.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
const CACHE_FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// A handle; cloning it shares the files.
#[derive(Clone)]
pub struct Spa(Arc<HashMap<String, Asset>>);

struct Asset {
    bytes: Bytes,
    media_type: &'static str,
    /// Of the bytes, without quotes.
    etag: String,
    /// Made when it is first asked for: the window never does. `None` where it saves nothing.
    gzipped: OnceLock<Option<Bytes>>,
}

impl Spa {
    /// Files by their paths, as in `index.html` and `assets/index-1a2b.js`.
    pub fn from_files(files: impl IntoIterator<Item = (String, Bytes)>) -> Spa {
        let files = files.into_iter().map(|(path, bytes)| {
            let file = Asset {
                media_type: media_type(&path),
                etag: compute_etag(&bytes),
                bytes,
                gzipped: OnceLock::new(),
            };
            (path, file)
        });
        Spa(Arc::new(files.collect()))
    }

    /// # Errors
    /// [`Error::UnknownRoute`] if there is no such file.
    pub(crate) fn serve_asset(&self, path: &str, asked: &HeaderMap) -> Result<Response> {
        let file = self.0.get(path).ok_or(Error::UnknownRoute)?;
        let packed = accepts_gzip(asked).then(|| file.gzipped()).flatten();
        let etag = match packed {
            Some(_) => format!("\"{}-gzip\"", file.etag),
            None => format!("\"{}\"", file.etag),
        };
        let unchanged = etag_matches(asked, &etag).unwrap_or(false);
        let body = match (unchanged, packed) {
            (true, _) => Body::empty(),
            (false, Some(packed)) => packed.clone().into(),
            (false, None) => file.bytes.clone().into(),
        };
        let mut response = templates::page_response(
            file.media_type,
            &CONTENT_SECURITY_POLICY,
            "no-referrer",
            body,
        );
        let headers = response.headers_mut();
        headers.insert(
            header::ETAG,
            HeaderValue::try_from(etag).map_err(Error::internal)?,
        );
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if packed.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if path.starts_with("assets/") {
            headers.insert(header::CACHE_CONTROL, CACHE_FOREVER);
        }
        if unchanged {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        Ok(response)
    }
}

impl Asset {
    fn gzipped(&self) -> Option<&Bytes> {
        let pack = || {
            let mut packed = GzEncoder::new(Vec::new(), Compression::best());
            packed.write_all(&self.bytes).ok()?;
            let packed = packed.finish().ok()?;
            (packed.len() < self.bytes.len()).then(|| packed.into())
        };
        self.gzipped.get_or_init(pack).as_ref()
    }
}

fn compute_etag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Of the endings that a build has; what is none of them is nothing that a browser would run.
fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Whether `Accept-Encoding` names gzip, and not only to refuse it.
fn accepts_gzip(asked: &HeaderMap) -> bool {
    let lists = asked.get_all(header::ACCEPT_ENCODING).iter();
    lists
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let named = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
            let refused = parts
                .filter_map(|part| part.strip_prefix("q="))
                .any(|weight| weight.parse() == Ok(0.0));
            named && !refused
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(accepted: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accepted.parse().unwrap());
        accepts_gzip(&headers)
    }

    #[test]
    fn gzip_is_sent_to_clients_that_accept_it() {
        assert!(accepts("gzip"));
        assert!(accepts("br, GZIP;q=0.5"));
        assert!(!accepts("gzip;q=0"));
        assert!(!accepts("br, deflate"));
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn assets_that_gzip_does_not_shrink_stay_uncompressed() {
        let page = Spa::from_files([
            ("a".to_owned(), Bytes::from_static(b"short")),
            ("b".to_owned(), Bytes::from(vec![7; 1000])),
        ]);
        assert!(page.0["a"].gzipped().is_none());
        assert!(
            page.0["b"]
                .gzipped()
                .is_some_and(|packed| packed.len() < 100)
        );
    }
}
