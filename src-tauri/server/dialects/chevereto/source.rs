//! Where an upload's picture comes from: a file, an address, or base64.

use library::StagedUpload;

use super::error_codes;
use super::params::UploadParams;
use crate::error::{Error, Result};
use crate::state::App;
use crate::upload::form::UploadedFile;
use crate::upload::remote_fetch::fetch;

/// How we call ourselves where a picture is fetched.
const USER_AGENT: &str = concat!("Vitrine/", env!("CARGO_PKG_VERSION"));

/// The parameters that the picture may come in; the second one is imgBB's.
pub const PARAM_NAMES: [&str; 2] = ["source", IMGBB_PARAM];
const IMGBB_PARAM: &str = "image";

/// A picture that is here.
pub struct Source {
    pub staged: StagedUpload,
    /// The file name; empty where there is none, as with base64.
    pub name: String,
    /// Whether the answer is to be imgBB's.
    pub is_imgbb: bool,
}

pub async fn read_source(
    app: &App,
    in_body: Option<UploadedFile>,
    asked: &UploadParams,
    by_get: bool,
) -> Result<Source> {
    let received = in_body.or_else(|| source_from_query(app, asked));
    let received = received.ok_or(Error::NoFile)?;
    let by_imgbb = received.field == IMGBB_PARAM;
    let (incoming, name) = if let Some(address) = received.url() {
        if !app.config().allow_url_uploads {
            return Err(error_codes::URL_UPLOADS_DISABLED.to_error());
        }
        fetch(app, address, USER_AGENT, app.config().max_upload_bytes).await?
    } else if received.is_text() && by_get {
        return Err(error_codes::BASE64_BY_GET.to_error());
    } else {
        received.decode(app).await?
    };
    Ok(Source {
        staged: incoming,
        name,
        is_imgbb: by_imgbb,
    })
}

fn source_from_query(app: &App, asked: &UploadParams) -> Option<UploadedFile> {
    PARAM_NAMES.into_iter().find_map(|field| {
        let text = asked.get(field)?.trim();
        let most = app.config().max_upload_bytes;
        (!text.is_empty()).then(|| UploadedFile::from_text(field, text, most))
    })
}
