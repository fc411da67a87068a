//! From an address to the bytes behind it: hop by hop, every hop judged before it is asked.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::connection::{ask, failed, look_up};
use crate::{Error, Guard, host};

/// How much a stranger's address may make us do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest body; its last byte is this one's.
    pub bytes: u64,
    pub redirects: usize,
    /// Finding a host's addresses, and again: connecting to one of them.
    pub connect: Duration,
    /// Everything together, up to the last byte.
    pub total: Duration,
}

impl Limits {
    /// The usual ones, for a picture of at most so many bytes.
    pub fn of(bytes: u64) -> Limits {
        Limits {
            bytes,
            redirects: 5,
            connect: Duration::from_secs(10),
            total: Duration::from_secs(60),
        }
    }
}

/// Asks for what lies at `url`, through redirects, and gives it as soon as it begins to arrive. Dropped, it ends.
///
/// # Errors
/// Each variant of [`Error`]; those from asking carry the host that was asked last.
pub async fn fetch(
    url: &Url,
    user_agent: &str,
    guard: &Guard,
    limits: &Limits,
) -> Result<Arriving, Error> {
    let deadline = Instant::now() + limits.total;
    let mut url = url.clone();
    for _ in 0..=limits.redirects {
        let asking = hop(&url, user_agent, guard, limits);
        let response = timeout_at(deadline, asking)
            .await
            .map_err(|_| Error::TimedOut { host: host(&url) })??;
        match redirect(&response, &url)? {
            Some(next) => url = next,
            None => return Arriving::new(response, url, limits.bytes, deadline),
        }
    }
    Err(Error::TooManyRedirects {
        host: host(&url),
        most: limits.redirects,
    })
}

async fn hop(
    url: &Url,
    user_agent: &str,
    guard: &Guard,
    limits: &Limits,
) -> Result<Response, Error> {
    guard.check_url(url)?;
    let addresses = look_up(url, limits.connect).await?;
    guard.check_addresses(url, &addresses)?;
    ask(url, &addresses, user_agent, limits).await
}

/// Where the host sends us instead.
fn redirect(response: &Response, url: &Url) -> Result<Option<Url>, Error> {
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
pub struct Arriving {
    response: Response,
    url: Url,
    most: u64,
    arrived: u64,
    deadline: Instant,
}

impl Arriving {
    fn new(response: Response, url: Url, most: u64, deadline: Instant) -> Result<Arriving, Error> {
        let arriving = Arriving {
            response,
            url,
            most,
            arrived: 0,
            deadline,
        };
        match arriving.response.status().as_u16() {
            200 => {}
            status => {
                return Err(Error::Status {
                    host: host(&arriving.url),
                    status,
                });
            }
        }
        match arriving.response.content_length() {
            Some(length) if length > most => Err(arriving.too_large()),
            _ => Ok(arriving),
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
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let next = match timeout_at(self.deadline, self.response.chunk()).await {
            Ok(next) => next.map_err(|error| failed(&error, &self.url))?,
            Err(_) => {
                return Err(Error::TimedOut {
                    host: host(&self.url),
                });
            }
        };
        let Some(piece) = next else {
            return Ok(None);
        };
        self.arrived += piece.len() as u64;
        if self.arrived > self.most {
            return Err(self.too_large());
        }
        Ok(Some(piece))
    }

    fn too_large(&self) -> Error {
        Error::TooLarge {
            host: host(&self.url),
            most: self.most,
        }
    }
}
