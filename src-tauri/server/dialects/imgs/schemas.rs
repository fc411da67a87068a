//! OpenAPI schemas of what handlers read field by field, or write as plain JSON.
#![allow(dead_code, reason = "only the derives read these types")]

use utoipa::ToSchema;

#[derive(ToSchema)]
#[schema(as = imgs::Refused)]
pub struct Refused {
    error: String,
}

#[derive(ToSchema)]
#[schema(as = imgs::Upload)]
pub struct Upload {
    #[schema(value_type = String, format = Binary)]
    file: (),
}

#[derive(ToSchema)]
#[schema(as = imgs::Deleted)]
pub struct Deleted {
    /// The picture's id.
    deleted: String,
}
