//! OpenAPI schemas of what handlers read field by field, or write as plain JSON.
#![allow(dead_code, reason = "only the derives read these types")]

use utoipa::ToSchema;

#[derive(ToSchema)]
#[schema(as = pages::Refused)]
pub struct Refused {
    error: String,
}
