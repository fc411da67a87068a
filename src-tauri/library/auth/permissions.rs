//! Who is asking, and the only place that answers "may they?".

use super::scopes::{Scope, Scopes};
use crate::error::{Error, Result};
use crate::{AccountId, ApiKeyId, Image};

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    Anonymous,
    /// Somebody without an account whom the host lets upload.
    Guest,
    /// Somebody signed in.
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

/// What somebody may want with an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// To look at the original or a variant of it, by an address.
    View,
    /// To read what is known of it, or see the thumbnail that only listings show.
    Inspect,
    /// To have an address made that shows it to others.
    Share,
    /// To change what is known of it, or to replace its bytes.
    Edit,
    Delete,
}

/// May `actor` put a picture in? Answers whose it will be; a guest's is nobody's.
pub(crate) fn require_upload(actor: &Actor) -> Result<Option<&AccountId>> {
    match actor {
        Actor::Guest => Ok(None),
        _ => require_scope(actor, Scope::Upload).map(Some),
    }
}

/// May `actor` do `act` with `image`? The one place that says so.
///
/// # Errors
/// [`Error::NotYours`] where the image is another's, or a guest's: whether that tells that there is one, is the
/// edge's to decide.
pub(crate) fn require_permission(actor: &Actor, act: Action, image: &Image) -> Result<()> {
    let account = match act {
        // Who knows an address has it from somebody who does.
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
