//! Actors, and the only place that decides what they may do.

use super::scopes::{Scope, Scopes};
use crate::error::{Error, Result};
use crate::{AccountId, ApiKeyId, Image};

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    Anonymous,
    /// A client without an account, where the host allows guests to upload.
    Guest,
    /// A person who is signed in.
    Account {
        id: AccountId,
        /// An administrator who acts as one, with everybody's images.
        admin: bool,
    },
    /// A program with a key. `app` marks the desktop app's own key.
    ApiKey {
        id: ApiKeyId,
        account: AccountId,
        scopes: Scopes,
        app: bool,
    },
}

impl Actor {
    /// The account on whose behalf is asked.
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Actor::Anonymous | Actor::Guest => None,
            Actor::Account { id, .. } | Actor::ApiKey { account: id, .. } => Some(id),
        }
    }

    /// Whether this actor may do such a thing at all, asked before an upload's body is read.
    /// Whose image it is, is looked at when the thing is done.
    pub fn require_scope(&self, scope: Scope) -> Result<()> {
        require_scope(self, scope).map(|_| ())
    }

    /// Whether this is the desktop app's own key, which the upload rate limit spares.
    pub fn is_app(&self) -> bool {
        matches!(self, Actor::ApiKey { app: true, .. })
    }
}

/// What can be done with an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// To view the original or a variant of it.
    View,
    /// To read its metadata, or view the thumbnail that only listings show.
    Inspect,
    /// To make an address that shows it to others.
    Share,
    /// To change its metadata, or to replace its bytes.
    Edit,
    Delete,
}

/// Whether `actor` may upload. Returns the account that will own the image; a guest's image has no owner.
pub(crate) fn require_upload(actor: &Actor) -> Result<Option<&AccountId>> {
    match actor {
        Actor::Guest => Ok(None),
        _ => require_scope(actor, Scope::Upload).map(Some),
    }
}

/// May `actor` do `act` with `image`? The one place that says so.
///
/// # Errors
/// [`Error::NotOwner`] if the image is another account's or a guest's. The dialect decides whether its response admits
/// that there is one.
pub(crate) fn require_permission(actor: &Actor, act: Action, image: &Image) -> Result<()> {
    let account = match act {
        // Everybody who knows an address may view the image.
        Action::View => return Ok(()),
        // Who may put pictures in may also say where they are seen.
        Action::Share => {
            require_scope(actor, Scope::Manage).or_else(|_| require_scope(actor, Scope::Upload))?
        }
        Action::Inspect | Action::Edit => require_scope(actor, Scope::Manage)?,
        Action::Delete => require_scope(actor, Scope::Delete)?,
    };
    let power = matches!(actor, Actor::Account { admin: true, .. });
    if power || image.owner.as_ref() == Some(account) {
        Ok(())
    } else {
        Err(Error::NotOwner)
    }
}

/// May `actor` do such a thing among its own account's folders, presets and listings? Answers which account's.
pub(crate) fn require_scope(actor: &Actor, scope: Scope) -> Result<&AccountId> {
    match actor {
        Actor::Anonymous | Actor::Guest => Err(Error::Unauthorised),
        Actor::Account { id, .. } => Ok(id),
        Actor::ApiKey {
            account, scopes, ..
        } if scopes.has(scope) => Ok(account),
        Actor::ApiKey { .. } => Err(Error::Forbidden { scope }),
    }
}
