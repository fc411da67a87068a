//! Who is asking: by an access token, by a key, or nobody in particular.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use library::{Actor, ImageName, TokenStatus};

use crate::error::{CredentialError, Error, Result};
use crate::http::extract::{authenticate, bearer_secret};
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;

/// Whoever signed in: `Authorization: Bearer` and an access token.
pub struct AccessTokenAuth(pub Actor);

impl FromRequestParts<App> for AccessTokenAuth {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<AccessTokenAuth> {
        let token = bearer_secret(&parts.headers)
            .ok_or(Error::Unauthorised(CredentialError::Missing))?
            .to_owned();
        let holder = app
            .run_blocking(move |library, _| Ok(library.actor_for_access_token(&token)?))
            .await?;
        match holder {
            TokenStatus::Valid(actor) => Ok(AccessTokenAuth(actor)),
            TokenStatus::Expired => Err(Error::Unauthorised(CredentialError::Expired)),
            TokenStatus::Invalid => Err(Error::Unauthorised(CredentialError::Wrong)),
        }
    }
}

/// Whoever signed in as an administrator, acting as one.
pub struct AdminAuth(pub Actor);

impl FromRequestParts<App> for AdminAuth {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<AdminAuth> {
        let AccessTokenAuth(actor) = AccessTokenAuth::from_request_parts(parts, app).await?;
        app.run_blocking(move |library, _| Ok(library.as_admin(&actor)?))
            .await
            .map(AdminAuth)
    }
}

/// Who looks at a listing: without a token anybody, where those are let in.
pub struct OptionalUser(pub Actor);

impl FromRequestParts<App> for OptionalUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<OptionalUser> {
        match AccessTokenAuth::from_request_parts(parts, app).await {
            Ok(AccessTokenAuth(actor)) => Ok(OptionalUser(actor)),
            Err(Error::Unauthorised(CredentialError::Missing))
                if app.config().allow_unauthenticated_listing =>
            {
                Ok(OptionalUser(Actor::Anonymous))
            }
            Err(error) => Err(error),
        }
    }
}

/// A program: `Authorization: Bearer sk_…`. What does not look like a key is none.
pub struct ApiKeyAuth(pub Actor);

impl FromRequestParts<App> for ApiKeyAuth {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<ApiKeyAuth> {
        let client = ClientInfo::from_request_parts(parts, app).await?;
        let secret = bearer_secret(&parts.headers)
            .filter(|secret| secret.starts_with("sk_"))
            .ok_or(Error::Unauthorised(CredentialError::Missing))?
            .to_owned();
        authenticate(app, &client, secret).await.map(ApiKeyAuth)
    }
}

/// An image's name from what stands for its id in a path.
pub fn parse_image_name(id: &str) -> Result<ImageName> {
    let id = id.to_ascii_lowercase().parse();
    id.map(ImageName::Id).map_err(|_| Error::NoSuchImage)
}
