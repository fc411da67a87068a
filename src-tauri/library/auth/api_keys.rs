//! API keys: one key opens every door.
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
use crate::auth::permissions::{Actor, Scopes};
use crate::error::{Error, Result};
use crate::mutex::held;
use crate::storage::db::{Column, Row, Write, params};
use crate::{AccountId, KeyId, Library, OWNER, Timestamp, ids};

const PREFIX: &str = "sk_";
const SECRET_LENGTH: usize = 40;
const LONGEST_LIFE: Duration = Duration::from_secs(1000 * 366 * 24 * 60 * 60);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub id: KeyId,
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
pub struct NewKey {
    pub account: String,
    pub name: String,
    pub scopes: Scopes,
    /// How long it lives from now on.
    pub expires_in: Option<Duration>,
}

impl Default for NewKey {
    fn default() -> NewKey {
        NewKey {
            account: OWNER.to_owned(),
            name: String::new(),
            scopes: Scopes::ALL,
            expires_in: None,
        }
    }
}

/// `sk_` and 40 letters and digits. Never printed by accident: `expose` says what it does.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// When each key was last used, as far as it is not written down yet.
#[derive(Default)]
pub(crate) struct Uses(Mutex<HashMap<KeyId, Timestamp>>);

impl Library {
    /// Who comes with this secret; `None` if no living key has it.
    pub fn actor_for_secret(&self, secret: &str) -> Result<Option<Actor>> {
        let hash = hash(secret);
        let found = self.catalogue().read(|read| {
            read.one(
                "SELECT id, account, scopes, app, expires_at, secret FROM keys WHERE secret = ?1",
                params![hash],
                |row| {
                    let actor = Actor::Key {
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
            self.catalogue().write(|write| delete_expired(write, now))?;
            return Ok(None);
        }
        if let Actor::Key { id, .. } = &actor {
            self.uses().mark(id, now);
        }
        Ok(Some(actor))
    }

    /// The secret is to be had here and never again.
    pub fn create_key(&self, new: NewKey) -> Result<(Key, Secret)> {
        if new
            .expires_in
            .is_some_and(|life| life < Duration::from_secs(1) || life > LONGEST_LIFE)
        {
            return Err(Error::BadLifetime);
        }
        self.keep_new(self.draw(new, false)?)
    }

    /// As `create_key`, for one that lives until `end`, however long that is.
    pub fn create_key_until(&self, new: NewKey, end: Timestamp) -> Result<(Key, Secret)> {
        let now = self.now();
        if end <= now || end > now.plus(LONGEST_LIFE) {
            return Err(Error::BadLifetime);
        }
        let (mut key, secret) = self.draw(new, false)?;
        key.expires_at = Some(end);
        self.keep_new((key, secret))
    }

    fn keep_new(&self, (key, secret): (Key, Secret)) -> Result<(Key, Secret)> {
        self.catalogue()
            .write(|write| insert(write, &key, &secret))?;
        Ok((key, secret))
    }

    /// All living keys, or one account's, oldest first.
    pub fn keys(&self, account: Option<&str>) -> Result<Vec<Key>> {
        self.flush_uses()?;
        let now = self.now();
        self.catalogue().read(|read| {
            let account = account.map(|name| accounts::by_name(read, name)).transpose()?;
            read.all(
                "SELECT keys.id, accounts.name AS account, keys.name, scopes, app, keys.created_at, expires_at, last_used_at
                 FROM keys JOIN accounts ON accounts.id = keys.account
                 WHERE (?1 IS NULL OR keys.account = ?1) AND (expires_at IS NULL OR expires_at > ?2)
                 ORDER BY keys.created_at, keys.rowid",
                params![account.map(|account| account.id), now],
                key,
            )
        })
    }

    /// Dead at once, also for a server in another process: nobody remembers keys.
    pub fn revoke_key(&self, id: &KeyId) -> Result<()> {
        let gone = self
            .catalogue()
            .write(|write| write.execute("DELETE FROM keys WHERE id = ?1", params![id]))?;
        if gone == 0 {
            Err(Error::UnknownKey { id: id.to_string() })
        } else {
            Ok(())
        }
    }

    /// A new key for the desktop app, of the account `owner`; the ones before it end.
    pub fn renew_app_key(&self) -> Result<(Key, Secret)> {
        let new = NewKey {
            name: "Vitrine app".to_owned(),
            ..NewKey::default()
        };
        let (key, secret) = self.draw(new, true)?;
        self.catalogue().write(|write| {
            delete_app_keys(write)?;
            insert(write, &key, &secret)
        })?;
        Ok((key, secret))
    }

    pub fn revoke_app_keys(&self) -> Result<()> {
        self.catalogue().write(delete_app_keys)
    }

    pub(crate) fn flush_uses(&self) -> Result<()> {
        let uses = self.uses().take();
        if uses.is_empty() {
            return Ok(());
        }
        let written = self.catalogue().write(|write| {
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
                .for_each(|(id, moment)| self.uses().mark(id, *moment));
        }
        written
    }

    fn draw(&self, new: NewKey, app: bool) -> Result<(Key, Secret)> {
        let created_at = self.now();
        let key = Key {
            id: KeyId(ids::uuid(self.ids())?.to_string()),
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
            Secret(format!(
                "{PREFIX}{}",
                ids::base62(self.ids(), SECRET_LENGTH)?
            )),
        ))
    }
}

impl Uses {
    fn mark(&self, id: &KeyId, moment: Timestamp) {
        let mut uses = held(&self.0);
        let latest = uses.entry(id.clone()).or_insert(moment);
        *latest = moment.max(*latest);
    }

    fn take(&self) -> HashMap<KeyId, Timestamp> {
        std::mem::take(&mut *held(&self.0))
    }
}

/// Whether the key is still there: looked at in the transaction of what it allows.
pub(crate) fn lives(write: &Write<'_>, id: &KeyId, account: &AccountId) -> Result<bool> {
    write.exists(
        "SELECT 1 FROM keys WHERE id = ?1 AND account = ?2",
        params![id, account],
    )
}

/// Answers how many.
pub(crate) fn delete_expired(write: &Write<'_>, now: Timestamp) -> Result<usize> {
    write.execute("DELETE FROM keys WHERE expires_at <= ?1", params![now])
}

fn delete_app_keys(write: &Write<'_>) -> Result<()> {
    write.execute("DELETE FROM keys WHERE app", [])?;
    Ok(())
}

fn insert(write: &Write<'_>, key: &Key, secret: &Secret) -> Result<()> {
    let account = accounts::by_name(write, &key.account)?;
    write.execute(
        "INSERT INTO keys (id, account, name, secret, scopes, app, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            key.id,
            account.id,
            key.name,
            hash(secret.expose()),
            key.scopes,
            key.app,
            key.created_at,
            key.expires_at
        ],
    )?;
    Ok(())
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn key(row: &Row<'_>) -> Column<Key> {
    Ok(Key {
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
