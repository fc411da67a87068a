//! OpenAPI schemas of what handlers read field by field, or write as plain JSON.
#![allow(dead_code, reason = "only the derives read these types")]

use utoipa::{IntoParams, ToSchema};

#[derive(ToSchema)]
#[schema(as = dashboard::Upload)]
pub struct Upload {
    #[schema(value_type = String, format = Binary)]
    file: (),
    /// A path as in `a/b/c`; folders that are missing are made.
    folder: Option<String>,
    /// `1`, `true`, `yes` or `on`.
    public: Option<String>,
    title: Option<String>,
    description: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = dashboard::Replacement)]
pub struct Replacement {
    #[schema(value_type = String, format = Binary)]
    file: (),
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct Listing {
    /// Words, each of which stands in the name, title, description, tags or folder; or a day or month, as in
    /// `2026-02-14` and `2026-02`.
    q: Option<String>,
    /// A folder's id, or `/` for the root.
    folder: Option<String>,
    /// `created`, `updated`, `views`, `name` or `bytes`.
    order: Option<String>,
    /// `asc` or `desc`.
    direction: Option<String>,
    #[param(minimum = 1, default = 1)]
    page: Option<u64>,
    #[param(minimum = 1, maximum = 200, default = 50)]
    page_size: Option<u32>,
    /// `false` leaves the total out, which takes longer than the page where there are many.
    #[param(default = true)]
    counted: Option<bool>,
    /// Whose days are meant in `q`, as in `Europe/Berlin`.
    #[param(default = "UTC")]
    zone: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfDays {
    /// Words, each of which stands in the name, title, description, tags or folder; or a day or month, as in
    /// `2026-02-14` and `2026-02`.
    q: Option<String>,
    /// A folder's id, or `/` for the root.
    folder: Option<String>,
    /// Whose days they are, as in `Europe/Berlin`.
    #[param(default = "UTC")]
    zone: Option<String>,
}
