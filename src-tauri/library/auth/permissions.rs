//! Who is asking, and the only place that answers "may they?".

use std::fmt;
use std::str::FromStr;

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

/// One thing that a key may allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    Upload,
    Delete,
    Manage,
}

impl Scope {
    pub const ALL: [Scope; 3] = [Scope::Upload, Scope::Delete, Scope::Manage];

    pub fn name(self) -> &'static str {
        match self {
            Scope::Upload => "upload",
            Scope::Delete => "delete",
            Scope::Manage => "manage",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a key allows. Text form: the names, comma-separated, as in `upload,delete`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scopes {
    pub upload: bool,
    pub delete: bool,
    pub manage: bool,
}

impl Scopes {
    pub const ALL: Scopes = Scopes {
        upload: true,
        delete: true,
        manage: true,
    };
    pub const NONE: Scopes = Scopes {
        upload: false,
        delete: false,
        manage: false,
    };

    pub fn has(self, scope: Scope) -> bool {
        match scope {
            Scope::Upload => self.upload,
            Scope::Delete => self.delete,
            Scope::Manage => self.manage,
        }
    }

    pub fn with(mut self, scope: Scope) -> Scopes {
        match scope {
            Scope::Upload => self.upload = true,
            Scope::Delete => self.delete = true,
            Scope::Manage => self.manage = true,
        }
        self
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Scope::ALL
            .into_iter()
            .filter(|scope| self.has(*scope))
            .map(Scope::name)
            .collect();
        f.write_str(&names.join(","))
    }
}

/// The word that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a scope; the scopes are upload, delete and manage.")]
pub struct UnknownScope(String);

impl FromStr for Scopes {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Scopes, UnknownScope> {
        text.split(',')
            .map(str::trim)
            .try_fold(Scopes::NONE, |scopes, word| {
                let scope = Scope::ALL.into_iter().find(|scope| scope.name() == word);
                scope
                    .map(|scope| scopes.with(scope))
                    .ok_or_else(|| UnknownScope(word.to_owned()))
            })
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
