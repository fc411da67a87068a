//! Fetches a URL: follows redirects hop by hop and checks every hop before it is requested.

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::connection::{request_error, resolve_host, send_request};
use crate::{Error, Guard, Limits, host};

/// Asks for what lies at `url`, through redirects, and gives it as soon as it begins to arrive. Dropped, it ends.
///
/// # Errors
/// Each variant of [`Error`]; those from asking carry the host that was asked last.
pub async fn fetch(
    url: &Url,
    user_agent: &str,
    guard: &Guard,
    limits: &Limits,
) -> Result<ResponseBody, Error> {
    let deadline = Instant::now() + limits.total_timeout;
    let mut url = url.clone();
    for _ in 0..=limits.max_redirects {
        let attempt = fetch_hop(&url, user_agent, guard, limits);
        let response = timeout_at(deadline, attempt)
            .await
            .map_err(|_| Error::TimedOut { host: host(&url) })??;
        match redirect_target(&response, &url)? {
            Some(next) => url = next,
            None => return ResponseBody::open(response, url, limits.max_bytes, deadline),
        }
    }
    Err(Error::TooManyRedirects {
        host: host(&url),
        most: limits.max_redirects,
    })
}

async fn fetch_hop(
    url: &Url,
    user_agent: &str,
    guard: &Guard,
    limits: &Limits,
) -> Result<Response, Error> {
    guard.check_url(url)?;
    let addresses = resolve_host(url, limits.connect_timeout).await?;
    guard.check_addresses(url, &addresses)?;
    send_request(url, &addresses, user_agent, limits).await
}

/// Where the host sends us instead.
fn redirect_target(response: &Response, url: &Url) -> Result<Option<Url>, Error> {
    let location = match response.status().as_u16() {
        301 | 302 | 303 | 307 | 308 => response.headers().get(LOCATION),
        _ => None,
    };
    let Some(location) = location else {
        return Ok(None);
    };
    let location = std::str::from_utf8(location.as_bytes()).ok();
    location
        .and_then(|location| url.join(location).ok())
        .map(Some)
        .ok_or_else(|| Error::BadRedirect { host: host(url) })
}

/// What arrives from the last hop, piece by piece.
#[derive(Debug)]
pub struct ResponseBody {
    response: Response,
    url: Url,
    max_bytes: u64,
    received_bytes: u64,
    deadline: Instant,
}

impl ResponseBody {
    fn open(
        response: Response,
        url: Url,
        max_bytes: u64,
        deadline: Instant,
    ) -> Result<ResponseBody, Error> {
        let body = ResponseBody {
            response,
            url,
            max_bytes,
            received_bytes: 0,
            deadline,
        };
        match body.response.status().as_u16() {
            200 => {}
            status => {
                return Err(Error::UnexpectedStatus {
                    host: host(&body.url),
                    status,
                });
            }
        }
        match body.response.content_length() {
            Some(length) if length > max_bytes => Err(body.too_large_error()),
            _ => Ok(body),
        }
    }

    /// The address that it comes from, behind all redirects.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// What the host says that it is.
    pub fn media_type(&self) -> Option<String> {
        let value = self.response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
        Some(value.trim().to_ascii_lowercase())
    }

    /// The next piece; `None` once all have come.
    ///
    /// # Errors
    /// [`Error::TooLarge`] with the piece that goes beyond the limit, [`Error::TimedOut`], or what cut it off.
    pub async fn next_chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let next = match timeout_at(self.deadline, self.response.chunk()).await {
            Ok(next) => next.map_err(|error| request_error(&error, &self.url))?,
            Err(_) => {
                return Err(Error::TimedOut {
                    host: host(&self.url),
                });
            }
        };
        let Some(piece) = next else {
            return Ok(None);
        };
        self.received_bytes += piece.len() as u64;
        if self.received_bytes > self.max_bytes {
            return Err(self.too_large_error());
        }
        Ok(Some(piece))
    }

    fn too_large_error(&self) -> Error {
        Error::TooLarge {
            host: host(&self.url),
            most: self.max_bytes,
        }
    }
}
