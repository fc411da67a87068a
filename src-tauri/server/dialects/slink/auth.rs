//! Who is asking: by an access token, by a key, or nobody in particular.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use library::{Actor, ImageName, TokenHolder};

use crate::error::{Credentials, Error, Result};
use crate::http::extract::{actor, bearer};
use crate::http::middleware::real_ip::Client;
use crate::state::App;

/// Whoever signed in: `Authorization: Bearer` and an access token.
pub struct SignedIn(pub Actor);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<SignedIn> {
        let token = bearer(&parts.headers)
            .ok_or(Error::Unauthorised(Credentials::Missing))?
            .to_owned();
        let holder = app
            .ask(move |library, _| Ok(library.actor_for_access_token(&token)?))
            .await?;
        match holder {
            TokenHolder::Known(actor) => Ok(SignedIn(actor)),
            TokenHolder::Expired => Err(Error::Unauthorised(Credentials::Expired)),
            TokenHolder::Unknown => Err(Error::Unauthorised(Credentials::Wrong)),
        }
    }
}

/// Whoever signed in as an administrator, acting as one.
pub struct Admin(pub Actor);

impl FromRequestParts<App> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Admin> {
        let SignedIn(actor) = SignedIn::from_request_parts(parts, app).await?;
        app.ask(move |library, _| Ok(library.as_admin(&actor)?))
            .await
            .map(Admin)
    }
}

/// Who looks at a listing: without a token anybody, where those are let in.
pub struct Viewer(pub Actor);

impl FromRequestParts<App> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Viewer> {
        match SignedIn::from_request_parts(parts, app).await {
            Ok(SignedIn(actor)) => Ok(Viewer(actor)),
            Err(Error::Unauthorised(Credentials::Missing))
                if app.config().allow_unauthenticated_listing =>
            {
                Ok(Viewer(Actor::Anonymous))
            }
            Err(error) => Err(error),
        }
    }
}

/// A program: `Authorization: Bearer sk_…`. What does not look like a key is none.
pub struct Keyed(pub Actor);

impl FromRequestParts<App> for Keyed {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Keyed> {
        let client = Client::from_request_parts(parts, app).await?;
        let secret = bearer(&parts.headers)
            .filter(|secret| secret.starts_with("sk_"))
            .ok_or(Error::Unauthorised(Credentials::Missing))?
            .to_owned();
        actor(app, &client, secret).await.map(Keyed)
    }
}

/// An image's name from what stands for its id in a path.
pub fn by_id(id: &str) -> Result<ImageName> {
    let id = id.to_ascii_lowercase().parse();
    id.map(ImageName::Id).map_err(|_| Error::NoSuchImage)
}
