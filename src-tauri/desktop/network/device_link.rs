//! Links for other devices: the address of the page, optionally with a one-time sign-in, and its QR code.

use library::{Library, OWNER};
use serde::Serialize;
use tokio::task::spawn_blocking;

use crate::error::CommandError;
use crate::i18n::t;
use crate::network::qr_code;

/// A URL and its QR code.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct QrLink {
    url: String,
    /// Row by row, a `1` for each dark module.
    squares: Vec<String>,
    /// Until when it can be used to sign in.
    expires_at: Option<String>,
}

impl QrLink {
    pub fn new(url: String, expires_at: Option<String>) -> Result<QrLink, CommandError> {
        let squares = qr_code::encode_squares(&url)
            .ok_or_else(|| CommandError::new("too_long", t("reach.too_long")))?;
        Ok(QrLink {
            url,
            squares,
            expires_at,
        })
    }
}

/// A link that signs in one device, once, within ten minutes.
pub async fn create_sign_in_link(base: &str, library: Library) -> Result<QrLink, CommandError> {
    let created = spawn_blocking(move || {
        let owner = library.account_by_name(OWNER)?;
        library.create_sign_in_link(&owner.id)
    });
    let (token, end) = created
        .await
        .map_err(|error| error.to_string())
        .and_then(|created| created.map_err(|error| error.to_string()))
        .map_err(|message| CommandError::new("library", message))?;
    // After the `#`, so that browsers do not send it and it appears in no log.
    QrLink::new(format!("{base}/#/sign-in/{token}"), Some(end.to_string()))
}
