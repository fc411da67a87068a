//! OpenAPI schemas of what handlers read field by field, or write as plain JSON.
#![allow(dead_code, reason = "only the derives read these types")]

use utoipa::{IntoParams, ToSchema};

/// Nobody came with this token.
#[derive(ToSchema)]
#[schema(as = slink::NoToken)]
pub struct NoToken {
    /// 401.
    code: u16,
    message: String,
}

/// No key, or one that is not known, which has a code.
#[derive(ToSchema)]
#[schema(as = slink::NoKey)]
pub struct NoKey {
    error: NoKeyError,
}

#[derive(ToSchema)]
#[schema(as = slink::NoKeyError)]
pub struct NoKeyError {
    title: Option<String>,
    message: String,
    code: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = slink::Upload)]
pub struct Upload {
    #[schema(value_type = String, format = Binary)]
    image: (),
    /// `true`, `1`, `on` or `yes` puts it into the public list.
    #[schema(rename = "isPublic")]
    is_public: Option<String>,
    #[schema(max_length = 255)]
    description: Option<String>,
}

/// What is to become different; what is missing stays.
#[derive(ToSchema)]
#[schema(as = slink::Edit)]
pub struct Edit {
    #[schema(max_length = 255)]
    description: Option<String>,
    #[schema(rename = "isPublic")]
    is_public: Option<bool>,
}

#[derive(ToSchema)]
#[schema(as = slink::Deletion)]
pub struct Deletion {
    /// Whether the bytes stay on the disk.
    #[schema(rename = "preserveOnDisk")]
    preserve_on_disk: Option<bool>,
}

#[derive(ToSchema)]
#[schema(as = slink::SignUp)]
pub struct SignUp {
    #[schema(max_length = 254, format = "email")]
    email: String,
    #[schema(pattern = "^[a-z0-9][a-z0-9_.-]{2,29}$")]
    username: String,
    /// With a lowercase letter, an uppercase letter, a digit and something else.
    #[schema(min_length = 6, max_length = 4096)]
    password: String,
    /// The password once more.
    confirm: String,
}

#[derive(ToSchema)]
#[schema(as = slink::LogIn)]
pub struct LogIn {
    /// The account's name or e-mail address.
    username: String,
    password: String,
}

#[derive(ToSchema)]
#[schema(as = slink::Refresh)]
pub struct Refresh {
    refresh_token: String,
}

#[derive(ToSchema)]
#[schema(as = slink::SignedUp)]
pub struct SignedUp {
    id: String,
}

#[derive(ToSchema)]
#[schema(as = slink::NewKey)]
pub struct NewKey {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// ISO 8601, and in the future.
    #[schema(rename = "expiresAt")]
    expires_at: Option<String>,
}

/// For whom ShareX is configured; each may stand in the query as well.
#[derive(IntoParams, ToSchema)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[schema(as = slink::ShareXAsked, rename_all = "camelCase")]
pub struct ShareXAsked {
    /// The server's address, where it is not the one that is asked.
    base_url: Option<String>,
    /// A key of one's own; it is needed.
    api_key: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Size {
    /// In pixels; more than 8192 count as that. Nothing is enlarged.
    #[param(minimum = 1)]
    w: Option<u32>,
    #[param(minimum = 1)]
    h: Option<u32>,
    /// Whether the picture fills width and height, cut to them.
    crop: Option<bool>,
    #[param(minimum = 1, maximum = 100)]
    quality: Option<u8>,
}

/// Nothing here can be wrong: what is not understood counts as not said.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct Listing {
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<u32>,
    /// `attributes.` with `createdAt`, `updatedAt`, `views`, `fileName` or `description`; `metadata.` with `size`, `width` or `height`.
    order_by: Option<String>,
    /// `asc` or `desc`.
    order: Option<String>,
    search_term: Option<String>,
    /// `user`, `description` or `hashtag`.
    search_by: Option<String>,
    /// From the page before or after, instead of its number.
    cursor: Option<String>,
}
