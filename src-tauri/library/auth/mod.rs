//! Who people and programs are, and what they may do: accounts, API keys, sessions, tokens, invites, signed URLs.

pub(crate) mod access_tokens;
pub(crate) mod accounts;
pub(crate) mod api_keys;
pub(crate) mod invites;
pub(crate) mod permissions;
pub(crate) mod scopes;
pub(crate) mod sessions;
pub(crate) mod signed_urls;
