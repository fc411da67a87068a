//! OpenAPI schemas of what handlers read field by field, or write as plain JSON.
#![allow(dead_code, reason = "only the derives read these types")]

use utoipa::{IntoParams, ToSchema};

/// What may be said of an upload, in its body or in the query; the body counts first. What makes no sense is taken for
/// nothing, but for an expiration.
#[derive(IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = chevereto::Wishes)]
pub struct Wishes {
    /// A key that may upload, where there is none in `X-API-Key`.
    key: Option<String>,
    /// Also as `name`.
    title: Option<String>,
    description: Option<String>,
    /// Between commas.
    tags: Option<String>,
    /// A folder's id.
    album_id: Option<String>,
    /// Pixels; a wider picture is made this wide.
    width: Option<String>,
    /// After how long it goes: as in `P3D`, `PT5M`, or seconds.
    expiration: Option<String>,
    /// `1` covers it on its page.
    nsfw: Option<String>,
    /// `1` dates the file by its camera; of administrators only.
    use_file_date: Option<String>,
    /// `json`, `txt` for the address alone, or `redirect` to the page.
    format: Option<String>,
}

/// `source` may be called `image`, as imgBB has it: then the answer is imgBB's.
#[derive(ToSchema)]
#[schema(as = chevereto::Upload)]
pub struct Upload {
    /// The file; or base64 or an address as text.
    #[schema(value_type = String, format = Binary)]
    source: (),
    #[serde(flatten)]
    wishes: Wishes,
}

#[derive(ToSchema)]
#[schema(as = chevereto::UploadAsText)]
pub struct UploadAsText {
    /// Base64, or an address.
    source: String,
    #[serde(flatten)]
    wishes: Wishes,
}
