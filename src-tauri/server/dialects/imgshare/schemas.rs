//! OpenAPI schemas of what handlers read field by field, or write as plain JSON.
#![allow(dead_code, reason = "only the derives read these types")]

use utoipa::ToSchema;

/// How a picture is to be kept and answered. A value that is not understood counts as none.
#[derive(ToSchema)]
#[schema(as = imgshare::Wishes)]
pub struct Wishes {
    /// A key that may upload.
    token: String,
    /// `1` keeps the file's name, with the day before it; else a random one is made.
    preserve_filename: Option<String>,
    /// The name to keep instead of the file's.
    filename: Option<String>,
    /// Hours, or `never`; within what the server allows for its size.
    expire: Option<String>,
    /// `json`, or `plain` for `key=value` lines.
    output: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = imgshare::Upload)]
pub struct Upload {
    /// JPEG, BMP, PNG or WebP, at most 32 MiB.
    #[schema(value_type = String, format = Binary)]
    file: (),
    #[serde(flatten)]
    wishes: Wishes,
}

#[derive(ToSchema)]
#[schema(as = imgshare::Gathered)]
pub struct Gathered {
    /// The picture's address.
    url: String,
    #[serde(flatten)]
    wishes: Wishes,
}

#[derive(ToSchema)]
#[schema(as = imgshare::Deletion)]
pub struct Deletion {
    /// A key that may delete.
    token: String,
    /// The picture's name, or its address.
    filename: String,
}
