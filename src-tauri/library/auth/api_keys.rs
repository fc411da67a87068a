//! API keys: one key is valid in every dialect.
//!
//! A secret is shown once, when its key is made; the library keeps its SHA-256 (it is random enough to
//! need nothing slower). An expired key is deleted the moment somebody meets it. When a key was last
//! used is counted in memory and written down by `flush`, since a write per request would be too many.

use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use crate::auth::accounts;
use crate::auth::permissions::Actor;
use crate::auth::scopes::Scopes;
use crate::error::{Error, Result};
use crate::mutex::lock;
use crate::storage::db::{Column, Row, WriteTx, params};
use crate::{AccountId, ApiKeyId, Library, OWNER, Timestamp, random};

const SECRET_PREFIX: &str = "sk_";
const SECRET_LENGTH: usize = 40;
const MAX_LIFETIME: Duration = Duration::from_secs(1000 * 366 * 24 * 60 * 60);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    /// The name of the account it belongs to.
    pub account: String,
    /// What its maker called it; may be empty.
    pub name: String,
    pub scopes: Scopes,
    /// The desktop app's own key.
    pub app: bool,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
}

/// What a key should be like. By default: `owner`'s, nameless, all scopes, no expiry.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    pub account: String,
    pub name: String,
    pub scopes: Scopes,
    /// How long it lives from now on.
    pub expires_in: Option<Duration>,
}

impl Default for NewApiKey {
    fn default() -> NewApiKey {
        NewApiKey {
            account: OWNER.to_owned(),
            name: String::new(),
            scopes: Scopes::ALL,
            expires_in: None,
        }
    }
}

/// `sk_` and 40 letters and digits. Never printed by accident: `expose` says what it does.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeySecret(String);

impl ApiKeySecret {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// When each key was last used, as far as it is not written down yet.
#[derive(Default)]
pub(crate) struct LastUsed(Mutex<HashMap<ApiKeyId, Timestamp>>);

impl Library {
    /// Who comes with this secret; `None` if no living key has it.
    pub fn actor_for_secret(&self, secret: &str) -> Result<Option<Actor>> {
        let hash = hash_secret(secret);
        let found = self.database().read(|read| {
            read.query_one(
                "SELECT id, account, scopes, app, expires_at, secret FROM keys WHERE secret = ?1",
                params![hash],
                |row| {
                    let actor = Actor::ApiKey {
                        id: row.get("id")?,
                        account: row.get("account")?,
                        scopes: row.get("scopes")?,
                        app: row.get("app")?,
                    };
                    Ok((
                        actor,
                        row.get::<_, Option<Timestamp>>("expires_at")?,
                        row.get::<_, [u8; 32]>("secret")?,
                    ))
                },
            )
        })?;
        // The index compares hashes byte by byte, which tells an attacker nothing he could use; the
        // answer itself rests on a comparison that takes equally long for every secret.
        let Some((actor, expires_at, _)) = found.filter(|(.., kept)| bool::from(kept.ct_eq(&hash)))
        else {
            return Ok(None);
        };
        let now = self.now();
        if expires_at.is_some_and(|end| end <= now) {
            self.database().write(|write| delete_expired(write, now))?;
            return Ok(None);
        }
        if let Actor::ApiKey { id, .. } = &actor {
            self.key_last_used().record_use(id, now);
        }
        Ok(Some(actor))
    }

    /// The secret is to be had here and never again.
    pub fn create_api_key(&self, new: NewApiKey) -> Result<(ApiKey, ApiKeySecret)> {
        if new
            .expires_in
            .is_some_and(|life| life < Duration::from_secs(1) || life > MAX_LIFETIME)
        {
            return Err(Error::InvalidLifetime);
        }
        self.store_api_key(self.generate_api_key(new, false)?)
    }

    /// As `create_key`, for one that lives until `end`, however long that is.
    pub fn create_api_key_until(
        &self,
        new: NewApiKey,
        end: Timestamp,
    ) -> Result<(ApiKey, ApiKeySecret)> {
        let now = self.now();
        if end <= now || end > now.plus(MAX_LIFETIME) {
            return Err(Error::InvalidLifetime);
        }
        let (mut key, secret) = self.generate_api_key(new, false)?;
        key.expires_at = Some(end);
        self.store_api_key((key, secret))
    }

    fn store_api_key(
        &self,
        (key, secret): (ApiKey, ApiKeySecret),
    ) -> Result<(ApiKey, ApiKeySecret)> {
        self.database()
            .write(|write| insert(write, &key, &secret))?;
        Ok((key, secret))
    }

    /// All living keys, or one account's, oldest first.
    pub fn api_keys(&self, account: Option<&str>) -> Result<Vec<ApiKey>> {
        self.flush_key_last_used()?;
        let now = self.now();
        self.database().read(|read| {
            let account = account.map(|name| accounts::find_by_name(read, name)).transpose()?;
            read.query_all(
                "SELECT keys.id, accounts.name AS account, keys.name, scopes, app, keys.created_at, expires_at, last_used_at
                 FROM keys JOIN accounts ON accounts.id = keys.account
                 WHERE (?1 IS NULL OR keys.account = ?1) AND (expires_at IS NULL OR expires_at > ?2)
                 ORDER BY keys.created_at, keys.rowid",
                params![account.map(|account| account.id), now],
                api_key_from_row,
            )
        })
    }

    /// Dead at once, also for a server in another process: nobody remembers keys.
    pub fn revoke_api_key(&self, id: &ApiKeyId) -> Result<()> {
        let gone = self
            .database()
            .write(|write| write.execute("DELETE FROM keys WHERE id = ?1", params![id]))?;
        if gone == 0 {
            Err(Error::UnknownApiKey { id: id.to_string() })
        } else {
            Ok(())
        }
    }

    /// A new key for the desktop app, of the account `owner`; the ones before it end.
    pub fn renew_app_key(&self) -> Result<(ApiKey, ApiKeySecret)> {
        let new = NewApiKey {
            name: "Vitrine app".to_owned(),
            ..NewApiKey::default()
        };
        let (key, secret) = self.generate_api_key(new, true)?;
        self.database().write(|write| {
            delete_app_keys(write)?;
            insert(write, &key, &secret)
        })?;
        Ok((key, secret))
    }

    pub fn revoke_app_keys(&self) -> Result<()> {
        self.database().write(delete_app_keys)
    }

    pub(crate) fn flush_key_last_used(&self) -> Result<()> {
        let uses = self.key_last_used().take_all();
        if uses.is_empty() {
            return Ok(());
        }
        let written = self.database().write(|write| {
            uses.iter().try_for_each(|(id, moment)| {
                write.execute(
                    "UPDATE keys SET last_used_at = max(coalesce(last_used_at, ?2), ?2) WHERE id = ?1",
                    params![id, moment],
                )?;
                Ok(())
            })
        });
        if written.is_err() {
            uses.iter()
                .for_each(|(id, moment)| self.key_last_used().record_use(id, *moment));
        }
        written
    }

    fn generate_api_key(&self, new: NewApiKey, app: bool) -> Result<(ApiKey, ApiKeySecret)> {
        let created_at = self.now();
        let key = ApiKey {
            id: ApiKeyId(random::random_uuid(self.ids())?.to_string()),
            account: new.account,
            // Lists show a key a line.
            name: new.name.replace(char::is_control, " "),
            scopes: new.scopes,
            app,
            created_at,
            expires_at: new.expires_in.map(|life| created_at.plus(life)),
            last_used_at: None,
        };
        Ok((
            key,
            ApiKeySecret(format!(
                "{SECRET_PREFIX}{}",
                random::random_base62(self.ids(), SECRET_LENGTH)?
            )),
        ))
    }
}

impl LastUsed {
    fn record_use(&self, id: &ApiKeyId, moment: Timestamp) {
        let mut uses = lock(&self.0);
        let latest = uses.entry(id.clone()).or_insert(moment);
        *latest = moment.max(*latest);
    }

    fn take_all(&self) -> HashMap<ApiKeyId, Timestamp> {
        std::mem::take(&mut *lock(&self.0))
    }
}

/// Whether the key is still there: looked at in the transaction of what it allows.
pub(crate) fn is_valid(write: &WriteTx<'_>, id: &ApiKeyId, account: &AccountId) -> Result<bool> {
    write.exists(
        "SELECT 1 FROM keys WHERE id = ?1 AND account = ?2",
        params![id, account],
    )
}

/// Answers how many.
pub(crate) fn delete_expired(write: &WriteTx<'_>, now: Timestamp) -> Result<usize> {
    write.execute("DELETE FROM keys WHERE expires_at <= ?1", params![now])
}

fn delete_app_keys(write: &WriteTx<'_>) -> Result<()> {
    write.execute("DELETE FROM keys WHERE app", [])?;
    Ok(())
}

fn insert(write: &WriteTx<'_>, key: &ApiKey, secret: &ApiKeySecret) -> Result<()> {
    let account = accounts::find_by_name(write, &key.account)?;
    write.execute(
        "INSERT INTO keys (id, account, name, secret, scopes, app, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            key.id,
            account.id,
            key.name,
            hash_secret(secret.expose()),
            key.scopes,
            key.app,
            key.created_at,
            key.expires_at
        ],
    )?;
    Ok(())
}

fn hash_secret(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn api_key_from_row(row: &Row<'_>) -> Column<ApiKey> {
    Ok(ApiKey {
        id: row.get("id")?,
        account: row.get("account")?,
        name: row.get("name")?,
        scopes: row.get("scopes")?,
        app: row.get("app")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}
