//! The scopes of API keys: what a key allows.

use std::fmt;
use std::str::FromStr;

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
