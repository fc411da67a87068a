//! Where an upload's picture comes from: a file, an address, or base64.

use library::Incoming;

use super::errors;
use super::params::Asked;
use crate::error::{Error, Result};
use crate::state::App;
use crate::upload::form::Received;
use crate::upload::remote_fetch::fetch;

/// How we call ourselves where a picture is fetched.
const USER_AGENT: &str = concat!("Vitrine/", env!("CARGO_PKG_VERSION"));

/// The parameters that the picture may come in; the second one is imgBB's.
pub const NAMES: [&str; 2] = ["source", IMGBB];
const IMGBB: &str = "image";

/// A picture that is here.
pub struct Source {
    pub incoming: Incoming,
    /// The file name; empty where there is none, as with base64.
    pub name: String,
    /// Whether the answer is to be imgBB's.
    pub by_imgbb: bool,
}

pub async fn take(
    app: &App,
    in_body: Option<Received>,
    asked: &Asked,
    by_get: bool,
) -> Result<Source> {
    let received = in_body.or_else(|| in_query(app, asked));
    let received = received.ok_or(Error::NoFile)?;
    let by_imgbb = received.field == IMGBB;
    let (incoming, name) = if let Some(address) = received.address() {
        if !app.config().allow_url_uploads {
            return Err(errors::NO_ADDRESSES.error());
        }
        fetch(app, address, USER_AGENT, app.config().max_upload_bytes).await?
    } else if received.is_text() && by_get {
        return Err(errors::BASE64_BY_GET.error());
    } else {
        received.decoded(app).await?
    };
    Ok(Source {
        incoming,
        name,
        by_imgbb,
    })
}

fn in_query(app: &App, asked: &Asked) -> Option<Received> {
    NAMES.into_iter().find_map(|field| {
        let text = asked.get(field)?.trim();
        let most = app.config().max_upload_bytes;
        (!text.is_empty()).then(|| Received::of_text(field, text, most))
    })
}
