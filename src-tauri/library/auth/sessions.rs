//! Who is signed in: browsers by a cookie, programs by a refresh token; and links that sign in once.
//!
//! The client holds a random text; the library keeps its SHA-256, so nobody who reads the database can sign in.
//! A refresh token is good once: its use gives the next one.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::auth::permissions::Actor;
use crate::error::Result;
use crate::storage::db::{WriteTx, params};
use crate::{AccountId, Library, Timestamp, random};

/// How long a sign-in lasts.
const SESSION_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// And how long a link that signs in is good.
const SIGN_IN_LINK_LIFETIME: Duration = Duration::from_secs(10 * 60);
pub(crate) const SESSION_TOKEN_LENGTH: usize = 43;

impl Library {
    /// Starts a session of the account, whose password was checked. Returns the value of the browser's cookie.
    pub fn start_session(&self, account: &AccountId) -> Result<String> {
        let token = random::random_base62(self.ids(), SESSION_TOKEN_LENGTH)?;
        self.store_session(&token, "cookie", account)?;
        Ok(token)
    }

    /// Who comes with this cookie.
    pub fn actor_for_session(&self, token: &str) -> Result<Option<Actor>> {
        let now = self.now();
        let account = self.database().read(|read| {
            read.query_one(
                "SELECT account FROM sessions WHERE token = ?1 AND kind = 'cookie' AND expires_at > ?2",
                params![hash_token(token), now],
                |row| row.get(0),
            )
        })?;
        Ok(account.map(|id| Actor::Account { id, admin: false }))
    }

    /// A token that signs in to the account once within ten minutes, and the time at which it expires.
    pub fn create_sign_in_link(&self, account: &AccountId) -> Result<(String, Timestamp)> {
        let token = random::random_base62(self.ids(), SESSION_TOKEN_LENGTH)?;
        let end = self.now().plus(SIGN_IN_LINK_LIFETIME);
        self.database()
            .write(|write| insert_until(write, &token, "link", account, self.now(), end))?;
        Ok((token, end))
    }

    /// Takes such a text, which is good no more, and signs in: gives the account, and what the browser's cookie
    /// holds. `None` if it never was good, or is no more.
    pub fn start_session_from_link(&self, link: &str) -> Result<Option<(AccountId, String)>> {
        let token = random::random_base62(self.ids(), SESSION_TOKEN_LENGTH)?;
        let now = self.now();
        self.database().write(|write| {
            let Some(account) = take(write, link, "link", now)? else {
                return Ok(None);
            };
            insert(write, &token, "cookie", &account, now)?;
            Ok(Some((account, token)))
        })
    }

    /// Ends the session, if there is one.
    pub fn end_session(&self, token: &str) -> Result<()> {
        self.take_session(token, "cookie").map(drop)
    }

    /// How long a session lasts from its beginning.
    pub fn session_lifetime(&self) -> Duration {
        SESSION_LIFETIME
    }

    /// A refresh token: a UUID, a dot, and the second of its end.
    pub fn issue_refresh_token(&self, account: &AccountId) -> Result<String> {
        let end = self.now().plus(SESSION_LIFETIME).seconds();
        let token = format!("{}.{end}", random::random_uuid(self.ids())?);
        self.store_session(&token, "refresh", account)?;
        Ok(token)
    }

    /// Takes a refresh token, which is good no more, and gives the account and the next token. `None` if it
    /// never was good, or is no more.
    pub fn rotate_refresh_token(&self, token: &str) -> Result<Option<(AccountId, String)>> {
        match self.take_session(token, "refresh")? {
            Some(account) => Ok(Some((account, self.issue_refresh_token(&account)?))),
            None => Ok(None),
        }
    }

    /// Ends a refresh token. `false` if there was none.
    pub fn revoke_refresh_token(&self, token: &str) -> Result<bool> {
        Ok(self.take_session(token, "refresh")?.is_some())
    }

    fn store_session(&self, token: &str, kind: &str, account: &AccountId) -> Result<()> {
        self.database()
            .write(|write| insert(write, token, kind, account, self.now()))
    }

    /// Whose it was, if it was still good.
    fn take_session(&self, token: &str, kind: &str) -> Result<Option<AccountId>> {
        let now = self.now();
        self.database().write(|write| take(write, token, kind, now))
    }
}

pub(crate) fn insert(
    write: &WriteTx<'_>,
    token: &str,
    kind: &str,
    account: &AccountId,
    now: Timestamp,
) -> Result<()> {
    insert_until(write, token, kind, account, now, now.plus(SESSION_LIFETIME))
}

fn insert_until(
    write: &WriteTx<'_>,
    token: &str,
    kind: &str,
    account: &AccountId,
    now: Timestamp,
    end: Timestamp,
) -> Result<()> {
    write.execute(
        "INSERT INTO sessions (token, kind, account, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![hash_token(token), kind, account, now, end],
    )?;
    Ok(())
}

/// Whose it was, if it was still good.
fn take(write: &WriteTx<'_>, token: &str, kind: &str, now: Timestamp) -> Result<Option<AccountId>> {
    let gone: Option<(AccountId, Timestamp)> = write.query_one(
        "DELETE FROM sessions WHERE token = ?1 AND kind = ?2 RETURNING account, expires_at",
        params![hash_token(token), kind],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(gone
        .filter(|(_, end)| *end > now)
        .map(|(account, _)| account))
}

/// Ends every sign-in of an account: its password is another now.
pub(crate) fn delete_for_account(write: &WriteTx<'_>, account: &AccountId) -> Result<()> {
    write.execute("DELETE FROM sessions WHERE account = ?1", params![account])?;
    Ok(())
}

/// Answers how many.
pub(crate) fn delete_expired(write: &WriteTx<'_>, now: Timestamp) -> Result<usize> {
    write.execute("DELETE FROM sessions WHERE expires_at <= ?1", params![now])
}

fn hash_token(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
