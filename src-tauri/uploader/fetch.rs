//! A picture that was dropped from a web page: fetched hop by hop, every hop judged before it is asked.

use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use tokio::io::AsyncWriteExt;
use url::Url;

use crate::Failure;
use crate::guard::{Guard, host_name};
use crate::send;

/// How much a web page may make us do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FetchLimits {
    pub max_bytes: u64,
    pub redirects: usize,
    pub within: Duration,
}

impl Default for FetchLimits {
    fn default() -> FetchLimits {
        FetchLimits {
            max_bytes: 50 * 1024 * 1024,
            redirects: 5,
            within: Duration::from_secs(60),
        }
    }
}

/// Fetches into the file `into` and gives the name that the picture has where it comes from, which may lack an ending.
pub(crate) async fn fetch_web_picture(
    address: &str,
    into: &Path,
    guard: &Guard,
    limits: FetchLimits,
) -> Result<String, Failure> {
    let mut url = Url::parse(address).map_err(|_| Failure::WebAddress)?;
    let host = host_name(&url);
    tokio::time::timeout(limits.within, async {
        for _ in 0..=limits.redirects {
            let mut answer = ask(&url, guard).await?;
            match answer.redirect() {
                Some(next) => url = url.join(&next).map_err(|_| Failure::WebAddress)?,
                None => {
                    keep(&mut answer, &url, into, limits).await?;
                    return Ok(web_name(&url));
                }
            }
        }
        Err(Failure::WebRedirects {
            host: host_name(&url),
        })
    })
    .await
    .unwrap_or(Err(Failure::WebUnreachable { host }))
}

async fn ask(url: &Url, guard: &Guard) -> Result<send::Answer, Failure> {
    guard.check_url(url)?;
    let addresses = send::resolve(url).await?;
    guard.check_addresses(url, &addresses)?;
    send::get(url, &addresses).await
}

async fn keep(
    answer: &mut send::Answer,
    url: &Url,
    into: &Path,
    limits: FetchLimits,
) -> Result<(), Failure> {
    let host = host_name(url);
    match answer.status() {
        200..=299 => {}
        // A server that is away or busy now may not be later.
        408 | 425 | 429 | 500..=599 => return Err(Failure::WebUnreachable { host }),
        status => return Err(Failure::WebRefused { host, status }),
    }
    // Whether it really is a picture is seen when it is there; a page of text need not be fetched for that.
    if answer
        .media_type()
        .is_some_and(|media_type| media_type.starts_with("text/"))
    {
        return Err(Failure::WebNotAPicture { host });
    }
    let too_large = || Failure::WebTooLarge {
        host: host.clone(),
        max_megabytes: limits.max_bytes / 1_000_000,
    };
    if answer
        .length()
        .is_some_and(|length| length > limits.max_bytes)
    {
        return Err(too_large());
    }
    let mut file = tokio::fs::File::create(into)
        .await
        .map_err(|error| Failure::writing(&error))?;
    let mut fetched: u64 = 0;
    while let Some(chunk) = answer.chunk().await? {
        fetched += chunk.len() as u64;
        if fetched > limits.max_bytes {
            return Err(too_large());
        }
        file.write_all(&chunk)
            .await
            .map_err(|error| Failure::writing(&error))?;
    }
    file.sync_all()
        .await
        .map_err(|error| Failure::writing(&error))
}

/// The last part of the address's path, as a file's name.
pub(crate) fn web_name(url: &Url) -> String {
    let last = url
        .path_segments()
        .and_then(|mut parts| parts.rfind(|part| !part.is_empty()))
        .unwrap_or_default();
    let name: String = String::from_utf8_lossy(&percent_decoded(last.as_bytes()))
        .chars()
        .map(|letter| {
            if letter.is_control() || matches!(letter, '/' | '\\') {
                '_'
            } else {
                letter
            }
        })
        .take(120)
        .collect();
    match name.trim_matches(['.', ' ']).is_empty() {
        true => host_name(url),
        false => name,
    }
}

/// The bytes of a `data:` address: browsers drop those for pictures that are part of a page.
pub(crate) fn data_url(address: &str) -> Result<Vec<u8>, Failure> {
    let content = address
        .get(5..)
        .filter(|_| is_data_url(address))
        .ok_or(Failure::WebAddress)?;
    let (kind, data) = content.split_once(',').ok_or(Failure::WebAddress)?;
    let bytes = percent_decoded(data.as_bytes());
    match kind.to_ascii_lowercase().ends_with(";base64") {
        false => Ok(bytes),
        true => {
            let config = GeneralPurposeConfig::new()
                .with_decode_padding_mode(DecodePaddingMode::Indifferent);
            let letters: Vec<u8> = bytes
                .into_iter()
                .filter(|byte| !byte.is_ascii_whitespace())
                .collect();
            GeneralPurpose::new(&STANDARD, config)
                .decode(letters)
                .map_err(|_| Failure::WebAddress)
        }
    }
}

pub(crate) fn is_data_url(address: &str) -> bool {
    address
        .get(..5)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match (text[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_named_by_the_end_of_its_address() {
        let cases = [
            ("https://example.com/a/cat.png?size=3#x", "cat.png"),
            (
                "https://example.com/a/caf%C3%A9%20noir.jpg",
                "café noir.jpg",
            ),
            ("https://example.com/a/", "a"),
            ("https://example.com/", "example.com"),
            ("https://example.com/..%2f..%2fetc", ".._.._etc"),
            ("https://example.com/%00%0A.png", "__.png"),
        ];
        for (url, expected) in cases {
            assert_eq!(web_name(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }

    #[test]
    fn data_addresses_carry_their_bytes() {
        let cases: [(&str, Option<&[u8]>); 7] = [
            ("data:image/png;base64,iVBORw==", Some(b"\x89PNG")),
            ("data:image/png;base64,iVBORw", Some(b"\x89PNG")),
            ("DATA:image/png;BASE64,iVBO\nRw%3D%3D", Some(b"\x89PNG")),
            ("data:,a%20b%zz", Some(b"a b%zz")),
            ("data:image/png;base64,!!", None),
            ("data:image/png", None),
            ("https://example.com/", None),
        ];
        for (address, expected) in cases {
            assert_eq!(data_url(address).ok().as_deref(), expected, "{address}");
        }
    }
}
