//! Who sends a request of this dialect, and which image it names.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use library::{Actor, ImageId, ImageName, Scope};

use crate::error::{Error, Result};
use crate::http::extract::ApiKey;
use crate::state::App;

/// A user whose key has the scope `manage`. Extracted before the body is read.
pub struct WithManageScope(pub Actor);

impl FromRequestParts<App> for WithManageScope {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<WithManageScope> {
        let ApiKey(actor) = ApiKey::from_request_parts(parts, app).await?;
        actor.require_scope(Scope::Manage)?;
        Ok(WithManageScope(actor))
    }
}

/// A malformed id is an unknown image.
pub fn parse_image_name(id: &str) -> Result<ImageName> {
    let id: ImageId = id.parse().map_err(|_| Error::NoSuchImage)?;
    Ok(ImageName::Id(id))
}
