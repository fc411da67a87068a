//! CA certificates that the user added, as they are shown: common name and fingerprint.

use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Certificate {
    pub name: String,
    /// SHA-256 in hexadecimal, with colons between the bytes.
    pub fingerprint: String,
}

/// One for each PEM text.
pub fn parse_certificates(pems: &[String]) -> Vec<Certificate> {
    pems.iter().map(|pem| Certificate::from_pem(pem)).collect()
}

impl Certificate {
    pub fn from_pem(pem: &str) -> Certificate {
        let bytes = decode_pem(pem);
        Certificate {
            name: find_common_name(&bytes).unwrap_or_default(),
            fingerprint: uploader::fingerprint(&bytes),
        }
    }
}

/// Decodes what is between the first BEGIN and its END.
fn decode_pem(pem: &str) -> Vec<u8> {
    use base64::Engine as _;
    let body: String = pem
        .lines()
        .skip_while(|line| !line.starts_with("-----BEGIN"))
        .skip(1)
        .take_while(|line| !line.starts_with("-----END"))
        .map(str::trim)
        .collect();
    base64::engine::general_purpose::STANDARD
        .decode(body)
        .unwrap_or_default()
}

/// The last common name, which is the subject's: the issuer's comes first. Only for display.
fn find_common_name(der: &[u8]) -> Option<String> {
    // The object identifier 2.5.4.3, then a string with its length.
    const COMMON_NAME: [u8; 5] = [0x06, 0x03, 0x55, 0x04, 0x03];
    let at = der
        .windows(COMMON_NAME.len())
        .rposition(|window| window == COMMON_NAME)?;
    let (length, text) = der.get(at + COMMON_NAME.len() + 1..)?.split_first()?;
    let name = std::str::from_utf8(text.get(..usize::from(*length))?).ok()?;
    (!name.chars().any(char::is_control)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_there_is_one() {
        let mut der = vec![0x30, 0x10, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x06];
        der.extend(b"Office");
        assert_eq!(find_common_name(&der).as_deref(), Some("Office"));
        assert_eq!(find_common_name(&[0x30, 0x00]), None);
        assert_eq!(find_common_name(&der[..10]), None);
    }
}
