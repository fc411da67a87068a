//! OpenAPI schemas of what handlers read field by field, or write as plain JSON.
#![allow(dead_code, reason = "only the derives read these types")]

use utoipa::{IntoParams, ToSchema};

/// Which of the account's pictures are listed. A number that is none counts as not said.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct Asked {
    /// A folder's path; `/` is the root, and without one it is all folders.
    folder: Option<String>,
    /// A part of the name.
    q: Option<String>,
    #[param(minimum = 1, default = 1)]
    page: Option<u64>,
    #[param(minimum = 1, maximum = 100, default = 24)]
    page_size: Option<u32>,
}

#[derive(ToSchema)]
#[schema(as = media::Upload)]
pub struct Upload {
    #[schema(value_type = String, format = Binary)]
    file: (),
    /// A path as in `a/b/c`; folders that are missing are made.
    folder: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = media::Replacement)]
pub struct Replacement {
    #[schema(value_type = String, format = Binary)]
    file: (),
}
