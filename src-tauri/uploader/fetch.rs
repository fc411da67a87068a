//! A picture that was dropped from a web page: fetched by `web`, kept in a file.

use std::borrow::Cow;
use std::path::Path;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode;
use safe_fetch::{Guard, Limits, ResponseBody};
use tokio::io::AsyncWriteExt;
use url::Url;

use crate::{Failure, USER_AGENT};

/// The largest that a web page may make us fetch.
const MAX_BYTES: u64 = 50 * 1024 * 1024;

/// Fetches into the file `into` and gives the name that the picture has where it comes from, which may lack an ending.
pub(crate) async fn fetch_web_picture(
    address: &str,
    destination: &Path,
    guard: &Guard,
) -> Result<String, Failure> {
    let url = guard.parse_url(address).map_err(to_failure)?;
    let mut body = safe_fetch::fetch(&url, USER_AGENT, guard, &Limits::with_max_bytes(MAX_BYTES))
        .await
        .map_err(to_failure)?;
    // Whether it really is a picture is seen when it is there; a page of text need not be fetched for that.
    if body
        .media_type()
        .is_some_and(|media_type| media_type.starts_with("text/"))
    {
        return Err(Failure::WebNotAPicture {
            host: safe_fetch::host(body.url()),
        });
    }
    write_to_file(&mut body, destination).await?;
    Ok(file_name_from_url(body.url()))
}

async fn write_to_file(body: &mut ResponseBody, destination: &Path) -> Result<(), Failure> {
    let mut file = tokio::fs::File::create(destination)
        .await
        .map_err(|error| Failure::from_write_error(&error))?;
    while let Some(piece) = body.next_chunk().await.map_err(to_failure)? {
        file.write_all(&piece)
            .await
            .map_err(|error| Failure::from_write_error(&error))?;
    }
    file.sync_all()
        .await
        .map_err(|error| Failure::from_write_error(&error))
}

/// What `web` says, as an outcome of sending.
fn to_failure(error: safe_fetch::Error) -> Failure {
    use safe_fetch::Error::*;
    match error {
        InvalidUrl
        | UnsupportedScheme { .. }
        | ForbiddenPort { .. }
        | CredentialsInUrl { .. }
        | BadRedirect { .. } => Failure::WebAddress,
        PrivateAddress { host } => Failure::WebPrivate { host },
        UntrustedCertificate { host } => Failure::Certificate {
            address: host,
            // No authority of the user's own is asked about pictures of the web.
            fingerprint: None,
        },
        NotHttp { host } => Failure::WebNotAPicture { host },
        TooManyRedirects { host, .. } => Failure::WebRedirects { host },
        // A server that is away or busy now may not be later.
        UnexpectedStatus {
            host,
            status: 408 | 425 | 429 | 500..=599,
        }
        | UnknownHost { host }
        | Unreachable { host }
        | Interrupted { host }
        | TimedOut { host } => Failure::WebUnreachable { host },
        UnexpectedStatus { host, status } => Failure::WebRefused { host, status },
        TooLarge { host, most } => Failure::WebTooLarge {
            host,
            max_megabytes: most / 1_000_000,
        },
        ClientSetup { reason } => {
            tracing::error!(reason, "no HTTP client could be made");
            Failure::Internal
        }
    }
}

/// The last part of the address's path, as a file's name.
pub(crate) fn file_name_from_url(url: &Url) -> String {
    let name: String = safe_fetch::last_path_segment(url)
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
        true => safe_fetch::host(url),
        false => name,
    }
}

/// The bytes of a `data:` address: browsers drop those for pictures that are part of a page.
pub(crate) fn decode_data_url(address: &str) -> Result<Vec<u8>, Failure> {
    let content = address
        .get(5..)
        .filter(|_| is_data_url(address))
        .ok_or(Failure::WebAddress)?;
    let (media_type, data) = content.split_once(',').ok_or(Failure::WebAddress)?;
    let bytes = Cow::from(percent_decode(data.as_bytes()));
    match media_type.to_ascii_lowercase().ends_with(";base64") {
        false => Ok(bytes.into_owned()),
        true => {
            let config = GeneralPurposeConfig::new()
                .with_decode_padding_mode(DecodePaddingMode::Indifferent);
            let letters: Vec<u8> = bytes
                .iter()
                .copied()
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
            assert_eq!(
                file_name_from_url(&Url::parse(url).unwrap()),
                expected,
                "{url}"
            );
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
            assert_eq!(
                decode_data_url(address).ok().as_deref(),
                expected,
                "{address}"
            );
        }
    }
}
